"""Programs, run against tests in a process of their own.

THIS IS NO SANDBOX. The process has a time limit, a memory limit, no standard library of yours and an empty folder to
start in, but it can read your files, use your network and start other processes. Run untrusted models in a container
or a virtual machine that holds nothing of worth. Posterior itself runs programs in a real sandbox.

What a test expects never enters the process: the program returns values, and they are compared here. Values travel as
JSON with tags, as Posterior's tasks hold them: `{"$": "tuple", "v": [1, 2]}`.
"""

import ast
import json
import math
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time
import types
import warnings
from collections import Counter, OrderedDict, defaultdict, deque
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction

SAFE = 2**53 - 1
# JSON's escapes make one character of these two.
MERGED = re.compile("[\ud800-\udbff][\udc00-\udfff]")
MAX_DEPTH = 64
MAX_CHARACTERS = 262_144
MEMORY_BYTES = 2**30
START_SECONDS = 60
READY = b"ready\n"

WARNING = (
    "Posterior's exported grader runs programs that a model wrote in plain processes of this machine. It is no sandbox: "
    "they can read files and use the network. Run this in a container or virtual machine that holds nothing of worth."
)


# Values: JSON with tags, and back.


def number(text):
    """JSON's integers are ints while a float holds them, and floats beyond."""
    value = int(text) if len(text) < 20 else float(text)
    return value if -SAFE <= value <= SAFE else float(value)


def decode(value):
    """The Python value of tagged JSON."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$" not in value:
        return {key: decode(item) for key, item in value.items()}
    tag, held = value["$"], value["v"]
    if tag in SEQUENCES:
        return SEQUENCES[tag]([decode(item) for item in held])
    if tag == "dict":
        made = {decode(key): decode(item) for key, item in held}
        return DICTS[value.get("type")](made)
    if tag == "str":
        return "".join(map(chr, held))
    if tag in ("bytes", "bytearray"):
        return {"bytes": bytes, "bytearray": bytearray}[tag].fromhex(held)
    if tag == "int":
        return int(held)
    if tag == "float":
        return float(held)
    if tag == "complex":
        return complex(float(held[0]), float(held[1]))
    if tag == "fraction":
        return Fraction(int(held[0]), int(held[1]))
    if tag == "decimal":
        return Decimal(held)
    if tag == "range":
        return range(*map(decode, held))
    raise ValueError(f"There is no tag {tag!r}.")


SEQUENCES = {"tuple": tuple, "set": set, "frozenset": frozenset, "deque": deque}
DICTS = {None: dict, "Counter": Counter, "OrderedDict": OrderedDict}


class Refused(Exception):
    """A value that no test can expect."""


def tagged(tag, held, **more):
    return {"$": tag, "v": held, **more}


def float_part(value):
    return value if math.isfinite(value) and value != 0 else repr(value)


def encode(value, depth=0):
    """Tagged JSON of a value, by its exact type: a class of the program's own could pretend to be equal to anything."""
    kind = type(value)
    if depth > MAX_DEPTH:
        raise Refused("a value nested more than 64 deep")
    if value is None or kind is bool:
        return value
    if kind is str:
        return tagged("str", list(map(ord, value))) if MERGED.search(value) else value
    if kind is int:
        return value if -SAFE <= value <= SAFE else tagged("int", str(value))
    if kind is float:
        plain = math.isfinite(value) and not (-SAFE <= value <= SAFE and value == int(value))
        return value if plain else tagged("float", float_part(value))
    if kind in (bytes, bytearray):
        return tagged(kind.__name__, value.hex())
    if kind is complex:
        return tagged("complex", [float_part(value.real), float_part(value.imag)])
    if kind is Fraction:
        return tagged("fraction", [str(value.numerator), str(value.denominator)])
    if kind is Decimal:
        return tagged("decimal", str(value))
    if kind is range:
        return tagged("range", [encode(part) for part in (value.start, value.stop, value.step)])
    if kind is list:
        return [encode(item, depth + 1) for item in value]
    if kind in (tuple, set, frozenset, deque):
        return tagged(kind.__name__, [encode(item, depth + 1) for item in value])
    if kind in (dict, OrderedDict, Counter, defaultdict):
        pairs = [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in dict.items(value)]
        return tagged("dict", pairs, **({} if kind is dict else {"type": kind.__name__}))
    if is_named_tuple(kind):
        return tagged("tuple", [encode(item, depth + 1) for item in tuple.__iter__(value)], type=kind.__name__)
    raise Refused(f"a value of type {kind.__name__}")


