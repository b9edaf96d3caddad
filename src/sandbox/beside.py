"""Runs tests in the interpreter of the program itself, which could interfere: the weak way (`beside.ts`).

An ordinary program for the sandbox: everything in one namespace and in the order of a plain run.
"""

import random
import sys
import types

TEXT = 400


def told(outcome, error):
    trace, line = error.__traceback__, None
    if isinstance(error, SyntaxError) and error.filename == "<program>":
        line = error.lineno
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_code.co_filename == "<program>" and frame.f_globals is not globals():
            line = trace.tb_lineno
        trace = trace.tb_next
    return {"outcome": outcome, "type": type(error).__name__[:80], "message": str(error)[:TEXT], "line": line}


def absent(entry):
    message = "name '" + entry + "' is not defined: the program ran, but it defines no such function"
    return {"outcome": "absent", "type": "NameError", "message": message, "line": None}


def beside(program, entry, source, statements):
    """What came of it, as {"outcome", "type", "message", "line"}."""
    module = types.ModuleType("tests")
    space = module.__dict__
    sys.modules["tests"] = module
    random.seed(0)
    try:
        exec(compile(program, "<program>", "exec", dont_inherit=True), space)
    except (SyntaxError, ValueError) as error:
        return told("syntax" if isinstance(error, SyntaxError) else "load", error)
    except MemoryError as error:
        return told("memory", error)
    except BaseException as error:
        return told("load", error)
    root = entry.partition("(")[0].partition(".")[0].strip()
    if root and root not in space:
        return absent(root)
    random.seed(0)
    begun = False
    try:
        code = compile(source, "<tests>", "exec", dont_inherit=True)
        begun = statements
        exec(code, space)
        if not statements:
            check = space["check"]
            begun = True
            check(eval(entry, space))
    except AssertionError as error:
        return told("wrong", error)
    except MemoryError as error:
        return told("memory", error)
    except BaseException as error:
        return told("exception" if begun else "broken", error)
    return {"outcome": "pass"}
