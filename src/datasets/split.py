"""Takes Python test code apart into calls and expectations, when a data set is imported.

Every `assert` about one call of the candidate becomes a statement that records the call's arguments and what is
expected of its result; the rewritten code is then executed once, so that loops unroll and local values become
constants. The candidate itself is not needed for that and is not there. Code in which the result flows elsewhere is
kept whole, with the arguments of its calls if they do not depend on the results.
"""

import ast
import collections
import copy
import json
import math
import random
import sys
import types

SAFE_DEPTH = 50
MAX_INT_BITS = 40000
PAGE_CHARS = 200_000
WRAPPERS = {"sorted": sorted, "set": set, "frozenset": frozenset, "list": list, "tuple": tuple}
LIKE_DICT = (collections.Counter, collections.OrderedDict, collections.defaultdict)


class Unsplittable(Exception):
    """Why the code has to stay whole."""


def execute(name, code, filename):
    module = types.ModuleType(name)
    sys.modules[name] = module
    random.seed(0)
    if isinstance(code, str):
        code = compile(code, filename, "exec", dont_inherit=True)
    exec(code, module.__dict__)
    return module.__dict__


# --- values ---------------------------------------------------------------------------------------------------


def plain(value, depth=0):
    """A copy in the types that can travel; equal under `==` to the value."""
    kind = type(value)
    if depth > SAFE_DEPTH:
        raise Unsplittable("a value is nested too deep")
    if value is None or kind is bool or kind is str or kind is bytes or kind is bytearray or kind is complex:
        return copy.copy(value)
    if kind is int:
        if value.bit_length() > MAX_INT_BITS:
            raise Unsplittable("an int is too large")
        return value
    if kind is float:
        return value
    if kind in LIKE_DICT:
        kind = dict
    elif isinstance(value, tuple) and hasattr(kind, "_fields"):
        kind = tuple
    if kind is list or kind is tuple or kind is set or kind is frozenset:
        return kind([plain(item, depth + 1) for item in value])
    if kind is dict:
        return {plain(key, depth + 1): plain(held, depth + 1) for key, held in value.items()}
    raise Unsplittable("a value is of type " + type(value).__name__)


def has_nan(value):
    if isinstance(value, (float, complex)):
        return value != value
    if isinstance(value, dict):
        return any(has_nan(part) for pair in value.items() for part in pair)
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(has_nan(item) for item in value)
    return False


def argument(value):
    """An argument must keep its exact type: a `Counter` is more than its items."""
    copied = plain(value)
    if not same_types(value, copied):
        raise Unsplittable("an argument is of type " + type(value).__name__)
    return copied


