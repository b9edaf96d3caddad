"""The tests' side of a check: runs test code as it stands, in an interpreter that never runs a program.

What the tests ask of the program becomes operations (`perform.py`). They are looked up among those that the program has
already performed; as long as they come in the same order, the answers are the program's own. At the first that is not
there the run has diverged: what is asked from there on is only guessed at, so that the program can be run again with a
list that reaches further. A verdict comes from a run without guesses alone.
"""

import ast
import builtins
import collections
import datetime
import json
import math
import os
import random
import sys
import time
import types
import warnings

TESTS = "<tests>"
PAGE = 200_000
MAX_ASKED = 20_000
MAX_GUESSED = 2_000
MAX_SHOWN = 200
MAX_TAKEN = 64

STDIN = sys.stdin
# Where a test may put something of its own that the program would have met.
WATCHED = (builtins, datetime, math, os, random, time, warnings)
# Exceptions that end a part of the tests without failing it.
QUIET = frozenset({"CancelledError", "GeneratorExit", "SkipTest", "StopAsyncIteration", "StopIteration", "_ShouldStop"})
# What looks into an object itself, where a stand-in shows nothing of it.
LOOKING = frozenset({"asdict", "astuple", "getfullargspec", "getsource", "is_dataclass", "signature"})
NAMES_OF_BUILTINS = frozenset(vars(builtins))


class Ended(BaseException):
    """Ends a run from within; no `except Exception` of a test hides it."""

    def __init__(self, outcome, message):
        BaseException.__init__(self, message)
        self.outcome = outcome


class Namespace(dict):
    """The globals of the tests; what they do not define themselves is looked for with the program."""

    def __missing__(self, name):
        return tests.lookup(name)


