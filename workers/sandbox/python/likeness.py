"""
Part of the memory snapshot: makes this interpreter, which has 32 bits, no sockets and a browser's small stack, behave as
CPython does on an ordinary machine where programs would notice. What stays different is listed in `docs/grading.md`.
"""

import asyncio
import functools
import selectors
import sys
import time
from asyncio import selector_events
from collections import OrderedDict
from compression._common import _streams

# Arguments that are keys by themselves, as in CPython; a tuple of several compares as CPython's keys do.
PLAIN = {int, str}


def caching(function, maxsize, typed, info):
    """
    In place of the wrapper written in C, through which a recursive function uses up the browser's stack after some 270
    levels. Between functions in Python a call takes none of it, so recursion ends where the interpreter's limit says.
    """
    hits = misses = 0
    results = OrderedDict()
    get, used, forget, size = results.get, results.move_to_end, results.popitem, results.__len__
    missing = object()
    make_key = functools._make_key

    def unbounded(*args, **kwds):
        nonlocal hits, misses
        if kwds or typed:
            key = make_key(args, kwds, typed)
        else:
            key = args[0] if len(args) == 1 and type(args[0]) in PLAIN else args
        result = get(key, missing)
        if result is not missing:
            hits += 1
            return result
        misses += 1
        result = results[key] = function(*args, **kwds)
        return result

    def bounded(*args, **kwds):
        nonlocal hits, misses
        if kwds or typed:
            key = make_key(args, kwds, typed)
        else:
            key = args[0] if len(args) == 1 and type(args[0]) in PLAIN else args
        result = get(key, missing)
        if result is not missing:
            hits += 1
            used(key)
            return result
        misses += 1
        result = function(*args, **kwds)
        if key not in results:
            if size() >= maxsize:
                forget(False)
            results[key] = result
        return result

    def uncached(*args, **kwds):
        nonlocal misses
        misses += 1
        return function(*args, **kwds)

    def cache_info():
        return info(hits, misses, maxsize, size())

    def cache_clear():
        nonlocal hits, misses
        hits = misses = 0
        results.clear()

    wrapper = uncached if maxsize == 0 else unbounded if maxsize is None else bounded
    wrapper.cache_info, wrapper.cache_clear = cache_info, cache_clear
    return wrapper


class Sleep(selectors._BaseSelectorImpl):
    """There is nothing to wait for but time, which is slept in parts, since a deadline is only heard of between them."""

    def select(self, timeout=None):
        while timeout is None or timeout > 0:
            part = 0.05 if timeout is None else min(timeout, 0.05)
            time.sleep(part)
            if timeout is not None:
                timeout -= part
        return []


def no_pipe(loop):
    """A loop is woken from other threads through a pipe: here are no threads, and there is no pipe."""
    loop._ssock = loop._csock = None


def liken():
    functools._lru_cache_wrapper = caching
    # What a program computes with it; the bounds of sequences stay those of 32 bits.
    sys.maxsize = 2**63 - 1
    # It hands `sys.maxsize` on to code in C, as "no limit".
    _streams.sys = type(sys)("sys")
    _streams.sys.maxsize = 2**31 - 1
    selectors.DefaultSelector = Sleep
    selector_events.BaseSelectorEventLoop._make_self_pipe = no_pipe
    selector_events.BaseSelectorEventLoop._close_self_pipe = no_pipe


liken()
