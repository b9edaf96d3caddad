"""What the generator of (test, program) pairs is put together from: a task, and tests of it."""

import collections
import contextlib
import datetime
import enum
import io
import math
import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Test:
    """Test code that calls the program by the name FN: statements, and what must stand before them."""

    form: str
    statements: tuple
    setup: str = ""
    asserts_nothing: bool = False

    def named(self, name):
        call = lambda text: re.sub(r"\bFN\b", name, text)
        return Test(self.form, tuple(map(call, self.statements)), call(self.setup), self.asserts_nothing)


@dataclass(frozen=True)
class Task:
    name: str
    # What a call gives: int, float, str, list, tuple, dict, set, bool, bytes, iterator, none, object.
    result: str
    signature: str
    # Body of the right function, without its indentation; and others, right and wrong. One that
    # defines the entry itself is a whole program.
    body: str
    # From a source of randomness, the arguments of some calls, each as the text between the parentheses.
    inputs: object = None
    right: tuple = ()
    wrong: tuple = ()
    # What the task states before its function: imports, helpers, classes.
    preamble: str = ""
    # Test code's own imports, for values that are compared with.
    imports: str = ""
    # Forms of tests that only this task has: functions of (task, random) to a Test.
    tests: tuple = ()
    # Whether the forms that any function has apply: not where calls depend on one another.
    general: bool = True
    tags: tuple = field(default=())

    @property
    def entry(self):
        return re.search(r"(?:def|class)\s+(\w+)", self.signature)[1]

    @property
    def parameters(self):
        inside = re.search(r"\((.*)\)", self.signature)[1]
        return [part.split("=")[0].split(":")[0].strip() for part in inside.split(",") if part.strip()]

    def program(self, body=None):
        """A whole program without the preamble, from a body; one that defines the entry is whole already."""
        text = (self.body if body is None else body).strip("\n")
        if re.search(rf"^(?:(?:async )?def|class) {self.entry}\b|^{self.entry} = ", text, re.M):
            return text + "\n"
        return self.signature + "\n" + indented(text) + "\n"


def indented(text, by=4):
    return "\n".join(" " * by + line if line.strip() else line for line in text.strip("\n").split("\n"))


def show(value):
    """The value as Python source that makes an equal one, the same text on every run."""
    kind = type(value)
    if kind is float and not math.isfinite(value):
        return f"float('{value}')"
    if kind in (set, frozenset):
        inside = "{" + ", ".join(sorted(map(show, value))) + "}" if value else "set()"
        return inside if kind is set else f"frozenset({inside})"
    if kind is list:
        return "[" + ", ".join(map(show, value)) + "]"
    if kind is tuple:
        return "(" + ", ".join(map(show, value)) + ("," if len(value) == 1 else "") + ")"
    if kind in (dict, collections.defaultdict):
        return "{" + ", ".join(show(key) + ": " + show(held) for key, held in value.items()) + "}"
    if kind in (collections.Counter, collections.OrderedDict):
        return f"{kind.__name__}({show(dict(value))})"
    if kind is datetime.date:
        return f"date({value.year}, {value.month}, {value.day})"
    if isinstance(value, enum.Enum):
        return f"{kind.__name__}.{value.name}"
    return repr(value)


def value_of(task, arguments):
    """What the reference gives, as (value, exception)."""
    space = {"__name__": "program"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(task.preamble + "\n" + task.program() + "\n" + task.imports, space)
        try:
            value = eval(f"{task.entry}({arguments})", space)
            if task.result == "iterator":
                value = list(value)
            return value, None
        except Exception as error:
            return None, error




def fixed(form, *statements, setup=""):
    """A form of a test that is the same every time."""
    return lambda task, rng: Test(form, statements, setup)
