"""Forms of tests that any function has, as people write them: each a function of a task, some calls and a random source.

A call is (arguments, value, text): what stands between the parentheses, what the reference gives, and that as source.
"""

from .model import Test, indented

FORMS = []


def form(name, results=None, needs=lambda task, cases: True):
    """Registers a form for tasks whose result is of these kinds (all of them by default)."""

    def register(make):
        FORMS.append((name, results and set(results.split()), needs, make))
        return make

    return register


def got(task, arguments):
    return f"list(FN({arguments}))" if task.result == "iterator" else f"FN({arguments})"


def each(name, results, line, needs=lambda task, cases: True):
    """A form with one statement for each call: of {got}, {call}, {want}, {args}."""

    @form(name, results, needs)
    def make(task, cases, rng):
        return [line.format(got=got(task, a), call=f"FN({a})", args=a, want=text) for a, _, text in cases]


def tabled(cases):
    return "[" + ", ".join(f"(({a},), {text})" for a, _, text in cases) + "]"


def called(task):
    return "list(FN(*args))" if task.result == "iterator" else "FN(*args)"


ONE = lambda task, cases: len(task.parameters) == 1
ITEMS = "list tuple iterator set bytes"
ORDERED = "list tuple iterator"
MANY = lambda task, cases: len(cases) > 1
hashable = lambda task, cases: all(type(item) in (int, str, tuple, float) for _, value, _ in cases for item in value) and not any(type(part) is list for _, value, _ in cases for item in value if type(item) is tuple for part in item)
sortable = lambda task, cases: all(len({type(item) for item in value}) < 2 and not any(type(item) in (dict, frozenset) for item in value) for _, value, _ in cases)

