"""Programs whose tests hand over or get back more than plain values: classes, functions, iterators, exceptions, coroutines, several names."""

from .model import Task, fixed
from .values import calls, ints

NODE = "class Node:\n    def __init__(self, value, left=None, right=None):\n        self.value, self.left, self.right = value, left, right\n\n"
LINK = "class Link:\n    def __init__(self, value, next=None):\n        self.value = value\n        self.next = next\n\n"
POINT = "from dataclasses import dataclass\n\n@dataclass\nclass Point:\n    x: int\n    y: int\n\n"
EMPTY = "class Empty(Exception):\n    pass\n\nclass Bad(ValueError):\n    def __init__(self, code, why=''):\n        super().__init__(code, why)\n        self.code = code\n\n"
COLOUR = "import enum\n\nclass Colour(enum.Enum):\n    RED = 1\n    BLUE = 2\n\n"

STACK = "class Stack:\n    limit = 3\n    def __init__(self):\n        self.items = []\n    def push(self, x):\n        if len(self.items) == self.limit:\n            raise OverflowError('full')\n        self.items.append(x)\n        return self\n    def pop(self):\n        return self.items.pop()\n    def __len__(self):\n        return len(self.items)\n    def __iter__(self):\n        return iter(self.items)\n    def __contains__(self, x):\n        return x in self.items\n    @property\n    def top(self):\n        return self.items[-1] if self.items else None\n"

STACK_TESTS = (
    fixed("methods", "s = FN()\ns.push(1)\ns.push(2)\nassert s.pop() == 2\nassert s.pop() == 1"),
    fixed("dunders", "s = FN()\nassert len(s) == 0\ns.push(5)\nassert len(s) == 1 and list(s) == [5] and 5 in s and 6 not in s"),
    fixed("chained-methods", "s = FN().push(1).push(2)\nassert s.top == 2\nassert s.pop() + s.pop() == 3\nassert s.top is None"),
    fixed("attributes", "s = FN()\ns.push('a')\nassert s.items == ['a']\ns.items.append('b')\nassert s.pop() == 'b' and FN.limit == 3"),
    fixed("two-instances", "a, b = FN(), FN()\na.push(1)\nassert len(a) == 1 and len(b) == 0 and a.items is not b.items"),
    fixed("method-raises", "s = FN()\nfor i in range(3):\n    s.push(i)\ntry:\n    s.push(3)\nexcept OverflowError as e:\n    assert str(e) == 'full'\nelse:\n    assert False"),
    fixed("isinstance", "s = FN()\nassert isinstance(s, FN) and type(s).__name__ == 'Stack' and hasattr(s, 'push') and not hasattr(s, 'peek')"),
    fixed("subclassed", "class Small(FN):\n    limit = 1\ns = Small()\ns.push(1)\ntry:\n    s.push(2)\n    assert False\nexcept OverflowError:\n    pass"),
    fixed("bound-method", "s = FN()\npush = s.push\nfor x in 'ab':\n    push(x)\nassert ''.join(s) == 'ab'\nassert list(map(lambda _: s.pop(), range(2))) == ['b', 'a']"),
)

NODE_TESTS = (
    fixed("instances-in", "t = Node(1, Node(2, None, Node(4)), Node(3))\nassert FN(t) == 3\nassert FN(None) == 0"),
    fixed("deep-instances", "t = None\nfor i in range(30):\n    t = Node(i, t, None)\nassert FN(t) == 30"),
    fixed("shared-subtree", "leaf = Node(0)\nassert FN(Node(1, leaf, Node(2, leaf))) == 3 and leaf.left is None"),
    fixed("helper-built", "def tree(d):\n    return Node(d, tree(d - 1), tree(d - 1)) if d else None\nfor d in range(5):\n    assert FN(tree(d)) == d"),
)

LINK_TESTS = (
    fixed("instance-out", "r = FN(Link(1, Link(2, Link(3))))\nassert (r.value, r.next.value, r.next.next.value, r.next.next.next) == (3, 2, 1, None)"),
    fixed("walk", "def values(l):\n    while l:\n        yield l.value\n        l = l.next\nassert list(values(FN(Link('a', Link('b'))))) == ['b', 'a']\nassert FN(None) is None"),
    fixed("head-kept", "tail = Link(2)\nhead = Link(1, tail)\nr = FN(head)\nassert r is tail and head.next is None and tail.next is head"),
    fixed("isinstance-out", "assert isinstance(FN(Link(1)), Link)\nassert type(FN(Link(1, Link(2)))) is Link"),
)

