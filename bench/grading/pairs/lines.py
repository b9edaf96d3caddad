"""Forms of tests with one statement for each call, as people write them."""

from .registry import form, got, is_known, is_sortable


def each(name, results, line, needs=lambda task, cases: True):
    """A form with one statement for each call: of {got}, {call}, {want}, {args}."""

    @form(name, results, needs)
    def make(task, cases, rng):
        return [line.format(got=got(task, a), call=f"FN({a})", args=a, want=text) for a, _, text in cases]


ITEMS = "list tuple iterator set bytes"
ORDERED = "list tuple iterator"


def is_hashable(task, cases):
    items = [item for _, value, _ in cases for item in value]
    parts = [part for item in items if type(item) is tuple for part in item]
    return all(type(item) in (int, str, tuple, float) for item in items) and list not in map(type, parts)


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
each("arithmetic", "int", "assert {got} + 1 == {want} + 1 and {got} * 2 - {want} == {want}", is_known)
each("compared", "int float", "assert {want} <= {got} <= {want}", is_known)
each("difference", "float int", "assert abs({got} - {want}) < 1e-6", is_known)
each("isclose", "float", "import math\nassert math.isclose({got}, {want}, rel_tol=1e-6)")
each("isclose-default", "float", "import math\nassert math.isclose({got}, {want})")
each("rounded", "float", "assert round({got}, 2) == round({want}, 2)")
each("nan", "float", "import math\nr, w = {got}, {want}\nassert r == w and math.copysign(1, r) == math.copysign(1, w) or math.isnan(r) and math.isnan(w)")
each("almost", "float", "import unittest\nunittest.TestCase().assertAlmostEqual({got}, {want}, places=5)")
each("sorted", ITEMS, "assert sorted({call}) == sorted({want})", is_sortable)
each("set", ORDERED, "assert set({call}) == set({want})", is_hashable)
each("list", ITEMS, "assert list({call}) == list({want})")
each("tuple", ORDERED, "assert tuple({call}) == tuple({want})")
each("len", "str dict list tuple set bytes", "assert len({call}) == {want}.__len__()")
each("counted", "str list tuple iterator", "from collections import Counter\nassert Counter({call}) == Counter({want})", lambda task, cases: task.result == "str" or is_hashable(task, cases))
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