each("equal", None, "assert {got} == {want}")
each("equal-message", None, "assert {got} == {want}, 'for ' + repr({call}) + ' instead'")
each("swapped", None, "assert {want} == {got}")
each("not-equal", None, "assert not {got} != {want}")
each("twice", None, "assert {got} == {got} == {want}")
each("named-result", None, "r = {got}\nassert r == {want} and (r == {want})")
each("walrus", None, "assert (r := {got}) == {want} and r == {want}")
each("if-raise", None, "if {got} != {want}:\n    raise AssertionError('wrong')")
each("one-of", None, "assert {got} in ({want}, object())")
each("either", "int str bool", "assert {got} == {want} or {call} is None and False")
each("evaluated", None, "assert eval('{call}') == {want}", lambda task, cases: task.result != "iterator" and not any("'" in a or "\\" in a for a, _, _ in cases))
each("executed", None, "space = {{'fn': FN, 'args': ({args},)}}\nexec('r = fn(*args)', space)\nassert space['r'] == {want}", lambda task, cases: task.result != "iterator")
each("typed", "int str list tuple dict set bool bytes float", "assert type({got}) is type({want}) and {got} == {want}")
each("isinstance", "int str list tuple dict set bool bytes float", "r = {got}\nassert isinstance(r, type({want})) and r == {want}")
each("repr", "int str list tuple bool bytes float", "assert repr({got}) == repr({want})")
each("str", "int str list bool", "assert f'{{{got}}}' == str({want})", lambda task, cases: not any(q in a for a, _, _ in cases for q in "'\"\\{}"))
each("json", "int str list bool dict", "import json\nassert json.dumps({got}) == json.dumps({want})", lambda task, cases: not any("(" in t or "bytes" in t for _, _, t in cases))
each("copied", None, "import copy\nassert copy.deepcopy({got}) == {want}")
each("try-else", None, "try:\n    r = {got}\nexcept Exception as error:\n    assert False, error\nelse:\n    assert r == {want}")
each("finally", None, "done = False\ntry:\n    assert {got} == {want}\n    done = True\nfinally:\n    assert done")
each("lambda", None, "run = lambda: {got}\nassert run() == {want}")
each("nested-function", None, "def case():\n    def inner():\n        return {got}\n    assert inner() == {want}\ncase()")
each("nested-class", None, "class Case:\n    def go(self):\n        assert {got} == {want}\nCase().go()")
each("generator-run", None, "def case():\n    assert {got} == {want}\n    yield 1\nassert list(case()) == [1]")
each("popped", None, "pile = [{want}]\nassert {got} == pile.pop()")
each("pops-both", None, "pile = [({args},), {want}]\nwant = pile.pop()\nassert {got} == want and len(pile) == 1")
each("silent", None, "import io, contextlib\nout = io.StringIO()\nwith contextlib.redirect_stdout(out):\n    r = {got}\nassert r == {want} and out.getvalue() == ''")
each("matched", "int str bool", "match {got}:\n    case r if r == {want}:\n        pass\n    case other:\n        raise AssertionError(other)")
each("truth", "bool", "assert {got} == {want}\nassert bool({got}) is {want}")
each("is", "bool", "assert {got} is {want}")
each("plain-truth", "bool", "assert {got} if {want} else not {got}")
each("is-none", "int", "want = {want}\nassert ({got} is None) is (want is None)\nassert {got} == want")
each("arithmetic", "int", "assert {got} + 1 == {want} + 1 and {got} * 2 - {want} == {want}", lambda task, cases: all(v is not None for _, v, _ in cases))
each("compared", "int float", "assert {want} <= {got} <= {want}", lambda task, cases: all(v is not None for _, v, _ in cases))
each("difference", "float int", "assert abs({got} - {want}) < 1e-6", lambda task, cases: all(v is not None for _, v, _ in cases))
each("isclose", "float", "import math\nassert math.isclose({got}, {want}, rel_tol=1e-6)")
each("isclose-default", "float", "import math\nassert math.isclose({got}, {want})")
each("rounded", "float", "assert round({got}, 2) == round({want}, 2)")
each("nan", "float", "import math\nr, w = {got}, {want}\nassert r == w and math.copysign(1, r) == math.copysign(1, w) or math.isnan(r) and math.isnan(w)")
each("almost", "float", "import unittest\nunittest.TestCase().assertAlmostEqual({got}, {want}, places=5)")
each("sorted", ITEMS, "assert sorted({call}) == sorted({want})", sortable)
each("set", ORDERED, "assert set({call}) == set({want})", hashable)
each("list", ITEMS, "assert list({call}) == list({want})")
each("tuple", ORDERED, "assert tuple({call}) == tuple({want})")
each("len", "str dict list tuple set bytes", "assert len({call}) == {want}.__len__()")
each("counted", "str list tuple iterator", "from collections import Counter\nassert Counter({call}) == Counter({want})", lambda task, cases: task.result == "str" or hashable(task, cases))
each("summed", "list iterator tuple", "assert sum({call}) == sum({want})", lambda task, cases: all(type(x) is int for _, v, _ in cases for x in v))
each("enumerated", ORDERED, "r = list({call})\nassert len(r) == len({want})\nfor i, x in enumerate({want}):\n    assert r[i] == x")
each("zipped", ORDERED, "for x, y in zip({call}, {want}):\n    assert x == y")
each("zipped-strict", ORDERED, "for x, y in zip({call}, {want}, strict=True):\n    assert x == y")
each("indexed", "list tuple str", "r = {call}\nassert r[:1] == {want}[:1] and r[-1:] == {want}[-1:] and len(r) == len({want})")
each("starred", ORDERED, "first, *rest = [*{call}, None]\nassert [first, *rest] == [*{want}, None]")
each("reversed", "list tuple", "assert list(reversed({call})) == list({want})[::-1]")
each("joined", "str", "assert '-'.join({call}) == '-'.join({want}) and {call}.upper() == {want}.upper()")
each("encoded", "str", "assert {call}.encode('utf-8', 'surrogatepass') == {want}.encode('utf-8', 'surrogatepass')")
each("words", "str", "assert {call}.split() == {want}.split()")
each("contained", "str", "assert {want} in {call}")
each("items", "dict", "assert sorted({call}.items(), key=repr) == sorted({want}.items(), key=repr)")
each("keys-in-order", "dict", "assert list({call}) == list({want})")
each("values", "dict", "r = {call}\nfor key, value in {want}.items():\n    assert r[key] == value\nassert len(r) == len({want})")
each("dict-of", "dict", "assert dict({call}) == dict({want})")
each("got", "dict", "assert {call}.get('no such key', 7) == 7 and {call} == {want}")
each("set-algebra", "set", "assert {call} | set() == {want} and not {call} ^ {want} and {call} <= {want}")