POINT_TESTS = (
    fixed("dataclass-equal", "assert FN(Point(0, 0), Point(2, 4)) == Point(1, 2)"),
    fixed("dataclass-fields", "r = FN(Point(0, 2), Point(2, 2))\nassert r.x == 1 and r.y == 2 and repr(r) == 'Point(x=1, y=2)'"),
    fixed("dataclass-unchanged", "a, b = Point(0, 0), Point(4, 4)\nassert FN(a, b) == Point(2, 2)\nassert a == Point(0, 0) and b == Point(4, 4)"),
    fixed("dataclass-asdict", "assert asdict(FN(Point(2, 2), Point(4, 6))) == {'x': 3, 'y': 4}", setup="from dataclasses import asdict"),
)

ADDER_TESTS = (
    fixed("closure", "add = FN(3)\nassert add(4) == 7 and add(-3) == 0"),
    fixed("closures-apart", "a, b = FN(1), FN(10)\nassert [f(5) for f in (a, b, a)] == [6, 15, 6]"),
    fixed("called-at-once", "assert FN(2)(5) == 7\nassert callable(FN(0))"),
    fixed("mapped-closure", "assert list(map(FN(2), [1, 2, 3])) == [3, 4, 5]"),
    fixed("closure-as-key", "assert sorted([3, 1], key=FN(1)) == [1, 3] and FN(1)(1) == 2"),
)

TALLY_TESTS = (
    fixed("closure-state", "t = FN()\nassert (t(1), t(2), t(3)) == (1, 3, 6)"),
    fixed("states-apart", "a, b = FN(), FN()\na(5)\nassert b(1) == 1 and a(1) == 6"),
)

APPLY_TESTS = (
    fixed("lambda-argument", "assert FN(lambda x: x + 1, [1, 2]) == [2, 3]"),
    fixed("builtin-argument", "assert FN(str, [1, None]) == ['1', 'None']\nassert FN(len, ['ab', '']) == [2, 0]"),
    fixed("closure-argument", "seen = []\ndef note(x):\n    seen.append(x)\n    return -x\nassert FN(note, [3, 1]) == [-3, -1]\nassert seen == [3, 1]"),
    fixed("raising-argument", "def no(x):\n    raise KeyError(x)\ntry:\n    FN(no, [1])\nexcept KeyError as e:\n    assert e.args == (1,)\nelse:\n    assert False"),
    fixed("called-once-each", "calls = []\ndef count(x):\n    calls.append(x)\n    return len(calls)\nassert FN(count, 'abc') == [1, 2, 3] and calls == ['a', 'b', 'c']"),
    fixed("method-argument", "assert FN('a-{}'.format, [1]) == ['a-1']\nassert FN([5, 6].__getitem__, [1, 0]) == [6, 5]"),
    fixed("re-entered", "assert FN(lambda x: FN(str, [x, x]), [1, 2]) == [['1', '1'], ['2', '2']]"),
    fixed("asserts-in-argument", "def seen(x):\n    assert x in (1, 2), x\n    return x\nassert FN(seen, [2, 1]) == [2, 1]\ntry:\n    FN(seen, [3])\nexcept AssertionError as e:\n    assert e.args == (3,)\nelse:\n    raise RuntimeError('it was never called')"),
    fixed("class-argument", "class Box:\n    def __init__(self, x):\n        self.x = x\nr = FN(Box, [1, 2])\nassert [b.x for b in r] == [1, 2] and isinstance(r[0], Box)"),
)