def is_named_tuple(kind):
    own = {name for name in vars(kind) if name.startswith("__") and name.endswith("__")}
    plain = {"__new__", "__repr__", "__replace__", "__getnewargs__", "__doc__", "__slots__", "__match_args__",
             "__module__", "__qualname__", "__annotations__", "__orig_bases__", "__static_attributes__",
             "__firstlineno__", "__annotate__", "__annotate_func__", "__annotations_cache__"}  # fmt: skip
    return kind.__bases__ == (tuple,) and isinstance(vars(kind).get("_fields"), tuple) and own <= plain


# Comparing what was returned with what a test expects. The two are tagged JSON: no method of the program's runs here.


NUMBERS = (bool, int, float, complex, Fraction, Decimal)


class Value:
    """Tagged JSON taken apart: the kind, what it holds, and the name of its type where it has one."""

    def __init__(self, tree):
        self.type, self.items, self.pairs, self.leaf = None, None, None, None
        tag = tree.get("$") if isinstance(tree, dict) else None
        if isinstance(tree, list):
            self.kind, self.items = "list", [Value(item) for item in tree]
        elif isinstance(tree, dict) and (tag is None or tag == "dict"):
            entries = tree.items() if tag is None else tree["v"]
            self.kind, self.type = "dict", None if tag is None else tree.get("type")
            self.pairs = [(Value(key), Value(item)) for key, item in entries]
        elif tag in SEQUENCES:
            self.kind, self.type = tag, tree.get("type")
            self.items = [Value(item) for item in tree["v"]]
        else:
            self.leaf = decode(tree)
            self.kind = type(self.leaf).__name__

    def number(self, loose):
        """What is compared within a tolerance; None for what is no number, or is exact and beyond floats."""
        if self.kind in ("Fraction", "Decimal"):
            near = float_of(self.leaf)
            return near if math.isfinite(near) or isinstance(self.leaf, Decimal) and not self.leaf.is_finite() else None
        return self.leaf if self.kind in ("int", "float", "complex", *(("bool",) if loose else ())) else None


def float_of(value):
    try:
        return math.nan if isinstance(value, Decimal) and value.is_nan() else float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def leaf_key(value):
    if isinstance(value, range):
        return (len(value), value[0] if value else 0, value.step if len(value) > 1 else 0)
    if isinstance(value, complex):
        # Only real ones equal other numbers.
        return leaf_key(value.real) if value.imag == 0 else (leaf_key(value.real), leaf_key(value.imag))
    if isinstance(value, (float, Decimal)) and value != value:
        return "nan"
    return bytes(value) if isinstance(value, bytearray) else value


class Comparing:
    """The relation that a test asks for: see the `compare` of a test in Posterior's documentation of the sandbox."""

    def __init__(self, compare):
        self.types = compare.get("types") or "exact"
        self.loose = self.types != "exact"
        tolerance = compare.get("tolerance")
        self.tolerance = tolerance and (tolerance.get("relative") or 0, tolerance.get("absolute") or 0)

    def family(self, value):
        if not self.loose:
            return (value.kind, value.type)
        kind = {"frozenset": "set", "bytearray": "bytes"}.get(value.kind, value.kind)
        return "list" if kind == "tuple" and self.types == "json" else kind

    def key(self, value):
        """Hashable, and the same for values that are equal; for leaves and what is made of them."""
        if value.items is not None:
            keys = [self.key(item) for item in value.items]
            unordered = value.kind in ("set", "frozenset")
            return (self.family(value), frozenset(keys) if unordered else tuple(keys))
        if value.pairs is not None:
            pairs = [(self.key(key), self.key(item)) for key, item in self.told(value)]
            ordered = value.type == "OrderedDict" and not self.loose
            return (self.family(value), tuple(pairs) if ordered else frozenset(pairs))
        if self.loose and isinstance(value.leaf, NUMBERS):
            return ("number", leaf_key(value.leaf))
        return (self.family(value), leaf_key(value.leaf))

    def told(self, value):
        """The entries of a dict; of a Counter what it counts."""
        counts = value.type == "Counter"
        return [(key, item) for key, item in value.pairs if not (counts and item.leaf == 0)]

    def same(self, a, b):
        x, y = a.number(self.loose), b.number(self.loose)
        if self.tolerance and (x is not None or y is not None):
            return x is not None and y is not None and close(x, y, *self.tolerance)
        numbers = isinstance(a.leaf, NUMBERS) and isinstance(b.leaf, NUMBERS)
        if self.family(a) != self.family(b) and not (self.loose and numbers):
            return False
        if a.items is not None:
            if a.kind in ("set", "frozenset"):
                return self.any_order(self.distinct(a.items), self.distinct(b.items))
            return len(a.items) == len(b.items) and all(map(self.same, a.items, b.items))
        if a.pairs is not None:
            return self.same_pairs(a, b)
        return self.key(a) == self.key(b)

    def same_pairs(self, a, b):
        both = (a.type, b.type)
        # Python's `==` takes a count of zero for none only between two Counters.
        pairs, others = (self.told(a), self.told(b)) if both == ("Counter", "Counter") else (a.pairs, b.pairs)
        if len(pairs) != len(others):
            return False
        if both == ("OrderedDict", "OrderedDict"):
            return all(self.key(k) == self.key(m) and self.same(v, w) for (k, v), (m, w) in zip(pairs, others))
        found = {self.key(key): item for key, item in others}
        return all(self.key(key) in found and self.same(item, found[self.key(key)]) for key, item in pairs)

    def distinct(self, items):
        return list({self.key(item): item for item in items}.values())

    def any_order(self, a, b):
        """Whether the items pair off: augmenting paths, since closeness is not transitive."""
        owner = {}

        def place(i, seen):
            for j in range(len(b)):
                if j not in seen and self.same(a[i], b[j]):
                    seen.add(j)
                    if j not in owner or place(owner[j], seen):
                        owner[j] = i
                        return True
            return False

        return len(a) == len(b) and all(place(i, set()) for i in range(len(a)))

    def covers(self, some, others):
        return all(any(self.same(item, other) for other in others) for item in some)


