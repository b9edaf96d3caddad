"""
Part of the memory snapshot: imports what programs import, so that neither a start nor a reset costs an import, and takes
away what they must not import.
"""

import sys
import bisect, cmath, collections, collections.abc, copy, dataclasses, datetime, decimal, enum, fractions, functools
import hashlib, heapq, itertools, json, math, operator, random, re, statistics, string, textwrap, time, types, typing

# Built-in modules that read and write memory or hand out the interpreter's own objects.
UNSAFE = (
    "_ctypes", "_pyodide_core", "_remote_debugging", "_testbuffer", "_testcapi", "_testclinic",
    "_testclinic_limited", "_testinternalcapi", "_testlimitedcapi", "_xxtestfuzz", "xxsubtype",
)


def forget_builtin_modules():
    """Renames UNSAFE in the interpreter's table of built-in modules, and drops them from its cache of those imported."""
    import ctypes
    import _testinternalcapi

    class Entry(ctypes.Structure):
        _fields_ = [("name", ctypes.c_void_p), ("start", ctypes.c_void_p)]

    table = ctypes.POINTER(Entry).in_dll(ctypes.pythonapi, "PyImport_Inittab")
    row = 0
    while table[row].name is not None:
        if ctypes.string_at(table[row].name).decode() in UNSAFE:
            # The table has copies, but they share the names. No module's name has this byte.
            ctypes.memset(table[row].name, 0xFF, 1)
        row += 1
    for name in UNSAFE:
        _testinternalcapi.clear_extension(name, name)
    sys.builtin_module_names = tuple([name for name in sys.builtin_module_names if name not in UNSAFE])


# Here and not at every start, since finding a symbol of its own takes the interpreter a third of a second.
forget_builtin_modules()