TAKE_TESTS = (
    fixed("iterator-argument", "it = iter([1, 2, 3, 4])\nassert FN(it, 2) == [1, 2]\nassert list(it) == [3, 4]"),
    fixed("generator-argument", "def g():\n    yield 1\n    yield 2\nassert FN(g(), 5) == [1, 2]"),
    fixed("endless-argument", "assert FN(itertools.count(3), 3) == [3, 4, 5]", setup="import itertools"),
    fixed("lazy-argument", "seen = []\ndef g():\n    for i in range(9):\n        seen.append(i)\n        yield i\nassert FN(g(), 2) == [0, 1]\nassert seen == [0, 1]"),
    fixed("next-after", "it = iter('abc')\nassert next(it) == 'a' and FN(it, 1) == ['b'] and next(it) == 'c'"),
    fixed("file-argument", "assert FN(io.StringIO('a\\nb\\n'), 1) == ['a\\n']", setup="import io"),
    fixed("own-iterable", "class Twice:\n    def __iter__(self):\n        return iter([7, 7])\nassert FN(Twice(), 3) == [7, 7]"),
)

RAISING_TESTS = (
    fixed("expected-exception", "try:\n    FN('x')\n    assert False\nexcept ValueError:\n    pass\nassert FN('4') == 4"),
    fixed("exception-base", "try:\n    FN('-1')\nexcept Exception as e:\n    assert isinstance(e, ValueError) and type(e) is not AssertionError\nelse:\n    raise AssertionError"),
    fixed("assert-raises", "class T(unittest.TestCase):\n    def runTest(self):\n        with self.assertRaises(ValueError):\n            FN('')\n        self.assertEqual(FN('7'), 7)\nr = T().run()\nassert r.wasSuccessful()", setup="import unittest"),
    fixed("flag-exception", "caught = False\ntry:\n    FN('-5')\nexcept ValueError:\n    caught = True\nassert caught"),
    fixed("exceptions-collected", "out = []\nfor t in ['1', 'a', '2']:\n    try:\n        out.append(FN(t))\n    except ValueError:\n        out.append(None)\nassert out == [1, None, 2]"),
    fixed("finally", "log = []\ntry:\n    try:\n        FN('no')\n    finally:\n        log.append(1)\nexcept ValueError:\n    log.append(2)\nassert log == [1, 2]"),
    fixed("suppressed", "with contextlib.suppress(ValueError):\n    FN('?')\n    assert False\nassert FN('12') == 12", setup="import contextlib"),
)

OWN_EXCEPTION_TESTS = (
    fixed("own-exception", "try:\n    FN([])\n    assert False\nexcept Empty:\n    pass\nassert FN([2]) == 2"),
    fixed("own-exception-args", "try:\n    FN([-3])\nexcept Bad as e:\n    assert e.code == -3 and e.args == (-3, 'negative')\nelse:\n    assert False"),
    fixed("own-exception-base", "try:\n    FN([-1])\nexcept ValueError as e:\n    assert isinstance(e, Bad)\nelse:\n    assert False"),
    fixed("exception-message", "try:\n    FN([])\nexcept Exception as e:\n    assert type(e).__name__ == 'Empty' and str(e) == 'nothing'\nelse:\n    assert False"),
)

TWO_TESTS = (
    fixed("two-functions", "assert FN('ab') == 'bc'\nassert decode('bc') == 'ab'"),
    fixed("round-trip", "for s in ['', 'a', 'hello']:\n    assert decode(FN(s)) == s"),
    fixed("constant", "assert SHIFT == 1\nassert FN('x' * SHIFT) == 'y'"),
    fixed("mixed-names", "assert FN(decode('b')) == 'b'\nassert decode(FN('q')) == 'q' and FN('q') != 'q'"),
)

ASYNC_TESTS = (
    fixed("awaited", "assert asyncio.run(FN(2)) == 4", setup="import asyncio"),
    fixed("gathered", "async def main():\n    return await asyncio.gather(FN(1), FN(2), FN(3))\nassert asyncio.run(main()) == [2, 4, 6]", setup="import asyncio"),
    fixed("is-coroutine", "c = FN(5)\nassert inspect.iscoroutine(c)\nassert asyncio.run(c) == 10", setup="import asyncio, inspect"),
    fixed("stepped", "c = FN(3)\ntry:\n    while True:\n        c.send(None)\nexcept StopIteration as e:\n    assert e.value == 6"),
)

RUN_TESTS = (fixed("runs-a-loop", "assert FN(3) == 6\nassert FN(0) == 0"),)