def close(a, b, relative, absolute):
    """`math.isclose`, also of complex numbers, with NaN close to NaN."""
    if isinstance(a, complex) or isinstance(b, complex):
        parts = [float_of(part) for part in (a.real, a.imag, b.real, b.imag)]
        if not all(map(math.isfinite, parts)):
            return leaf_key(parts[0]) == leaf_key(parts[2]) and leaf_key(parts[1]) == leaf_key(parts[3])
        a, b = complex(*parts[:2]), complex(*parts[2:])
        return abs(a - b) <= max(absolute, relative * max(abs(a), abs(b)))
    both = isinstance(a, int) and isinstance(b, int)
    if both and a == b:
        return True
    x, y = float_of(a), float_of(b)
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    if math.isinf(x) or math.isinf(y):
        return x == y and isinstance(a, float) and isinstance(b, float)
    return (float_of(abs(a - b)) if both else abs(x - y)) <= max(absolute, relative * max(abs(x), abs(y)))


def items_of(value):
    """The items that an iteration over the value gives; None where there is none."""
    if value.items is not None:
        return value.items
    if value.pairs is not None:
        return [key for key, _ in value.pairs]
    if value.kind in ("str", "bytes", "bytearray", "range"):
        return [Value(encode(item)) for item in value.leaf]
    return None


def truth(value):
    held = value.items if value.items is not None else value.pairs
    return bool(value.leaf if held is None else held)


def matches(got, expected, compare=None):
    """Whether a returned value relates to the expected one as the test asks; both are tagged JSON."""
    compare = compare or {}
    comparing, a, b = Comparing(compare), Value(got), Value(expected)
    wanted = compare.get("as")
    if wanted is None:
        return comparing.same(a, b)
    if wanted == "truth":
        return truth(a) == truth(b)
    x, y = items_of(a), items_of(b)
    if x is None or y is None:
        return False
    if wanted == "sequence":
        return len(x) == len(y) and all(map(comparing.same, x, y))
    if wanted == "unordered":
        return comparing.any_order(x, y)
    return comparing.covers(x, y) and comparing.covers(y, x)


# The process that runs a program.


def limited(seconds):
    try:
        import resource
    except ImportError:  # Windows
        return
    for name, limit in (("CPU", math.ceil(seconds) + 1), ("AS", MEMORY_BYTES), ("FSIZE", 0), ("CORE", 0)):
        try:
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))
        except (ValueError, OSError):
            pass


def call(function, arguments):
    try:
        value = function(*decode(arguments["args"]), **{k: decode(v) for k, v in (arguments.get("kwargs") or {}).items()})
    except BaseException:
        return {"raised": True}
    try:
        text = json.dumps({"returned": encode(value)})
        return {"refused": True} if len(text) > MAX_CHARACTERS else text
    except BaseException:
        return {"refused": True}