class Tests:
    """What `Mirror` asks of the tests' side, and one run of the tests."""

    # What a class of the program adds to its base stays there; only its content is here.
    members = {"__getattr__": lambda item, name: tests.ask("attr", item, name)}

    def __init__(self, task, performed, guess, keep):
        self.mirror = Mirror("t", self)
        self.space = Namespace()
        self.space["__builtins__"] = builtins
        self.space["__name__"] = "tests"
        self.task = task
        self.root = task["entry"].partition("(")[0].partition(".")[0].strip()
        self.bound, self.own = dict(task["bound"]), frozenset(task["own"])
        self.classes = {}
        self.names = {}
        self.performed = performed
        self.guess = guess
        self.keep = keep
        self.probing = task["probe"]
        self.trusting = False
        self.asked = []
        self.spare = None
        self.taken = []
        self.ended = None
        self.weak = []
        self.stops = 0
        self.calls = 0
        self.found = {}
        self.last = None
        self.raised = None
        self.line = None

    # --- what the mirror asks ----------------------------------------------------------------------------------

    def shared(self, name):
        return self.classes.get(name)

    def named(self, name):
        first, *rest = name.split(".")
        held = self.classes.get(first)
        if held is None:
            raise Malformed("a name that both sides do not share")
        for each in rest:
            held = getattr(held, each)
        return held

    def accepts(self, found):
        """Of what the program's side names, classes alone: a function would be called here, on the program's terms."""
        known = isinstance(found, type) and (issubclass(found, BaseException) or found.__module__ in PLAIN_MODULES)
        return self.trusting or known

    def handle(self, name, description):
        facts, own, shown, special = description
        if "a" in facts:
            return awaiting(name)
        if "x" in facts:
            base = RemoteAsyncIterator
        elif "i" in facts:
            base = RemoteIterator
        else:
            base = RemoteCallable if "c" in facts or "k" in facts else Remote
        return stand_in(base, special)(facts, own, shown)

    def filled(self, item, state):
        if any([callable(getattr(type(item), name, None)) for name in state]):
            self.note_weak("an object of the program has a method of its own in place of its class's")

    def outside(self, item, mirror):
        if isinstance(item, Named):
            return ["n", item._remote_name]
        if isinstance(item, Ref):
            return ["r", item.name]
        if isinstance(item, Blank):
            raise Unknown()
        found = None if isinstance(item, Remote) else standard_name(item)
        if found is not None:
            mirror.passed.add(found)
            return ["g", *found]
        raise Refused("a value of type " + name_of(type(item))[:80])

    # --- names -------------------------------------------------------------------------------------------------

    def lookup(self, name):
        kind = self.names.get(name)
        if kind is None or name in NAMES_OF_BUILTINS and name != self.root and name not in self.own:
            raise KeyError(name)
        if name == self.root:
            # No function: that the tests cannot call it is the program's doing.
            self.calls += 1
        return self.ask("name", name)

    def place_names(self):
        """Puts what the program defines to be called among the globals; what else it has is asked for when it is looked up."""
        for name, kind in self.names.items():
            builtin = name in NAMES_OF_BUILTINS and name != self.root and name not in self.own
            if name in self.space or builtin:
                continue
            if name in self.bound:
                self.space[name] = self.trusted(self.bound[name])
            elif kind != "v":
                self.space[name] = Named(kind, name, name)

    def trusted(self, value):
        """What the reference solution has under a name, if it is of the standard library: never asked of a program."""
        self.trusting = True
        try:
            return self.mirror.resolve(value)
        finally:
            self.trusting = False

    # --- operations --------------------------------------------------------------------------------------------

    def decided_there(self, name, *operands):
        self.note_weak("what the program's own class says decides")
        return self.ask(name, *operands)

    def note_weak(self, why):
        if why not in self.weak:
            self.weak.append(why)

    def call(self, target, args, named):
        self.calls += 1
        values = self.told(target, *args, *named.values())
        if values is None:
            return Blank()
        [to, *rest] = values
        given = rest[: len(args)]
        keys = [[key, value] for key, value in zip(named, rest[len(args) :])]
        answer = self.operate("call", to, given, keys)
        self.last = (target, args, named, answer)
        return answer

    def ask(self, name, *operands):
        values = self.told(*operands)
        return Blank() if values is None else self.operate(name, *values)

    def told(self, *operands):
        """The operands as values; None where one of them is only guessed."""
        if self.ended is not None:
            raise self.ended
        self.watch()
        for iterator in self.taken:
            iterator.items[:] = [Settled(self.settled(item)) for item in iterator.items]
        self.taken.clear()
        try:
            values, self.entries = self.mirror.write(*operands)
            return values
        except Unknown:
            return None
        except Refused as refused:
            self.end("apart", "an argument is " + refused.args[0])

    def watch(self):
        for module, held in self.watched:
            if not unchanged(held, tuple(vars(module).values())):
                self.end("apart", "the tests change the module " + module.__name__)
        if sys.stdin is not STDIN:
            self.end("apart", "the tests change the standard input")
        if state_around() != self.around:
            self.end("apart", "the tests change warnings, loggers or the environment")

    def end(self, outcome, message):
        self.ended = Ended(outcome, message)
        raise self.ended

    def operate(self, *do):
        if self.probing:
            return PROBES[self.probing]()
        text = '{"do":' + dump(do) + ',"objects":' + dump(self.entries) + "}"
        at = len(self.asked)
        if at >= MAX_ASKED:
            self.end("endless", "the tests made more than 20,000 operations")
        self.asked.append(text)
        if self.spare is None:
            if at < len(self.performed) and self.performed[at][0] == text:
                _, answer, printed, complained = self.performed[at]
                sys.stdout.write(printed) if printed else None
                sys.stderr.write(complained) if complained else None
                return self.answer(json.loads(answer), do)
            return self.diverge(at, text)
        return self.guessed(text)

    def diverge(self, at, text):
        if not self.guess:
            self.end("diverged", "")
        self.spare = {}
        for performed in self.performed[at:]:
            self.spare.setdefault(performed[0], []).append(performed[1])
        self.guesses_end = at + MAX_GUESSED
        return self.guessed(text)

    def guessed(self, text):
        if len(self.asked) > self.guesses_end:
            self.end("diverged", "")
        known = self.spare.get(text)
        if not known:
            return Blank()
        return self.answer(json.loads(known.pop(0)), ["guess"])

    def answer(self, told, do):
        if "value" in told:
            value = told["value"]
            if do[0] == "name" and type(value) is list and value[0] == "m":
                self.found[do[1]] = value
            return self.taken_in(value, told["objects"])
        if "raised" in told:
            raise self.raised_there(told["raised"], StopAsyncIteration if do[0] == "anext" else None)
        if "items" in told:
            return told["items"], told["end"]
        if "refused" in told:
            self.end("refused", "The call returned " + told["refused"] + ".")
        self.end("tamper", "An answer is not of the protocol.")

    def taken_in(self, value, entries):
        """A value of the program's side. What cannot be read was not written by our own hand."""
        try:
            self.mirror.read(entries)
            return self.mirror.resolve(value)
        except MemoryError:
            raise
        except Exception as problem:
            self.end("tamper", "An answer is not of the protocol: " + str(problem)[:200] + ".")

    def exception_of(self, told):
        error = self.taken_in(told[0], told[1])
        if not isinstance(error, BaseException):
            self.end("tamper", "An answer is not of the protocol: an exception that is none.")
        return error

    def raised_there(self, told, natural):
        """An exception of the program, which may be the natural end of what was asked for."""
        self.raised = self.exception_of(told)
        self.line = told[2] if type(told[2]) is int else None
        kinds = mro_of(type(self.raised))
        if natural not in kinds and any([name_of(kind) in QUIET for kind in kinds]):
            self.stops += 1
        return self.raised

    def take_items(self, iterator, taking):
        answer = self.ask("next", iterator, taking.count)
        taking.count = min(2 * taking.count, MAX_TAKEN)
        if isinstance(answer, (Blank, Nothing)) or answer is None:
            raise StopIteration
        taking.items, taking.end = list(answer[0]), answer[1]
        self.taken.append(taking)

    def settled(self, item):
        if isinstance(item, Settled):
            return item.value
        return self.taken_in(item[0], item[1])

    # --- a run -------------------------------------------------------------------------------------------------

    def start(self):
        """What the tests define before the first call, and what the program defines."""
        context = self.task["context"]
        tree = parsed_context(context)
        if tree is not None:
            exec(compile(tree, "<context>", "exec", dont_inherit=True), self.space)
            for name in hollow(tree) | {self.root}:
                self.space.pop(name, None)
        self.classes = {
            name: held for name, held in self.space.items() if isinstance(held, type) and held.__module__ == "tests"
        }
        self.entries = []
        if self.probing:
            self.names = {name: "c" for name in {self.root, *self.own}}
            return
        text = '{"do":' + dump(["names", list(self.classes)]) + ',"objects":[]}'
        self.asked.append(text)
        if not self.performed or self.performed[0][0] != text:
            self.names = {self.root: "c"}
            self.diverge(0, text)
            return
        told = json.loads(self.performed[0][1])
        if "names" not in told:
            self.end("tamper", "An answer is not of the protocol.")
        self.names = {name: kind for name, kind, _ in told["names"]}
        self.classes = {name: held for name, held in self.classes.items() if name in self.names}
        if self.keep:
            # The reference solution's own imports: what a program has under these names is not asked for later.
            self.found = {name: ["g", *standard] for name, _, standard in told["names"] if standard is not None}
            self.bound.update(self.found)
        if told["random"]:
            self.mirror.share_random()
        self.taken_in(None, told["objects"])
        if self.root and self.root not in self.names:
            message = "name '" + self.root + "' is not defined: the program ran, but it defines no such function"
            self.end("absent", message)

    def run(self):
        module = types.ModuleType("tests")
        sys.modules["tests"] = module
        random.seed(0)
        self.watched = [(module, tuple(vars(module).values())) for module in WATCHED]
        self.around = state_around()
        self.start()
        self.place_names()
        vars(module).update(self.space)
        source = self.task["source"]
        if self.task["alone"] and not self.probing and looks(source):
            self.end("apart", "the tests look into what the program returns or is, and no reference tells whether they can")
        tree = Lenient().visit(ast.parse(source)) if self.guess else source
        exec(compile(tree, TESTS, "exec", dont_inherit=True), self.space)
        if self.task["statements"]:
            return
        vars(module).update(self.space)
        check = self.space.get("check")
        if check is None:
            raise NameError("the test code defines no function check(candidate)")
        if self.probing:
            check(lambda *args, **named: self.operate())
        else:
            check(eval(compile(self.task["entry"], "<entry>", "eval", dont_inherit=True), self.space))

    def outcome(self):
        told = self.outcome_of_run()
        # What ended the run counts, whatever the tests made of it: a bare `except` takes it, and unittest does.
        return told if self.ended is None else {"outcome": self.ended.outcome, "message": self.ended.args[0]}

    def outcome_of_run(self):
        try:
            self.run()
        except AssertionError as error:
            return {"outcome": "wrong", **self.told_error(error)}
        except MemoryError as error:
            return {"outcome": "memory", **self.told_error(error)}
        except BaseException as error:
            return {"outcome": "exception", **self.told_error(error)}
        return {"outcome": "pass"}

    def told_error(self, error):
        """What is said of an exception: where in the tests, in the program, and after which call."""
        line = None
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == TESTS:
                line = trace.tb_lineno
            trace = trace.tb_next
        if isinstance(error, SyntaxError) and error.filename == TESTS:
            line = error.lineno
        try:
            message = str(error)[:400]
        except BaseException:
            message = "(its message cannot be printed)"
        if type(error) is ModuleNotFoundError:
            message += ONLY_STANDARD
        told = {"type": name_of(type(error))[:80], "message": message, "line": line, "statement": "", "call": ""}
        if line is not None:
            lines = self.task["source"].splitlines()
            told["statement"] = lines[line - 1].strip()[:MAX_SHOWN] if 0 < line <= len(lines) else ""
        if error is self.raised:
            told["programLine"] = self.line
        elif self.last is not None:
            told["call"] = shown_call(*self.last)
        return told


