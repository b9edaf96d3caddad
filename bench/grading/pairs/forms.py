"""Forms of tests that take several calls together: loops, tables, helpers, classes, iterators, patched names."""

from .model import Test
from .registry import called, form, got, is_known, is_many, is_one, is_sortable, tabled


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


@form("loop", None, is_many)
def loop(task, cases, rng):
    return [f"for args, want in {tabled(cases)}:\n    assert {called(task)} == want, (args, want)"]


@form("loop-break", None, is_many)
def loop_break(task, cases, rng):
    return [f"for args, want in {tabled(cases)}:\n    if {called(task)} != want:\n        break\nelse:\n    want = None\nassert want is None"]


@form("while", None, is_many)
def while_loop(task, cases, rng):
    return [f"left = {tabled(cases)}\nwhile left:\n    args, want = left.pop()\n    assert {called(task)} == want"]


@form("all", None, is_many)
def all_of(task, cases, rng):
    return [f"assert all({called(task)} == want for args, want in {tabled(cases)})"]


@form("not-any", None, is_many)
def not_any(task, cases, rng):
    return [f"assert not any({called(task)} != want for args, want in {tabled(cases)})"]


@form("comprehension", None, is_many)
def comprehension(task, cases, rng):
    wanted = "[" + ", ".join(text for _, _, text in cases) + "]"
    return [f"assert [{called(task)} for args, _ in {tabled(cases)}] == {wanted}"]


@form("counted-right", None, is_many)
def counted_right(task, cases, rng):
    return [f"right = sum({called(task)} == want for args, want in {tabled(cases)})\nassert right == {len(cases)}"]


@form("mapped", None, lambda task, cases: is_one(task, cases) and task.result != "iterator")
def mapped(task, cases, rng):
    inside, wanted = (", ".join(part) for part in zip(*((a, text) for a, _, text in cases)))
    return [f"assert list(map(FN, [{inside}])) == [{wanted}]"]


@form("mapped-max", "int", lambda *given: is_one(*given) and is_known(*given))
def mapped_max(task, cases, rng):
    inside = ", ".join(a for a, _, _ in cases)
    top = max(value for _, value, _ in cases)
    return [f"assert max(map(FN, [{inside}]), default={top}) == {top}"]


@form("mapped-sum", "int", lambda *given: is_one(*given) and is_known(*given))
def mapped_sum(task, cases, rng):
    inside = ", ".join(a for a, _, _ in cases)
    return [f"assert sum(map(FN, [{inside}])) == {sum(value for _, value, _ in cases)}"]


@form("zip-mapped", "int str bool", is_one)
def zip_mapped(task, cases, rng):
    inside, wanted = (", ".join(part) for part in zip(*((a, text) for a, _, text in cases)))
    return [f"for got, want in zip(map(FN, [{inside}]), [{wanted}]):\n    assert got == want"]


@form("filtered", "bool", is_one)
def filtered(task, cases, rng):
    inside = ", ".join(a for a, _, _ in cases)
    kept = ", ".join(a for a, value, _ in cases if value)
    return [f"assert list(filter(FN, [{inside}])) == [{kept}]"]


@form("iter-until", "int", is_one)
def iter_until(task, cases, rng):
    inside, wanted = (", ".join(part) for part in zip(*((a, text) for a, _, text in cases)))
    return [f"it = iter([{inside}])\nout = []\nfor r in iter(lambda: FN(next(it)) if it.__length_hint__() else 'end', 'end'):\n    out.append(r)\nassert out == [{wanted}]"]


@form("sort-key", "int float", lambda *given: is_one(*given) and is_known(*given))
def sort_key(task, cases, rng):
    inside = ", ".join(a for a, _, _ in cases)
    ordered = ", ".join(a for a, _, _ in sorted(cases, key=lambda case: case[1]))
    return [f"assert sorted([{inside}], key=FN) == [{ordered}]"]


@form("next-of-iterator", None, lambda task, cases: is_one(task, cases) and task.result != "iterator")
def next_of_iterator(task, cases, rng):
    parts = ", ".join(f"{text}, {a}" for a, _, text in cases)
    return [f"it = iter([{parts}])", *(["assert next(it) == FN(next(it))"] * len(cases))]


@form("pop-order", None, lambda task, cases: is_one(task, cases) and task.result != "iterator")
def pop_order(task, cases, rng):
    parts = ", ".join(f"{a}, {text}" for a, _, text in cases)
    return [f"pile = [{parts}]", *(["assert pile.pop() == FN(pile.pop())"] * len(cases))]


@form("walrus-order", "int str bool", is_one)
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


@form("two-calls", "int", lambda *given: is_many(*given) and is_known(*given))
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


@form("patched-sorted", "list", is_sortable)
def patched_sorted(task, cases, rng):
    lines = "\n".join(f"    assert sorted(FN({a})) == {text}" for a, _, text in cases)
    return [f"def in_order():\n    sorted = list\n{lines}\nin_order()"]


@form("random-sample", None, is_many)
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