def same_types(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return all(same_types(x, y) for x, y in zip(a.items(), b.items()))
    if isinstance(a, (list, tuple)):
        return all(same_types(x, y) for x, y in zip(a, b))
    return True


def finite(value):
    return isinstance(value, (int, float)) and math.isfinite(value)


# --- the forms of an assertion ----------------------------------------------------------------------------------


class Forms(ast.NodeTransformer):
    """Replaces assertions about one call each by calls of `__record__`."""

    def __init__(self, candidate):
        self.candidate = candidate

    def mentions(self, node):
        return any(isinstance(part, ast.Name) and part.id == self.candidate for part in ast.walk(node))

    def is_call(self, node):
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == self.candidate
            and not node.keywords
            and not any(self.mentions(arg) for arg in node.args)
        )

    def visit_Assert(self, node):
        if not self.mentions(node):
            return node
        parts = node.test.values if isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.And) else [node.test]
        return [ast.copy_location(self.part(part), node) for part in parts]

    def guarded(self, node):
        if self.mentions(node):
            raise Unsplittable("calls are made inside a try or with statement")
        return node

    visit_Try = visit_TryStar = visit_With = guarded

    def part(self, node):
        if not self.mentions(node):
            return ast.Assert(test=node, msg=None)
        found = self.form(node)
        if found is None:
            raise Unsplittable("no known form: assert " + ast.unparse(node)[:120])
        kind, call, rest = found
        arguments = ast.List(elts=call.args, ctx=ast.Load())
        name = ast.Name(id="__record__", ctx=ast.Load())
        return ast.Expr(ast.Call(func=name, args=[ast.Constant(kind), arguments, *rest], keywords=[]))

    def form(self, node):
        """(kind, the call, further expressions for the recorder) or None."""
        if self.is_call(node):
            return "true", node, []
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and self.is_call(node.operand):
            return "false", node.operand, []
        if isinstance(node, ast.Call):
            return self.is_close(node)
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            left, op, right = node.left, node.ops[0], node.comparators[0]
            if self.mentions(left) and self.mentions(right):
                return None
            if self.mentions(right):
                left, right = right, left
                op = {ast.Gt: ast.Lt(), ast.GtE: ast.LtE(), ast.Lt: ast.Gt(), ast.LtE: ast.GtE()}.get(type(op), op)
            return self.comparison(left, op, right)
        return None

    def comparison(self, left, op, right):
        if isinstance(op, ast.Is):
            constant = isinstance(right, ast.Constant) and right.value in (None, True, False)
            return ("is", left, [right]) if constant and self.is_call(left) else None
        if isinstance(op, ast.Eq):
            if self.is_call(left):
                return "equal", left, [right]
            if not isinstance(left, ast.Call) or left.keywords or not left.args or not self.is_call(left.args[0]):
                return None
            if self.mentions(left.func) or any(self.mentions(arg) for arg in left.args[1:]):
                return None
            return "wrapped", left.args[0], [right, left.func, *left.args[1:]]
        if isinstance(op, (ast.Lt, ast.LtE)) and isinstance(left, ast.Call) and len(left.args) == 1:
            inner = left.args[0]
            if left.keywords or self.mentions(left.func) or not isinstance(inner, ast.BinOp) or not isinstance(inner.op, ast.Sub):
                return None
            call, other = (inner.left, inner.right) if self.mentions(inner.left) else (inner.right, inner.left)
            if self.is_call(call) and not self.mentions(other):
                return "within", call, [other, left.func, right, ast.Constant(isinstance(op, ast.Lt))]
        return None

    def is_close(self, node):
        if len(node.args) != 2 or self.mentions(node.func) or any(self.mentions(k.value) for k in node.keywords):
            return None
        call, other = node.args if self.mentions(node.args[0]) else node.args[::-1]
        if not self.is_call(call) or self.mentions(other):
            return None
        options = ast.Dict(
            keys=[ast.Constant(k.arg) if k.arg else None for k in node.keywords], values=[k.value for k in node.keywords]
        )
        return "isclose", call, [other, node.func, options]


def rounding(expected, *digits):
    """The largest h for which both `expected - h` and `expected + h` still round to `expected`."""
    rounds = lambda value: round(value, *digits) == expected
    if not finite(expected) or not rounds(expected):
        raise Unsplittable("nothing rounds to the expected value")
    low, high = 0.0, 10.0 ** -(digits[0] if digits and digits[0] is not None else 0)
    for _ in range(200):
        middle = (low + high) / 2
        if rounds(expected + middle) and rounds(expected - middle):
            low = middle
        else:
            high = middle
    return low