class Lenient(ast.NodeTransformer):
    """Lets tests go on after a statement that fails: in a run that is only to find out what else would be asked."""

    def visit_Assert(self, node):
        raised = ast.Name(id="Exception", ctx=ast.Load())
        handler = ast.ExceptHandler(type=raised, name=None, body=[ast.Pass()])
        whole = ast.Try(body=[node], handlers=[handler], orelse=[], finalbody=[])
        return ast.fix_missing_locations(ast.copy_location(whole, node))

    visit_Expr = visit_Assign = visit_AugAssign = visit_AnnAssign = visit_Assert


class Settled:
    def __init__(self, value):
        self.value = value


class Unknown(Exception):
    """An operand that is only guessed."""


def looks(source):
    names = {getattr(node, "attr", getattr(node, "id", None)) for node in ast.walk(ast.parse(source))}
    return not LOOKING.isdisjoint(names)


def state_around():
    """What a program would meet of warnings, environment and loggers, as far as tests have set them up."""
    around = [list(warnings.filters), dict(os.environ)]
    logging = sys.modules.get("logging")
    if logging is None:
        return around
    known = [logging.root, *logging.root.manager.loggerDict.values()]
    for each in known:
        if isinstance(each, logging.Logger):
            state = (each.level, each.disabled, each.propagate, [*map(id, each.handlers)])
            if state not in ((0, False, True, []), (logging.WARNING, False, True, [])):
                around.append((each.name, *state))
    return around


