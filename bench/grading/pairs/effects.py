"""Functions that do something beside returning: to their arguments, to the output, to state that lives on; and tests that look."""

from .model import Task, fixed
from .values import calls, ints

NO_CHANGE = (
    fixed("unchanged", "x = [3, 1, 2]\nassert FN(x) == [1, 2, 3]\nassert x == [3, 1, 2]"),
    fixed("not-the-same", "x = [3, 1]\nr = FN(x)\nassert r is not x and r == [1, 3]"),
    fixed("shared-argument", "x = [2, 1]\nassert FN(x) == FN(x) == [1, 2]\nassert FN(x[:]) is not x"),
    fixed("changed-between", "x = [5]\nassert FN(x) == [5]\nx.append(1)\nassert FN(x) == [1, 5]\nassert x[-1] == 1"),
    fixed("result-changed", "x = [2, 1]\nr = FN(x)\nr.append(9)\nassert x == [2, 1]\nassert FN(x) == [1, 2]"),
    fixed("tuple-argument", "t = (2, 1)\nassert list(FN(t)) == [1, 2]\nassert t == (2, 1)"),
)

IN_PLACE = (
    fixed("argument-after", "x = [3, 1, 2]\nFN(x)\nassert x == [1, 2, 3]"),
    fixed("argument-and-none", "x = [2, 1]\nassert FN(x) is None\nassert x == [1, 2]"),
    fixed("alias-after", "x = [2, 1]\ny = x\nFN(x)\nassert y is x and y == [1, 2]"),
    fixed("nested-after", "box = {'k': [2, 1], 'other': [2, 1]}\nFN(box['k'])\nassert box == {'k': [1, 2], 'other': [2, 1]}"),
    fixed("aliased-rows", "row = [2, 1]\ngrid = [row, row]\nFN(grid[0])\nassert grid == [[1, 2], [1, 2]] and grid[0] is grid[1]"),
    fixed("sorted-twice", "x = [1, 3, 2]\nFN(x)\nx.append(0)\nFN(x)\nassert x == [0, 1, 2, 3]"),
    fixed("slice-untouched", "x = [3, 2, 1]\nFN(x[1:])\nassert x == [3, 2, 1]\nFN(x)\nassert x == [1, 2, 3]"),
)

ACCUMULATOR = (
    fixed("accumulates", "acc = []\nFN(1, acc)\nFN(2, acc)\nassert acc == [1, 2]"),
    fixed("returns-it", "acc = [0]\nassert FN(1, acc) is acc\nassert acc == [0, 1]"),
    fixed("own-default", "assert FN(1) == [1]\nassert FN(2) == [2]"),
    fixed("chained", "assert FN(3, FN(2, FN(1))) == [1, 2, 3]"),
    fixed("default-and-given", "a = FN(1)\nb = FN(2)\nassert a == [1] and b == [2] and a is not b"),
)

POPPED = (
    fixed("drained", "q = [1, 2, 3]\nassert [FN(q), FN(q), FN(q)] == [1, 2, 3]\nassert q == []"),
    fixed("while-drained", "q = [4, 5]\nout = []\nwhile q:\n    out.append(FN(q))\nassert out == [4, 5]"),
    fixed("shared-queue", "q = [1, 2]\np = q\nassert FN(q) == 1 and FN(p) == 2 and not q"),
    fixed("remaining", "q = [7, 8]\nassert FN(q) + len(q) == 8"),
    fixed("empty", "try:\n    FN([])\n    assert False, 'no exception'\nexcept IndexError:\n    pass"),
)

COUNTING = (
    fixed("counts-up", "first = FN()\nassert [FN(), FN()] == [first + 1, first + 2]"),
    fixed("from-one", "assert FN() == 1\nassert FN() == 2\nassert FN() == 3"),
    fixed("counts-in-loop", "seen = [FN() for _ in range(5)]\nassert seen == sorted(seen) and len(set(seen)) == 5"),
)

REMEMBER = (
    fixed("state-between", "FN('a', 1)\nFN('b', 2)\nassert FN('a') == 1\nassert FN('b') == 2\nassert FN('c') is None"),
    fixed("overwritten", "assert FN('k', [1]) == [1]\nFN('k').append(2)\nassert FN('k') == [1, 2]"),
)

PRINTING = (
    fixed("output", "out = io.StringIO()\nwith contextlib.redirect_stdout(out):\n    FN('Ann')\nassert out.getvalue() == 'Hello, Ann!\\n'", setup="import io, contextlib"),
    fixed("output-and-none", "out = io.StringIO()\nwith contextlib.redirect_stdout(out):\n    r = FN('Bo')\nassert r is None and 'Bo' in out.getvalue()", setup="import io, contextlib"),
    fixed("swapped-stdout", "old = sys.stdout\nsys.stdout = io.StringIO()\ntry:\n    FN('Cy')\n    text = sys.stdout.getvalue()\nfinally:\n    sys.stdout = old\nassert text.strip() == 'Hello, Cy!'", setup="import io, sys"),
    fixed("patched-print", "said = []\nwith mock.patch('builtins.print', lambda *a, **k: said.append(a)):\n    FN('Di')\nassert said == [('Hello, Di!',)]", setup="from unittest import mock"),
    fixed("two-outputs", "out = io.StringIO()\nwith contextlib.redirect_stdout(out):\n    FN('a')\n    print('between')\n    FN('b')\nassert out.getvalue().split('\\n') == ['Hello, a!', 'between', 'Hello, b!', '']", setup="import io, contextlib"),
)

