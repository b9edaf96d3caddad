"""Judges a program by a test function of its own, `check(candidate)`: the trusted programs behind `harness.ts`.

Both run as ordinary programs in an interpreter of their own and return what came of it as `{"outcome": …}`.
"""

import builtins
import random
import sys
import types

TEXT = 400


def fresh(name, source, filename):
    """The namespace of `source`, executed as a module of this name with the random state of every program."""
    module = types.ModuleType(name)
    sys.modules[name] = module
    random.seed(0)
    exec(compile(source, filename, "exec", dont_inherit=True), module.__dict__)
    return module.__dict__


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


def run_check(check, candidate):
    try:
        check(candidate)
    except AssertionError as error:
        return told("wrong", error)
    except MemoryError as error:
        return told("memory", error)
    except BaseException as error:
        return told("exception", error)
    return {"outcome": "pass"}


class Diverged(BaseException):
    """The candidate was asked for something that is not on the record; no `except Exception` of a check hides it."""


def same(a, b):
    return a == b or repr(a) == repr(b)


def raised(text):
    """The recorded exception again, as far as Python itself has its type."""
    name, _, message = text.partition(": ")
    kind = getattr(builtins, name, None)
    if not (isinstance(kind, type) and issubclass(kind, BaseException)):
        kind, message = Exception, text
    try:
        return kind(message)
    except TypeError:
        return Exception(text)


def replay(source, calls, answers):
    """Runs `check` on answers that were recorded elsewhere: nothing of the program is here but plain values."""
    position = 0
    spoiled = []

    def candidate(*args, **named):
        nonlocal position
        at = position
        position += 1
        if named or at >= len(calls) or not same(list(args), calls[at]):
            spoiled.append("check made a call that is not among the recorded ones")
            raise Diverged(spoiled[0])
        kind, value = answers[at]
        if kind == "returned":
            return value
        if kind == "raised":
            raise raised(value)
        spoiled.append("a call returned " + value)
        raise Diverged(spoiled[0])

    try:
        check = fresh("tests", source, "<tests>")["check"]
    except BaseException as error:
        return told("broken", error)
    result = run_check(check, candidate)
    if spoiled:
        return {"outcome": "wrong", "type": "Diverged", "message": spoiled[0], "line": None}
    return result


def beside(program, entry, source):
    """Runs `check` in the interpreter of the program itself, which could interfere: the weak way."""
    try:
        space = fresh("solution", program, "<program>")
    except (SyntaxError, ValueError) as error:
        return told("syntax" if isinstance(error, SyntaxError) else "exception", error)
    except MemoryError as error:
        return told("memory", error)
    except BaseException as error:
        return told("import", error)
    if entry not in space:
        message = "name '" + entry + "' is not defined: the program ran, but it defines no such function"
        return {"outcome": "import", "type": "NameError", "message": message, "line": None}
    candidate = space[entry]
    module = types.ModuleType("tests")
    module.__dict__.update({name: held for name, held in space.items() if not name.startswith("__")})
    sys.modules["tests"] = module
    random.seed(0)
    try:
        exec(compile(source, "<tests>", "exec", dont_inherit=True), module.__dict__)
        check = module.__dict__["check"]
    except BaseException as error:
        return told("broken", error)
    return run_check(check, candidate)