@form("keywords", None, lambda task, cases: "*" not in task.signature)
def keywords(task, cases, rng):
    lines = []
    for arguments, _, text in cases:
        names = ", ".join(f"{name}=args[{i}]" for i, name in enumerate(task.parameters))
        lines.append(f"args = ({arguments},)\nassert {got(task, names)} == {text}")
    return lines


@form("spread")
def spread(task, cases, rng):
    return [f"assert {got(task, f'*[{a}], **{{}}')} == {text}" for a, _, text in cases]


@form("loop", None, MANY)
def loop(task, cases, rng):
    return [f"for args, want in {tabled(cases)}:\n    assert {called(task)} == want, (args, want)"]


@form("loop-break", None, MANY)
def loop_break(task, cases, rng):
    return [f"for args, want in {tabled(cases)}:\n    if {called(task)} != want:\n        break\nelse:\n    want = None\nassert want is None"]


@form("while", None, MANY)
def while_loop(task, cases, rng):
    return [f"left = {tabled(cases)}\nwhile left:\n    args, want = left.pop()\n    assert {called(task)} == want"]


@form("all", None, MANY)
def all_of(task, cases, rng):
    return [f"assert all({called(task)} == want for args, want in {tabled(cases)})"]


@form("not-any", None, MANY)
def not_any(task, cases, rng):
    return [f"assert not any({called(task)} != want for args, want in {tabled(cases)})"]


@form("comprehension", None, MANY)
def comprehension(task, cases, rng):
    wanted = "[" + ", ".join(text for _, _, text in cases) + "]"
    return [f"assert [{called(task)} for args, _ in {tabled(cases)}] == {wanted}"]


@form("counted-right", None, MANY)
def counted_right(task, cases, rng):
    return [f"right = sum({called(task)} == want for args, want in {tabled(cases)})\nassert right == {len(cases)}"]


@form("mapped", None, lambda task, cases: ONE(task, cases) and task.result != "iterator")
def mapped(task, cases, rng):
    inside, wanted = (", ".join(part) for part in zip(*((a, text) for a, _, text in cases)))
    return [f"assert list(map(FN, [{inside}])) == [{wanted}]"]


@form("mapped-max", "int", lambda task, cases: ONE(task, cases) and all(v is not None for _, v, _ in cases))
def mapped_max(task, cases, rng):
    inside = ", ".join(a for a, _, _ in cases)
    top = max(value for _, value, _ in cases)
    return [f"assert max(map(FN, [{inside}]), default={top}) == {top}"]


@form("mapped-sum", "int", lambda task, cases: ONE(task, cases) and all(v is not None for _, v, _ in cases))
def mapped_sum(task, cases, rng):
    inside = ", ".join(a for a, _, _ in cases)
    return [f"assert sum(map(FN, [{inside}])) == {sum(value for _, value, _ in cases)}"]


@form("zip-mapped", "int str bool", ONE)
def zip_mapped(task, cases, rng):
    inside, wanted = (", ".join(part) for part in zip(*((a, text) for a, _, text in cases)))
    return [f"for got, want in zip(map(FN, [{inside}]), [{wanted}]):\n    assert got == want"]


@form("filtered", "bool", ONE)
def filtered(task, cases, rng):
    inside = ", ".join(a for a, _, _ in cases)
    kept = ", ".join(a for a, value, _ in cases if value)
    return [f"assert list(filter(FN, [{inside}])) == [{kept}]"]


@form("iter-until", "int", ONE)
def iter_until(task, cases, rng):
    inside, wanted = (", ".join(part) for part in zip(*((a, text) for a, _, text in cases)))
    return [f"it = iter([{inside}])\nout = []\nfor r in iter(lambda: FN(next(it)) if it.__length_hint__() else 'end', 'end'):\n    out.append(r)\nassert out == [{wanted}]"]