ASKING = (
    fixed("patched-input", "with mock.patch('builtins.input', side_effect=['3', '4']):\n    assert FN() == 7", setup="from unittest import mock"),
    fixed("stdin", "old = sys.stdin\nsys.stdin = io.StringIO('10\\n-4\\n')\ntry:\n    assert FN() == 6\nfinally:\n    sys.stdin = old", setup="import io, sys"),
    fixed("own-input", "import builtins\nlines = iter(['1', '1'])\nkept = builtins.input\nbuiltins.input = lambda *a: next(lines)\ntry:\n    assert FN() == 2\nfinally:\n    builtins.input = kept"),
)

RANDOM = (
    fixed("in-range", "for _ in range(50):\n    assert FN() in (1, 2, 3, 4, 5, 6)"),
    fixed("all-sides", "assert {FN() for _ in range(300)} == {1, 2, 3, 4, 5, 6}"),
    fixed("seeded", "random.seed(5)\na = [FN() for _ in range(8)]\nrandom.seed(5)\nassert a == [FN() for _ in range(8)]", setup="import random"),
    fixed("seeded-as", "random.seed(5)\na = [FN() for _ in range(4)]\nrandom.seed(5)\nassert a == [random.randint(1, 6) for _ in range(4)]", setup="import random"),
    fixed("patched", "with mock.patch('random.randint', lambda a, b: 4):\n    assert FN() == 4", setup="from unittest import mock"),
)

RANDOM_SOURCE = (
    fixed("given-source", "a = FN(random.Random(3), 5)\nb = FN(random.Random(3), 5)\nassert a == b and sorted(a) == [0, 1, 2, 3, 4]", setup="import random"),
    fixed("source-moves", "rng = random.Random(1)\na, b = FN(rng, 20), FN(rng, 20)\nassert a != b and sorted(b) == list(range(20))", setup="import random"),
)

ENVIRONMENT = (
    fixed("environment", "os.environ['LEVEL'] = '7'\nassert FN() == 7\ndel os.environ['LEVEL']\nassert FN() == 0", setup="import os"),
    fixed("default-level", "os.environ.pop('LEVEL', None)\nassert FN() == 0", setup="import os"),
)

FILLED = (
    fixed("aliased-argument", "row = [0, 0]\ng = [row, row]\nFN(g)\nassert g == [[1, 0], [1, 0]] and row == [1, 0]"),
    fixed("separate-rows", "g = [[0, 0], [0, 0]]\nFN(g)\nassert g == [[1, 0], [0, 0]]"),
    fixed("literal-alias", "assert FN([[0] * 2] * 2) == [[1, 0], [1, 0]]"),
    fixed("same-object", "g = [[0]]\nassert FN(g) is g\nassert g[0][0] == 1"),
)

PICKED = (
    fixed("is-element", "x = [[1], [2, 3]]\nassert FN(x) is x[1]"),
    fixed("grows-through", "x = [[1, 1], [2]]\nFN(x).append(9)\nassert x == [[1, 1, 9], [2]]"),
    fixed("equal-twin", "a, b = [1], [1]\nassert FN([a, b]) is a"),
)

CLEARED = (
    fixed("clears-dict", "d = {'a': 1, 'b': 2}\nassert FN(d) == 3\nassert d == {}"),
    fixed("clears-attribute", "class Box:\n    pass\nbox = Box()\nbox.d = {'x': 5}\nassert FN(box.d) == 5\nassert box.d == {}"),
)