GENERATOR_TESTS = (
    fixed("next-by-next", "g = FN(3)\nassert next(g) == 3 and next(g) == 2 and next(g) == 1\nassert next(g, 'end') == 'end'"),
    fixed("exhausted", "g = FN(2)\nassert list(g) == [2, 1] and list(g) == []"),
    fixed("zipped-generators", "assert list(zip(FN(2), FN(3))) == [(2, 3), (1, 2)]"),
    fixed("for-over", "out = []\nfor x in FN(4):\n    if x == 2:\n        break\n    out.append(x)\nassert out == [4, 3]"),
    fixed("summed", "assert sum(FN(4)) == 10 and max(FN(4)) == 4 and sorted(FN(3)) == [1, 2, 3]"),
    fixed("is-generator", "assert isinstance(FN(1), types.GeneratorType)", setup="import types"),
    fixed("unpacked", "a, b = FN(2)\nassert (a, b) == (2, 1)\nfirst, *rest = FN(4)\nassert rest == [3, 2, 1]"),
    fixed("is-iterator", "from collections.abc import Iterator\ng = FN(2)\nassert isinstance(g, Iterator) and iter(g) is g and list(g) == [2, 1]"),
    fixed("member", "assert 2 in FN(3) and 5 not in FN(3) and any(x == 1 for x in FN(1))"),
)

DEEP_TESTS = (
    fixed("deep", "assert FN(10) == 10\nassert FN(300) == 300"),
    fixed("deeper", "assert FN(450) == 450"),
)

COLOUR_TESTS = (
    fixed("enum", "assert FN(Colour.RED) is Colour.BLUE\nassert FN(FN(Colour.RED)) == Colour.RED"),
    fixed("enum-name", "assert FN(Colour.BLUE).name == 'RED' and FN(Colour.BLUE).value == 1"),
)

SETUP_TESTS = (
    fixed("setup-helper", "assert FN(numbers(3)) == 6\nassert FN(numbers(0)) == 0", setup="def numbers(n):\n    return list(range(n + 1))"),
    fixed("setup-class", "assert FN(Bag(1, 2)) == 3", setup="class Bag:\n    def __init__(self, *xs):\n        self.xs = xs\n    def __iter__(self):\n        return iter(self.xs)"),
    fixed("setup-values", "for xs in CASES:\n    assert FN(xs) == CASES_SUM[len(xs)]", setup="CASES = [[1], [2, 3]]\nCASES_SUM = {1: 1, 2: 5}"),
    fixed("setup-list-subclass", "assert FN(Mine([1, 2])) == 3 and FN(Mine()) == 0", setup="class Mine(list):\n    pass"),
    fixed("setup-counts-reads", "c = Counted([4, 5])\nassert FN(c) == 9 and c.reads >= 1", setup="class Counted:\n    def __init__(self, xs):\n        self.xs, self.reads = xs, 0\n    def __iter__(self):\n        self.reads += 1\n        return iter(self.xs)"),
)

DECODE = "\ndef decode(text):\n    return ''.join(chr(ord(c) - SHIFT) for c in text)\n"
TWO = "SHIFT = 1\n\ndef encode(text):\n    return ''.join(chr(ord(c) + SHIFT) for c in text)\n"