@form("sort-key", "int float", lambda task, cases: ONE(task, cases) and all(v is not None and v == v for _, v, _ in cases))
def sort_key(task, cases, rng):
    inside = ", ".join(a for a, _, _ in cases)
    ordered = ", ".join(a for a, _, _ in sorted(cases, key=lambda case: case[1]))
    return [f"assert sorted([{inside}], key=FN) == [{ordered}]"]


@form("next-of-iterator", None, lambda task, cases: ONE(task, cases) and task.result != "iterator")
def next_of_iterator(task, cases, rng):
    parts = ", ".join(f"{text}, {a}" for a, _, text in cases)
    return [f"it = iter([{parts}])", *(["assert next(it) == FN(next(it))"] * len(cases))]


@form("pop-order", None, lambda task, cases: ONE(task, cases) and task.result != "iterator")
def pop_order(task, cases, rng):
    parts = ", ".join(f"{a}, {text}" for a, _, text in cases)
    return [f"pile = [{parts}]", *(["assert pile.pop() == FN(pile.pop())"] * len(cases))]


@form("walrus-order", "int str bool", ONE)
def walrus_order(task, cases, rng):
    return [f"assert [x := {a}, FN(x)][1] == {text}" for a, _, text in cases]


@form("helper")
def helper(task, cases, rng):
    setup = f"def same(args, want):\n    got = {called(task)}\n    assert got == want, got"
    return Test("helper", (setup, *(f"same(({a},), {text})" for a, _, text in cases)))


@form("helper-returns")
def helper_returns(task, cases, rng):
    define = f"def same(want, *args):\n    return {called(task)} == want"
    return [define, *(f"assert same({text}, {a})" for a, _, text in cases)]


@form("passed-on")
def passed_on(task, cases, rng):
    define = f"def examine(function, args, want):\n    r = {called(task).replace('FN', 'function')}\n    assert r == want"
    return [define, *(f"examine(FN, ({a},), {text})" for a, _, text in cases)]


@form("decorated")
def decorated(task, cases, rng):
    define = "def three_times(function):\n    def wrapper():\n        for _ in range(3):\n            function()\n    return wrapper"
    return [define, *(f"@three_times\ndef case():\n    assert {got(task, a)} == {text}\ncase()" for a, _, text in cases)]


@form("unittest")
def unittest_case(task, cases, rng):
    methods = "\n".join(f"    def test_{i}(self):\n        self.assertEqual({got(task, a)}, {text})" for i, (a, _, text) in enumerate(cases))
    run = "result = unittest.TestResult()\nunittest.defaultTestLoader.loadTestsFromTestCase(Cases).run(result)\nassert result.wasSuccessful() and result.testsRun == %d" % len(cases)
    return Test("unittest", ("import unittest\nclass Cases(unittest.TestCase):\n" + methods + "\n" + run,))


@form("unittest-set-up")
def unittest_set_up(task, cases, rng):
    body = f"    def setUp(self):\n        self.cases = {tabled(cases)}\n    def test_all(self):\n        for args, want in self.cases:\n            with self.subTest(args=args):\n                self.assertTrue({called(task)} == want)\n"
    return ["import unittest\nclass Cases(unittest.TestCase):\n" + body + "result = unittest.TestResult()\nunittest.defaultTestLoader.loadTestsFromTestCase(Cases).run(result)\nassert result.wasSuccessful()"]


@form("collected")
def collected(task, cases, rng):
    wanted = "[" + ", ".join(text for _, _, text in cases) + "]"
    return ["out = []", *(f"out.append({got(task, a)})" for a, _, _ in cases), f"assert out == {wanted}"]


@form("keyed")
def keyed(task, cases, rng):
    lines = "\n".join(f"by_number[{i}] = {got(task, a)}" for i, (a, _, _) in enumerate(cases))
    wanted = "{" + ", ".join(f"{i}: {text}" for i, (_, _, text) in enumerate(cases)) + "}"
    return [f"by_number = {{}}\n{lines}\nassert by_number == {wanted}"]