TASKS = [
    Task("sorted-copy", "list", "def ordered(xs):", "return sorted(xs)", calls(lambda rng: (ints(rng),)), tests=NO_CHANGE,
         right=("ys = list(xs)\nys.sort()\nreturn ys", "import heapq\ndef ordered(xs):\n    heap = [*xs]\n    heapq.heapify(heap)\n    return [heapq.heappop(heap) for _ in range(len(heap))]"),
         wrong=("xs.sort()\nreturn xs", "ys = list(xs)\nys.sort()\nxs.clear()\nreturn ys", "xs.sort()\nreturn list(xs)", "return xs if xs == sorted(xs) else sorted(xs)", "return list(xs)")),
    Task("sort-in-place", "none", "def arrange(xs):", "xs.sort()", general=False, tests=IN_PLACE,
         right=("xs[:] = sorted(xs)", "for i in range(len(xs)):\n    for j in range(i):\n        if xs[j] > xs[i]:\n            xs[i], xs[j] = xs[j], xs[i]"),
         wrong=("return sorted(xs)", "xs = sorted(xs)", "xs.sort()\nreturn xs", "xs.reverse()", "xs.sort()\nxs.append(0)", "xs[:] = list(set(xs))")),
    Task("add-item", "list", "def add_item(x, acc=None):", "acc = [] if acc is None else acc\nacc.append(x)\nreturn acc", general=False, tests=ACCUMULATOR,
         right=("if acc is None:\n    return [x]\nacc += [x]\nreturn acc",), wrong=("def add_item(x, acc=[]):\n    acc.append(x)\n    return acc", "return (acc or []) + [x]", "acc = [] if acc is None else acc\nacc.insert(0, x)\nreturn acc")),
    Task("pop-first", "int", "def take(queue):", "return queue.pop(0)", general=False, tests=POPPED,
         right=("first = queue[0]\ndel queue[0]\nreturn first",), wrong=("return queue[0]", "return queue.pop()", "first, queue = queue[0], queue[1:]\nreturn first", "return queue.pop(0) if queue else None")),
    Task("counter-state", "int", "def tick():", "global ticks\nticks += 1\nreturn ticks", preamble="ticks = 0\n", general=False, tests=COUNTING,
         right=("import itertools\ncount = itertools.count(1)\ndef tick():\n    return next(count)", "def tick(seen=[]):\n    seen.append(0)\n    return len(seen)"), wrong=("return 1", "return ticks + 1", "import random\ndef tick():\n    return random.randint(1, 9)")),
    Task("remember", "object", "def memory(key, value=None):", "if value is not None:\n    store[key] = value\nreturn store.get(key)", preamble="store = {}\n", general=False, tests=REMEMBER,
         right=("def memory(key, value=None, held={}):\n    if value is None:\n        return held.get(key)\n    held[key] = value\n    return value",), wrong=("return value", "store['k'] = value or store.get('k')\nreturn store['k']", "if value is not None:\n    store[key] = value\nimport copy\nreturn copy.copy(store.get(key))")),
    Task("greet", "none", "def greet(name):", "print(f'Hello, {name}!')", general=False, tests=PRINTING,
         right=("print('Hello, ' + name + '!')", "import sys\ndef greet(name):\n    sys.stdout.write(f'Hello, {name}!\\n')"), wrong=("return f'Hello, {name}!'", "print('Hello,', name, '!')", "print(f'Hello, {name}!', end='')", "print(f'Hello, {name}!')\nreturn name", "import sys\ndef greet(name):\n    print(f'Hello, {name}!', file=sys.stderr)")),
    Task("ask", "int", "def ask():", "return int(input()) + int(input())", general=False, tests=ASKING, wrong=("return int(input()) - int(input())", "return 7", "return input() + input()")),
    Task("dice", "int", "def dice():", "return random.randint(1, 6)", preamble="import random\n", general=False, tests=RANDOM,
         wrong=("return random.randint(0, 6)", "return 4", "return random.random() * 6")),
    Task("shuffled", "list", "def shuffled(rng, n):", "xs = list(range(n))\nrng.shuffle(xs)\nreturn xs", general=False, tests=RANDOM_SOURCE,
         wrong=("return list(range(n))", "import random\ndef shuffled(rng, n):\n    xs = list(range(n))\n    random.shuffle(xs)\n    return xs")),
    Task("environment", "int", "def level():", "return int(os.environ.get('LEVEL', 0))", preamble="import os\n", general=False, tests=ENVIRONMENT, wrong=("return 7", "return os.environ.get('LEVEL', 0)")),
    Task("fill-first", "list", "def fill(grid):", "grid[0][0] = 1\nreturn grid", general=False, tests=FILLED, wrong=("grid = [list(row) for row in grid]\ngrid[0][0] = 1\nreturn grid", "for row in grid:\n    row[0] = 1\nreturn grid", "grid[0] = [1] + grid[0][1:]\nreturn grid")),
    Task("longest-of", "list", "def longest(lists):", "return max(lists, key=len)", calls(lambda rng: ([ints(rng, n) for n in rng.sample(range(5), 3)],)), tests=PICKED,
         right=("best = lists[0]\nfor each in lists:\n    if len(each) > len(best):\n        best = each\nreturn best",), wrong=("return list(max(lists, key=len))", "return sorted(lists, key=len)[0]", "return max(reversed(lists), key=len)")),
    Task("clear", "int", "def spend(table):", "total = sum(table.values())\ntable.clear()\nreturn total", general=False, tests=CLEARED, right=("total = 0\nwhile table:\n    total += table.popitem()[1]\nreturn total",), wrong=("return sum(table.values())", "total = sum(table.values())\ntable = {}\nreturn total")),
]  # fmt: skip
