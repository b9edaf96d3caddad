"""Part of the memory snapshot: imports what programs import, so that neither a start nor a reset costs an import."""

import bisect, cmath, collections, collections.abc, copy, dataclasses, datetime, decimal, enum, fractions, functools
import hashlib, heapq, itertools, json, math, operator, random, re, statistics, string, textwrap, time, types, typing

# Used once at the start, to take itself and its like away.
import ctypes

__import__("gc").collect()