@form("coroutine-test")
def coroutine_test(task, cases, rng):
    lines = "\n".join(f"    assert {got(task, a)} == {text}" for a, _, text in cases)
    return [f"import asyncio\nasync def main():\n{lines}\nasyncio.run(main())"]


@form("any-object")
def any_object(task, cases, rng):
    define = "class Like:\n    def __init__(self, held):\n        self.held = held\n    def __eq__(self, other):\n        return other == self.held"
    return [define, *(f"assert {got(task, a)} == Like({text})" for a, _, text in cases)]


@form("negative-helper")
def negative_helper(task, cases, rng):
    a, _, text = cases[0]
    lines = [f"def fails():\n    assert {got(task, a)} == object()", "try:\n    fails()\nexcept AssertionError:\n    failed = True\nelse:\n    failed = False"]
    return [*lines, "assert failed", *(f"assert {got(task, b)} == {other}" for b, _, other in cases)]


@form("two-calls", "int", lambda task, cases: MANY(task, cases) and all(v is not None for _, v, _ in cases))
def two_calls(task, cases, rng):
    (a, x, _), (b, y, _) = cases[:2]
    return [f"assert FN({a}) + FN({b}) == {x + y}", f"assert (FN({a}) < FN({b})) is {x < y}"]


@form("unchanged-arguments", None, lambda task, cases: any("[" in a or "{" in a for a, _, _ in cases))
def unchanged_arguments(task, cases, rng):
    return [f"args = ({a},)\nkept = repr(args)\nassert {called(task)} == {text}\nassert repr(args) == kept" for a, _, text in cases]


@form("arguments-again", None, lambda task, cases: any("[" in a for a, _, _ in cases))
def arguments_again(task, cases, rng):
    return [f"args = ({a},)\nassert {called(task)} == {text}\nassert {called(task)} == {text}" for a, _, text in cases]


@form("not-its-argument", "list dict", lambda task, cases: any("[" in a or "{" in a for a, _, _ in cases))
def not_its_argument(task, cases, rng):
    return [f"args = ({a},)\nr = FN(*args)\nassert r == {text} and all(r is not x for x in args)" for a, _, text in cases]


@form("result-fresh", "list dict")
def result_fresh(task, cases, rng):
    return [f"r = FN({a})\nr.clear()\nassert FN({a}) == {text}" for a, _, text in cases]


@form("patched-sorted", "list", sortable)
def patched_sorted(task, cases, rng):
    lines = "\n".join(f"    assert sorted(FN({a})) == {text}" for a, _, text in cases)
    return [f"def in_order():\n    sorted = list\n{lines}\nin_order()"]


@form("random-sample", None, MANY)
def random_sample(task, cases, rng):
    return [f"import random\nrandom.seed({rng.randint(0, 99)})\ncases = {tabled(cases)}\nfor _ in range(6):\n    args, want = random.choice(cases)\n    assert {called(task)} == want\nfor args, want in cases:\n    assert {called(task)} == want"]


@form("timed")
def timed(task, cases, rng):
    lines = "\n".join(f"assert {got(task, a)} == {text}" for a, _, text in cases)
    return [f"import time\nbegan = time.perf_counter()\n{lines}\nassert time.perf_counter() - began < 60"]


@form("nothing-asserted")
def nothing_asserted(task, cases, rng):
    return Test("nothing-asserted", tuple(f"{got(task, a)} == {text}" for a, _, text in cases), asserts_nothing=True)


@form("unrun-generator")
def unrun_generator(task, cases, rng):
    a, _, text = cases[0]
    return [f"assert {got(task, a)} == {text}", f"def never():\n    assert {got(task, a)} == 'something else'\n    yield\nnever()"]


@form("globals", None, lambda task, cases: task.result != "iterator")
def by_globals(task, cases, rng):
    return [f"assert globals()['{task.entry}']({a}) == {text}" for a, _, text in cases]


def applicable(task, cases):
    return [
        (name, make)
        for name, results, needs, make in FORMS
        if (results is None or task.result in results) and task.result != "none" and needs(task, cases)
    ]


def test_of(name, make, task, cases, rng):
    made = make(task, cases, rng)
    return made if isinstance(made, Test) else Test(name, tuple(made))