class Recorder:
    def __init__(self):
        self.tests = []

    def __call__(self, kind, args, *rest):
        expected, compare = getattr(self, "read_" + kind)(*rest)
        test = {"args": [argument(arg) for arg in args], "expected": plain(expected)}
        if has_nan(expected):
            raise Unsplittable("NaN is expected, which Python's == never finds")
        if compare:
            test["compare"] = compare
        self.tests.append(test)

    def read_true(self):
        return True, {"as": "truth"}

    def read_false(self):
        return False, {"as": "truth"}

    def read_equal(self, expected):
        return expected, {"types": "equal"}

    def read_is(self, expected):
        return expected, None

    def read_wrapped(self, expected, function, *more):
        if function is round:
            return expected, {"types": "equal", "tolerance": {"absolute": repr(rounding(expected, *more))}}
        if more:
            raise Unsplittable("the result is passed on with other arguments")
        if function is sorted and type(expected) is list and sorted(expected) == expected:
            return expected, {"types": "equal", "as": "unordered"}
        if function in (set, frozenset) and type(expected) in (set, frozenset):
            return expected, {"types": "equal", "as": "set"}
        if function in (list, tuple) and type(expected) is function:
            return expected, {"types": "equal", "as": "sequence"}
        if function is bool and type(expected) is bool:
            return expected, {"as": "truth"}
        if function is collections.Counter and type(expected) is collections.Counter:
            if any(count < 1 for count in expected.values()):
                raise Unsplittable("a Counter expects fewer than one")
            return list(expected.elements()), {"types": "equal", "as": "unordered"}
        raise Unsplittable("the result is passed to " + str(getattr(function, "__name__", function)))

    def read_within(self, expected, function, limit, strict):
        if function not in (abs, math.fabs) or not finite(expected) or not finite(limit):
            raise Unsplittable("a distance is not between finite numbers")
        limit = math.nextafter(limit, -math.inf) if strict else float(limit)
        if limit < 0:
            raise Unsplittable("no distance is so small")
        return expected, {"types": "equal", "tolerance": {"absolute": repr(limit)}}

    def read_isclose(self, expected, function, options):
        if function is not math.isclose or not isinstance(expected, (int, float)) or not set(options) <= {"rel_tol", "abs_tol"}:
            raise Unsplittable("no known form: a call of " + str(getattr(function, "__name__", function)))
        relative, absolute = float(options.get("rel_tol", 1e-9)), float(options.get("abs_tol", 0.0))
        if not (finite(relative) and finite(absolute)):
            raise Unsplittable("a tolerance is not finite")
        return expected, {"types": "equal", "tolerance": {"relative": repr(relative), "absolute": repr(absolute)}}


# --- whole suites -------------------------------------------------------------------------------------------------


def check_function(tree):
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "check":
            if len(node.args.args) != 1:
                raise Unsplittable("check does not take exactly the candidate")
            return node
    raise ValueError("the test code defines no function check(candidate)")


def whole_source(task, context):
    """Source that defines `check(candidate)` and all that it uses."""
    if task["source"] is not None:
        return context + "\n\n" + task["source"]
    lines = [line for text in task["asserts"] for line in ast.parse(text).body]
    # The parameter has the function's own name, so that the assertions need no change.
    check = ast.parse("def check(" + task["entry"] + "):\n    pass\n")
    check.body[0].body = lines
    return context + "\n\n" + task["setup"] + "\n\n" + ast.unparse(ast.fix_missing_locations(check)) + "\n"


def split_tests(source):
    tree = ast.parse(source)
    check = check_function(tree)
    forms = Forms(check.args.args[0].arg)
    check.body = [part for node in check.body for part in as_list(forms.visit(node))] or [ast.Pass()]
    for node in check.body:
        if forms.mentions(node):
            raise Unsplittable("a result or the candidate itself flows elsewhere: " + ast.unparse(node)[:120])
    recorder = Recorder()
    space = execute("tests", compile(ast.fix_missing_locations(tree), "<tests>", "exec", dont_inherit=True), "<tests>")
    space["__record__"] = recorder
    try:
        space["check"](None)
    except Unsplittable:
        raise
    except Exception as error:
        raise Unsplittable("the code around the calls raises " + type(error).__name__ + ": " + str(error)[:120])
    if not recorder.tests:
        raise Unsplittable("no assertion is about a call")
    return paged(recorder.tests)


def as_list(result):
    return result if isinstance(result, list) else [result]