def shown(value):
    parts = []
    try:
        write_shown(value, parts)
    except BaseException:
        return "(a value that cannot be shown)"
    text = "".join(parts)
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"


def write_shown(value, parts):
    """Writes `repr` as far as it is shown: of a value that holds another many times over, the whole could not be written."""
    if type(value) not in BRACKETS or not value:
        parts.append(repr(value))
        return
    opening, closing = BRACKETS[type(value)]
    parts.append(opening)
    for at, item in enumerate(value):
        if len(parts) > MAX_SHOWN:
            return
        parts.append(", " if at > 0 else "")
        write_shown(item, parts)
        if type(value) is dict:
            parts.append(": ")
            write_shown(value[item], parts)
    parts.append(",)" if type(value) is tuple and len(value) == 1 else closing)


BRACKETS = {
    list: ("[", "]"), tuple: ("(", ")"), set: ("{", "}"), dict: ("{", "}"),
    frozenset: ("frozenset({", "})"), collections.deque: ("deque([", "])"),
}  # fmt: skip


def shown_call(target, args, named, answer):
    given = [shown(arg) for arg in args] + [key + "=" + shown(arg) for key, arg in named.items()]
    return target._remote_name + "(" + ", ".join(given)[: 2 * MAX_SHOWN] + ") returned " + shown(answer)


def parsed_context(context):
    """What stands in front of the tests, as far as it can stand alone: a prompt may end with an unfinished function."""
    for text in (context, context + "\n    pass\n"):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError):
            pass
    return None


def hollow(tree):
    """Names of functions and classes that are only announced: their bodies are the program's to write."""
    return {
        node.name
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and is_hollow(node)
    }


def is_hollow(node):
    body = [part for part in node.body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]
    if isinstance(node, ast.ClassDef):
        # A class with an empty body, as of an exception, is whole.
        return any(isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)) and is_hollow(part) for part in body)
    unfinished = isinstance(body[0], ast.Raise) and "NotImplementedError" in ast.dump(body[0]) if len(body) == 1 else False
    return not body or unfinished or all(isinstance(part, ast.Pass) for part in body)


tests = None


def judge(text):
    """Runs the tests of a task on operations that were performed, and returns the pages of what came of it."""
    global tests
    request = json.loads(text)
    tests = Tests(request["task"], request["performed"], False, request["keep"])
    told = tests.outcome()
    operations = tests.asked if told["outcome"] == "pass" and request["keep"] else []
    if told["outcome"] == "diverged":
        operations = tests.asked
    if told["outcome"] == "diverged" and request["guess"]:
        known, tests = tests, Tests(request["task"], request["performed"], True, request["keep"])
        tests.outcome()
        # What is known to be asked comes first, whatever was guessed.
        operations = tests.asked if tests.asked[: len(known.asked)] == known.asked else known.asked
    told["operations"] = operations
    told["calls"], told["stops"] = tests.calls, tests.stops
    told["weak"] = tests.weak
    told["found"] = [[name, value] for name, value in tests.found.items()]
    told["names"] = list(tests.names)
    written = dump([[key, value] for key, value in told.items()])
    return [written[at : at + PAGE] for at in range(0, len(written), PAGE)]
