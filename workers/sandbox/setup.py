"""Runs once, before the heap image is taken: imports what programs import, so that a reset costs no import."""

import builtins
import sys

import bisect, cmath, collections, collections.abc, copy, dataclasses, datetime, decimal, enum, fractions, functools
import hashlib, heapq, itertools, json, math, operator, random, re, statistics, string, textwrap, time, types, typing

sys.stdout.reconfigure(line_buffering=True)
sys.setrecursionlimit(1000)


def load_harness(source):
    space = {"__name__": "harness", "__builtins__": dict(vars(builtins))}
    exec(compile(source, "<harness>", "exec"), space)
    return space


def close():
    """Takes the bridge to JavaScript out of reach: depth, not the wall; the wall is the frame."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if "pyodide" not in type(finder).__module__]
    hidden = ["js", "pyodide_js", "_pyodide_core", "ctypes", "_ctypes", "webbrowser"]
    for name in list(sys.modules):
        if name.split(".")[0] in ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core"):
            hidden.append(name)
    if "asyncio" in sys.modules:
        policy = sys.modules["asyncio.events"]
        setter = getattr(policy, "_set_event_loop_policy", None) or policy.set_event_loop_policy
        setter(None)
        policy._set_running_loop(None)
    for name in hidden:
        sys.modules[name] = None
    names = vars(sys.modules["__main__"])
    for name in list(names):
        if not name.startswith("__"):
            del names[name]
    import gc

    gc.collect()
    gc.freeze()


(load_harness, close)