TASKS = [
    Task("stack", "object", "class Stack:", STACK, general=False, tests=STACK_TESTS, tags=("class",),
         right=(STACK.replace("self.items.append(x)", "self.items += [x]"), "import collections\n" + STACK.replace("return iter(self.items)", "yield from self.items")),
         wrong=(STACK.replace("self.items.pop()", "self.items.pop(0)"), STACK.replace("    def __init__(self):\n        self.items = []\n", "    items = []\n"), STACK.replace("== self.limit", "> self.limit"),
                STACK.replace("return self\n", "return None\n"), STACK.replace("OverflowError('full')", "ValueError('full')"), STACK.replace("self.items[-1] if self.items else None", "self.items[-1]"), STACK.replace("limit = 3", "limit = 2"))),
    Task("depth", "int", "def depth(root):", "return 0 if root is None else 1 + max(depth(root.left), depth(root.right))", preamble=NODE, general=False, tests=NODE_TESTS,
         right=("level, n = [root] if root else [], 0\nwhile level:\n    n += 1\n    level = [c for t in level for c in (t.left, t.right) if c]\nreturn n",),
         wrong=("return 0 if root is None else 1 + depth(root.left)", "return 3 if root else 0", "if root is None:\n    return 0\nd = 1 + max(depth(root.left), depth(root.right))\nroot.left = root.right = None\nreturn d")),
    Task("reverse-links", "object", "def reverse(head):", "out = None\nwhile head:\n    head.next, out, head = out, head, head.next\nreturn out", preamble=LINK, general=False, tests=LINK_TESTS,
         right=("out = None\nwhile head is not None:\n    following = head.next\n    head.next = out\n    out = head\n    head = following\nreturn out",),
         wrong=("out = None\nwhile head:\n    out, head = Link(head.value, out), head.next\nreturn out", "return head", "values = []\nwhile head:\n    values.append(head.value)\n    head = head.next\nreturn values[::-1] or None")),
    Task("midpoint", "object", "def middle(a, b):", "return Point((a.x + b.x) // 2, (a.y + b.y) // 2)", preamble=POINT, general=False, tests=POINT_TESTS,
         right=("import dataclasses\ndef middle(a, b):\n    return dataclasses.replace(a, x=(a.x + b.x) // 2, y=(a.y + b.y) // 2)",), wrong=("return ((a.x + b.x) // 2, (a.y + b.y) // 2)", "a.x = (a.x + b.x) // 2\na.y = (a.y + b.y) // 2\nreturn a", "return Point(a.x, b.y)")),
    Task("adder", "object", "def adder(n):", "return lambda x: x + n", general=False, tests=ADDER_TESTS,
         right=("def inner(x):\n    return n + x\nreturn inner", "import functools, operator\ndef adder(n):\n    return functools.partial(operator.add, n)", "class adder:\n    def __init__(self, n):\n        self.n = n\n    def __call__(self, x):\n        return self.n + x"),
         wrong=("return lambda x: x + 3", "return n", "global held\nheld = n\nreturn lambda x: x + held", "return lambda x: x - n")),
    Task("tally", "object", "def tally():", "total = 0\ndef add(x):\n    nonlocal total\n    total += x\n    return total\nreturn add", general=False, tests=TALLY_TESTS,
         wrong=("return lambda x: x", "def tally(seen=[]):\n    def add(x):\n        seen.append(x)\n        return sum(seen)\n    return add")),
    Task("apply", "list", "def apply(fn, xs):", "return [fn(x) for x in xs]", general=False, tests=APPLY_TESTS, right=("return list(map(fn, xs))",),
         wrong=("return map(fn, xs)", "return [fn(x) for x in xs if fn(x)]", "return [fn(x) for x in reversed(xs)][::-1]", "return xs", "try:\n    return [fn(x) for x in xs]\nexcept Exception:\n    return []")),
    Task("take", "list", "def take(items, n):", "return list(islice(items, n))", preamble="from itertools import islice\n", general=False, tests=TAKE_TESTS, right=("it = iter(items)\nout = []\nfor _ in range(n):\n    try:\n        out.append(next(it))\n    except StopIteration:\n        break\nreturn out", "return [x for _, x in zip(range(n), items)]"),
         wrong=("out = []\nfor x in items:\n    if len(out) == n:\n        break\n    out.append(x)\nreturn out", "return list(islice(items, n + 1))[:n]", "return items[:n]")),
    Task("parse", "int", "def parse(text):", "n = int(text)\nif n < 0:\n    raise ValueError('negative')\nreturn n", general=False, tests=RAISING_TESTS,
         right=("class Low(ValueError):\n    pass\n\ndef parse(text):\n    if not text.isdigit():\n        raise Low(text)\n    return int(text)", "import json\ndef parse(text):\n    if not text.isdigit():\n        raise json.JSONDecodeError('no', text, 0)\n    return int(text)"),
         wrong=("return int(text)", "try:\n    return int(text)\nexcept ValueError:\n    return None", "if not text.isdigit():\n    raise Exception(text)\nreturn int(text)", "if not text.isdigit():\n    raise ValueError\nreturn text", "raise ValueError", "if not text.isdigit():\n    raise StopIteration\nreturn int(text)", "if not text.isdigit():\n    raise KeyError(text)\nreturn int(text)", "assert text.isdigit()\nreturn int(text)", "import sys\ndef parse(text):\n    if not text.isdigit():\n        sys.exit(0)\n    return int(text)")),
    Task("first", "int", "def first(xs):", "if not xs:\n    raise Empty('nothing')\nif xs[0] < 0:\n    raise Bad(xs[0], 'negative')\nreturn xs[0]", preamble=EMPTY, general=False, tests=OWN_EXCEPTION_TESTS,
         right=("class Emptier(Empty):\n    pass\n\ndef first(xs):\n    for x in xs:\n        if x < 0:\n            raise Bad(x, 'negative')\n        return x\n    raise Emptier('nothing')",),
         wrong=("if not xs:\n    raise Exception('Empty: nothing')\nreturn xs[0]", "return xs[0]", "class Empty(Exception):\n    pass\ndef first(xs):\n    if not xs:\n        raise Empty\n    return xs[0]", "if not xs:\n    raise Empty('nothing')\nif xs[0] < 0:\n    raise Bad(0)\nreturn xs[0]")),
    Task("encode", "str", "def encode(text):", TWO + DECODE, general=False, tests=TWO_TESTS, tags=("several",), right=("SHIFT = 1\nencode = lambda text: ''.join(map(lambda c: chr(ord(c) + 1), text))\n" + DECODE,),
         wrong=(TWO + "\ndef decode(text):\n    return text\n", TWO + "\ndef decode(text):\n    return None\n", TWO, TWO.replace("= 1", "= 2") + DECODE, "SHIFT = 1\n\ndef encode(text):\n    return text\n\ndef decode(text):\n    return text\n", "SHIFT = 1\nlast = ''\n\ndef encode(text):\n    global last\n    last = text\n    return 'bc'\n\ndef decode(text):\n    return last\n")),
    Task("async-double", "object", "async def double(x):", "await asyncio.sleep(0)\nreturn 2 * x", preamble="import asyncio\n", general=False, tests=ASYNC_TESTS, wrong=("return 4", "def double(x):\n    return 2 * x", "await asyncio.sleep(0)\nreturn x")),
    Task("runs-async", "int", "def doubled(x):", "async def go():\n    await asyncio.sleep(0)\n    return 2 * x\nreturn asyncio.run(go())", preamble="import asyncio\n", general=False, tests=RUN_TESTS, right=("return 2 * x",), wrong=("return x + 3", "async def go():\n    return 2 * x\nreturn go()")),
    Task("countdown", "iterator", "def countdown(n):", "while n > 0:\n    yield n\n    n -= 1", calls(lambda rng: (rng.randint(0, 5),)), tests=GENERATOR_TESTS, right=("yield from range(n, 0, -1)", "return iter(range(n, 0, -1))"), wrong=("while n >= 0:\n    yield n\n    n -= 1", "return list(range(n, 0, -1))", "return range(n, 0, -1)", "yield from range(n)", "while n > 0:\n    yield n\n    n -= 1\nraise ValueError")),
    Task("deep", "int", "def deep(n):", "return 0 if n == 0 else 1 + deep(n - 1)", calls(lambda rng: (rng.randint(0, 90),)), tests=DEEP_TESTS, right=("from functools import cache\n\n@cache\ndef deep(n):\n    return 0 if n == 0 else 1 + deep(n - 1)", "return n", "import sys\nsys.setrecursionlimit(10**6)\ndef deep(n):\n    return 0 if n == 0 else 1 + deep(n - 1)"), wrong=("return 1 + deep(n - 1)", "return min(n, 299)")),
    Task("other-colour", "object", "def other(colour):", "return Colour.BLUE if colour is Colour.RED else Colour.RED", preamble=COLOUR, general=False, tests=COLOUR_TESTS, right=("return Colour(3 - colour.value)",), wrong=("return colour", "return 3 - colour.value", "return Colour.BLUE")),
    Task("total", "int", "def total(items):", "out = 0\nfor x in items:\n    out += x\nreturn out", calls(lambda rng: (ints(rng),)), tests=SETUP_TESTS, right=("return sum(items)",), wrong=("return len(items)", "return sum(set(items))", "out = 0\nwhile items:\n    out += items.pop()\nreturn out", "return sum(items[:-1])", "return 3")),
]  # fmt: skip