def weight(value):
    """At least the characters that the value takes as JSON with tags."""
    if isinstance(value, dict):
        return 40 + sum(weight(key) + weight(held) + 6 for key, held in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return 30 + sum(weight(item) + 1 for item in value)
    if isinstance(value, str):
        return len(json.dumps(value))
    return 30 + (value.bit_length() // 3 if isinstance(value, int) else 2 * len(repr(value)))


def paged(recorded):
    """The list in parts that can each travel as one result."""
    pages, room = [[]], PAGE_CHARS
    for item in recorded:
        size = weight(item)
        if size > PAGE_CHARS:
            raise Unsplittable("the values of one call are too large to travel")
        if size > room:
            pages.append([])
            room = PAGE_CHARS
        pages[-1].append(item)
        room -= size
    return pages


class Tolerant(ast.NodeTransformer):
    """Assertions that may fail without ending the function."""

    def visit_Assert(self, node):
        node.msg = None
        handler = ast.ExceptHandler(type=ast.Name(id="Exception", ctx=ast.Load()), name=None, body=[ast.Pass()])
        return ast.copy_location(ast.Try(body=[node], handlers=[handler], orelse=[], finalbody=[]), node)


def altered(value):
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float, complex)):
        return value + 1
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, (list, tuple)):
        return type(value)([*value, *value[:1]]) if value else type(value)([0])
    if isinstance(value, dict):
        return {**value, "x": 0}
    if isinstance(value, (set, frozenset)):
        return value | {0}
    return 0


def record_calls(source, program, entry):
    """The arguments of every call that `check` makes of the reference, if they do not depend on its answers."""
    function = execute("reference", program, "<reference>")[entry]
    calls, answers = [], []

    def candidate(*args, **named):
        if named:
            raise Unsplittable("a call has named arguments")
        calls.append([argument(arg) for arg in args])
        try:
            answers.append(function(*args))
        except Exception as error:
            answers.append(error)
            raise
        return copy.deepcopy(answers[-1])

    execute("tests", source, "<tests>")["check"](candidate)
    other_calls = []

    def another(*args):
        other_calls.append([argument(arg) for arg in args])
        answer = answers[len(other_calls) - 1]
        if isinstance(answer, Exception):
            raise answer
        return altered(answer)

    tree = Tolerant().visit(ast.parse(source))
    space = execute("tests", compile(ast.fix_missing_locations(tree), "<tests>", "exec", dont_inherit=True), "<tests>")
    try:
        space["check"](another)
    except Exception as error:
        raise Unsplittable("the calls depend on the answers (" + type(error).__name__ + ")")
    if calls != other_calls and repr(calls) != repr(other_calls):
        raise Unsplittable("the arguments of calls depend on earlier answers")
    if not calls:
        raise Unsplittable("check makes no call")
    return paged(calls)


def reason(error):
    return str(error) if isinstance(error, Unsplittable) else type(error).__name__ + ": " + str(error)[:120]


def take_apart(task):
    results = []
    for context in task["contexts"]:
        source = whole_source(task, context)
        check_function(ast.parse(source))
        result = {"source": source, "kind": None, "pages": [], "why": "whole code was asked for"}
        results.append(result)
        if task["whole"]:
            continue
        try:
            result["pages"] = split_tests(source)
            result["kind"] = "tests"
            return result
        except Exception as error:
            result["why"] = reason(error)
    for result in results if task["program"] is not None else []:
        try:
            result["pages"] = record_calls(result["source"], task["program"], task["entry"])
            result["kind"] = "calls"
            return result
        except Exception as error:
            result["why"] += "; " + reason(error)
    return {**results[0], "why": results[-1]["why"]}


apart = {}


def split(task, page):
    """{source, kind, pages, page, why}: the code as one source and a page of its tests or of the calls that it makes.

    `kind` is `tests`, `calls` or None, with the reason in `why`. `contexts` are sources that the test code may need in
    front of it, tried in this order: what the task states, then the reference solution, whose helpers test code
    sometimes uses. `whole` asks for calls rather than tests.
    """
    if not apart:
        apart.update(take_apart(task))
    pages = apart["pages"]
    return {**apart, "pages": len(pages), "page": pages[page] if page < len(pages) else []}