def run_job():
    """Reads a job from standard input, runs its program and calls, and writes a line for each call."""
    job = json.load(sys.stdin, parse_int=number)
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    limited(job["seconds"])
    out.write(READY)
    module = types.ModuleType("solution")
    sys.modules["solution"] = module
    try:
        exec(compile(job["program"], "<program>", "exec"), module.__dict__)
        # A name, in Python also dotted names and calls of them, such as `Solution().solve`.
        function = eval(compile(ast.parse(job["entry"].strip(), mode="eval"), "<entry>", "eval"), module.__dict__)
    except BaseException:
        out.write(b"failed\n")
        os._exit(0)
    for arguments in job["calls"]:
        result = call(function, arguments)
        out.write((result if isinstance(result, str) else json.dumps(result)).encode() + b"\n")
    if job["code"] is not None:
        out.write(json.dumps(holds(job["code"], module)).encode() + b"\n")
    os._exit(0)


def holds(code, module):
    """Whether test code raises nothing. It runs beside the program, which could interfere with it."""
    try:
        exec(compile(code, "<tests>", "exec"), dict(module.__dict__))
    except BaseException:
        return {"raised": True}
    return {"holds": True}


# Grading.


def order_of(program, count):
    """The order of the calls: shuffled by a hash of the program, so that no program can count on one."""
    state = 0x811C9DC5
    units = program.encode("utf-16-le", "surrogatepass")
    for low, high in zip(units[::2], units[1::2]):
        state = ((state ^ (low | high << 8)) * 0x01000193) & 0xFFFFFFFF
    order = list(range(count))
    for i in range(count - 1, 0, -1):
        state = ((state ^ state >> 15) * 0x2C1B3C6D + 0x9E3779B9) & 0xFFFFFFFF
        j = state % (i + 1)
        order[i], order[j] = order[j], order[i]
    return order


def lines_of(process, job, seconds):
    """What the process wrote within the time, line by line. Starting it does not count."""
    process.stdin.write(job)
    process.stdin.close()
    selector = selectors.DefaultSelector()
    selector.register(process.stdout, selectors.EVENT_READ)
    held, deadline, started = b"", time.monotonic() + START_SECONDS, False
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not selector.select(left):
            return held.split(b"\n")[:-1], True
        piece = os.read(process.stdout.fileno(), 1 << 16)
        if piece == b"":
            return held.split(b"\n")[:-1], False
        held += piece
        if not started and held.startswith(READY):
            started, held, deadline = True, held[len(READY) :], time.monotonic() + seconds


def end(process):
    """With what it may have started."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    process.kill()
    process.stdout.close()
    process.wait()


def grade(program, entry, items, seconds):
    """(passed, total) of a program's tests; a program that takes longer for all of them together passes none.

    An item is a call, `{"args", "kwargs"?, "expected", "compare"?}`, or a text of Python; all texts count as one test.
    """
    tests = [item for item in items if not isinstance(item, str)]
    code = "\n".join(item for item in items if isinstance(item, str)) or None
    total = len(tests) + (code is not None)
    if program is None or total == 0:
        return 0, total
    warn()
    order = order_of(program, len(tests))
    calls = [{name: tests[i].get(name) for name in ("args", "kwargs")} for i in order]
    job = {"program": program, "entry": entry, "calls": calls, "code": code, "seconds": seconds}
    with tempfile.TemporaryDirectory(prefix="posterior-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-s", "-S", "-B", os.path.abspath(__file__)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            # The order of a set of texts is the same each time.
            env={"PYTHONHASHSEED": "0", "PATH": os.defpath},
            start_new_session=True,
        )
        try:
            lines, late = lines_of(process, json.dumps(job).encode(), seconds)
        except BrokenPipeError:
            lines, late = [], False
        finally:
            end(process)
    if late or len(lines) != total:
        return 0, total
    passed = sum(passes(line, tests[i]) for i, line in zip(order, lines))
    return passed + (code is not None and lines[-1] == b'{"holds": true}'), total


def passes(line, test):
    try:
        told = json.loads(line, parse_int=number)
        return "returned" in told and matches(told["returned"], test["expected"], test.get("compare"))
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        # The program wrote into the pipe itself.
        return False


warned = False


def warn():
    global warned
    if not warned:
        warned = True
        warnings.warn(WARNING, RuntimeWarning, stacklevel=2)


def grade_all(jobs, workers=None):
    """`grade` of many (program, entry, items, seconds), several at a time; the same program and tests run once."""
    keys = [json.dumps(job) for job in jobs]
    unique = dict(zip(keys, jobs))
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        results = dict(zip(unique, pool.map(lambda job: grade(*job), unique.values())))
    return [results[key] for key in keys]


if __name__ == "__main__":
    run_job()
