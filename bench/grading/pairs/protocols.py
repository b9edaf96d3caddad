"""Programs that tests reach by other ways than a call: operators, decorators, `with`, `send`, attributes, files, clocks, warnings."""

from .model import Task, fixed

VECTOR = "class Vector:\n    def __init__(self, *xs):\n        self.xs = list(xs)\n    def __add__(self, other):\n        return Vector(*(a + b for a, b in zip(self.xs, other.xs)))\n    def __mul__(self, k):\n        return Vector(*(a * k for a in self.xs))\n    __rmul__ = __mul__\n    def __eq__(self, other):\n        return isinstance(other, Vector) and self.xs == other.xs\n    def __hash__(self):\n        return hash(tuple(self.xs))\n    def __lt__(self, other):\n        return abs(self) < abs(other)\n    def __abs__(self):\n        return sum(x * x for x in self.xs) ** 0.5\n    def __getitem__(self, i):\n        return self.xs[i]\n    def __setitem__(self, i, x):\n        self.xs[i] = x\n    def __len__(self):\n        return len(self.xs)\n    def __bool__(self):\n        return any(self.xs)\n    def __repr__(self):\n        return f'Vector{tuple(self.xs)}'\n    def __neg__(self):\n        return self * -1\n    def __call__(self, f):\n        return Vector(*map(f, self.xs))\n    @classmethod\n    def zero(cls, n):\n        return cls(*[0] * n)\n    @staticmethod\n    def dot(a, b):\n        return sum(x * y for x, y in zip(a.xs, b.xs))\n"

VECTOR_TESTS = (
    fixed("operators", "assert FN(1, 2) + FN(3, 4) == FN(4, 6)\nassert FN(1, 2) * 3 == 3 * FN(1, 2) == FN(3, 6)\nassert -FN(1) == FN(-1)"),
    fixed("own-equality", "a, b = FN(1, 2), FN(1, 2)\nassert a == b and a is not b and a != FN(2, 1) and a != (1, 2)"),
    fixed("comparisons", "assert FN(1) < FN(2) and sorted([FN(3), FN(1)]) == [FN(1), FN(3)] and max(FN(1), FN(5)) == FN(5)"),
    fixed("items", "v = FN(1, 2, 3)\nv[1] = 9\nassert v[1] == 9 and v[-1] == 3 and len(v) == 3 and v[:2] == [1, 9]\ntry:\n    v[7]\n    assert False\nexcept IndexError:\n    pass"),
    fixed("iterates-by-items", "assert list(FN(4, 5)) == [4, 5] and sum(FN(1, 2)) == 3 and 5 in FN(4, 5)"),
    fixed("truth-and-abs", "assert FN(3, 4) and not FN(0, 0) and abs(FN(3, 4)) == 5.0"),
    fixed("words-of-object", "assert repr(FN(1, 2)) == 'Vector(1, 2)' and str(FN(1, 2)) == f'{FN(1, 2)}'"),
    fixed("hashed-objects", "assert len({FN(1), FN(1), FN(2)}) == 2 and {FN(1): 'a'}[FN(1)] == 'a'"),
    fixed("class-and-static", "assert FN.zero(2) == FN(0, 0) and FN.dot(FN(1, 2), FN(3, 4)) == 11"),
    fixed("called-object", "assert FN(1, -2)(abs) == FN(1, 2)\nassert FN(1, 2)(lambda x: x + 1).xs == [2, 3]"),
    fixed("in-containers", "box = {'v': [FN(1)]}\nassert box == {'v': [FN(1)]} and box['v'].index(FN(1)) == 0"),
    fixed("augmented", "v = w = FN(1, 1)\nv += FN(1, 1)\nassert v == FN(2, 2) and w == FN(1, 1) and v is not w"),
)

LRU = "class LRUCache:\n    def __init__(self, capacity):\n        self.capacity = capacity\n        self.held = {}\n    def get(self, key):\n        if key not in self.held:\n            return -1\n        self.held[key] = self.held.pop(key)\n        return self.held[key]\n    def put(self, key, value):\n        self.held.pop(key, None)\n        self.held[key] = value\n        if len(self.held) > self.capacity:\n            self.held.pop(next(iter(self.held)))\n"

LRU_TESTS = (
    fixed("operations", "c = FN(2)\nc.put(1, 1)\nc.put(2, 2)\nassert c.get(1) == 1\nc.put(3, 3)\nassert c.get(2) == -1\nc.put(4, 4)\nassert [c.get(k) for k in (1, 3, 4)] == [-1, 3, 4]"),
    fixed("listed-operations", "names = ['put', 'put', 'get', 'put', 'get']\nargs = [[1, 1], [2, 2], [1], [3, 3], [2]]\nwant = [None, None, 1, None, -1]\nc = FN(2)\nassert [getattr(c, n)(*a) for n, a in zip(names, args)] == want"),
    fixed("many-operations", "c = FN(3)\nfor i in range(40):\n    c.put(i % 5, i)\n    assert c.get(i % 5) == i\nassert c.get(0) == -1 and c.get(4) == 39"),
)

EMITTER = "class Emitter:\n    def __init__(self):\n        self.listeners = {}\n    def on(self, name, fn):\n        self.listeners.setdefault(name, []).append(fn)\n        return lambda: self.listeners[name].remove(fn)\n    def emit(self, name, *args):\n        return [fn(*args) for fn in self.listeners.get(name, [])]\n"

EMITTER_TESTS = (
    fixed("callbacks-later", "seen = []\ne = FN()\ne.on('a', seen.append)\ne.emit('a', 1)\ne.emit('b', 2)\ne.emit('a', 3)\nassert seen == [1, 3]"),
    fixed("callbacks-answer", "e = FN()\ne.on('x', lambda v: v + 1)\ne.on('x', lambda v: v * 2)\nassert e.emit('x', 5) == [6, 10] and e.emit('y') == []"),
    fixed("callback-removed", "seen = []\ne = FN()\noff = e.on('x', lambda: seen.append(1))\ne.emit('x')\noff()\ne.emit('x')\nassert seen == [1]"),
    fixed("callback-calls-back", "e = FN()\nlog = []\ndef first(n):\n    log.append(n)\n    if n:\n        e.emit('x', n - 1)\ne.on('x', first)\ne.emit('x', 3)\nassert log == [3, 2, 1, 0]"),
    fixed("callback-raises", "e = FN()\ndef no():\n    raise LookupError('no')\ne.on('x', no)\ntry:\n    e.emit('x')\nexcept LookupError as error:\n    assert str(error) == 'no'\nelse:\n    assert False"),
)

MEMO_TESTS = (
    fixed("decorates", "n = []\n@FN\ndef square(x):\n    n.append(x)\n    return x * x\nassert square(3) == 9 and square(3) == 9 and square(4) == 16\nassert n == [3, 4]"),
    fixed("decorates-recursion", "@FN\ndef fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nassert fib(12) == 144"),
    fixed("keeps-the-name", "@FN\ndef named(x):\n    return x\nassert named.__name__ == 'named' and named(1) == 1"),
    fixed("decorates-apart", "a, b = FN(lambda x: x + 1), FN(lambda x: x + 2)\nassert (a(1), b(1), a(1)) == (2, 3, 2)"),
)

WITH_TESTS = (
    fixed("with", "log = []\nwith FN(log) as got:\n    log.append('inside')\n    assert got == 'value'\nassert log == ['open', 'inside', 'close']"),
    fixed("with-raises", "log = []\ntry:\n    with FN(log):\n        raise KeyError('k')\nexcept KeyError:\n    log.append('caught')\nassert log == ['open', 'close', 'caught']"),
    fixed("exit-stack", "import contextlib\nlog = []\nwith contextlib.ExitStack() as stack:\n    stack.enter_context(FN(log))\n    stack.enter_context(FN(log))\nassert log == ['open', 'open', 'close', 'close']"),
)

SEND_TESTS = (
    fixed("send", "g = FN()\nassert next(g) is None and g.send(4) == 4.0 and g.send(6) == 5.0"),
    fixed("close", "g = FN()\nnext(g)\ng.close()\ntry:\n    g.send(1)\n    assert False\nexcept StopIteration:\n    pass"),
    fixed("throw", "g = FN()\nnext(g)\ng.send(2)\ntry:\n    g.throw(ValueError('stop'))\n    assert False\nexcept ValueError as e:\n    assert e.args == ('stop',)"),
    fixed("two-generators", "a, b = FN(), FN()\nnext(a), next(b)\nassert a.send(10) == 10 and b.send(2) == 2 and a.send(20) == 15"),
)

METHODS_TESTS = (
    fixed("dict-of-functions", "c = FN(5)\nc['inc']()\nc['inc']()\nassert c['get']() == 7"),
    fixed("functions-share", "a, b = FN(0), FN(9)\na['inc']()\nassert (a['get'](), b['get']()) == (1, 9) and set(a) == {'inc', 'get'}"),
)

CLASS_TESTS = (
    fixed("class-made", "P = FN('x', 'y')\np = P(1, 2)\nassert p.x == 1 and p.y == 2 and P.__name__ == 'Made'\np.x = 5\nassert p.x == 5"),
    fixed("classes-apart", "A, B = FN('x'), FN('x')\nassert A is not B and isinstance(A(1), A) and not isinstance(A(1), B)"),
)

CLOCK_TESTS = (
    fixed("patched-clock", "with mock.patch('time.time', lambda: 125.0):\n    assert FN() == '2m 5s'", setup="from unittest import mock"),
    fixed("own-clock", "import time\nkept = time.time\ntime.time = lambda: 59.9\ntry:\n    assert FN() == '0m 59s'\nfinally:\n    time.time = kept"),
    fixed("clock-form", "import re\nassert re.fullmatch(r'\\d+m \\d+s', FN())"),
)

FILE_TESTS = (
    fixed("file-written-by-test", "with tempfile.TemporaryDirectory() as d:\n    path = os.path.join(d, 'a.txt')\n    with open(path, 'w') as f:\n        f.write('one\\ntwo\\n')\n    assert FN(path) == 2", setup="import os, tempfile"),
    fixed("mocked-open", "with mock.patch('builtins.open', mock.mock_open(read_data='a\\nb\\nc\\n')):\n    assert FN('any') == 3", setup="from unittest import mock"),
    fixed("missing-file", "try:\n    FN('/no/such/file')\nexcept FileNotFoundError as e:\n    assert e.errno == errno.ENOENT and e.filename == '/no/such/file'\nelse:\n    assert False", setup="import errno"),
    fixed("missing-file-number", "try:\n    FN('/no/such/file')\nexcept OSError as e:\n    assert e.errno == 2\nelse:\n    assert False"),
)

WARN_TESTS = (
    fixed("warning-recorded", "with warnings.catch_warnings(record=True) as caught:\n    warnings.simplefilter('always')\n    assert FN(3) == 6\nassert len(caught) == 1 and issubclass(caught[0].category, DeprecationWarning)", setup="import warnings"),
    fixed("warning-as-error", "warnings.simplefilter('error')\ntry:\n    FN(1)\n    assert False\nexcept DeprecationWarning as w:\n    assert 'old' in str(w)\nfinally:\n    warnings.resetwarnings()", setup="import warnings"),
    fixed("warning-ignored", "warnings.simplefilter('ignore')\nassert FN(2) == 4", setup="import warnings"),
)

LOG_TESTS = (
    fixed("log-records", "import unittest\nclass T(unittest.TestCase):\n    def runTest(self):\n        with self.assertLogs('app', 'INFO') as logs:\n            FN('x')\n        self.assertEqual(logs.output, ['INFO:app:did x'])\nassert T().run().wasSuccessful()"),
)

CAUSE_TESTS = (
    fixed("cause", "try:\n    FN({}, 'k')\nexcept ValueError as e:\n    assert isinstance(e.__cause__, KeyError) and e.__cause__.args == ('k',)\nelse:\n    assert False"),
    fixed("not-raised", "assert FN({'k': 3}, 'k') == 3"),
    fixed("exception-type", "import unittest\nwith unittest.TestCase().assertRaisesRegex(ValueError, 'no k'):\n    FN({'a': 1}, 'k')"),
)

ABOUT_TESTS = (
    fixed("function-name", "assert shout.__name__ == 'shout' and callable(FN)\nassert FN('a') == 'A!'"),
    fixed("signature", "import inspect\nassert list(inspect.signature(FN).parameters) == ['text', 'times']\nassert FN('b', times=2) == 'B!!'"),
    fixed("defaults", "assert FN('c') == 'C!' and FN('c', 0) == 'C' and FN(times=3, text='d') == 'D!!!'"),
    fixed("too-many-arguments", "try:\n    FN('a', 1, 2)\n    assert False\nexcept TypeError:\n    pass"),
    fixed("annotations", "assert FN.__annotations__.get('times') in (int, 'int') and FN('x') == 'X!'"),
    fixed("partial-of-entry", "import functools\nassert functools.partial(FN, times=0)('q') == 'Q' and functools.reduce(lambda a, b: a + FN(b), 'xy', '') == 'X!Y!'"),
)

AGEN_TESTS = (
    fixed("async-for", "async def main():\n    return [x async for x in FN(3)]\nassert asyncio.run(main()) == [0, 1, 2]", setup="import asyncio"),
    fixed("anext", "async def main():\n    g = FN(2)\n    return [await anext(g), await anext(g), await anext(g, 'end')]\nassert asyncio.run(main()) == [0, 1, 'end']", setup="import asyncio"),
)

PATCHED = (
    fixed("patched-len", "import builtins\nkept = builtins.len\nbuiltins.len = lambda x: 3\ntry:\n    r = FN([5, 1])\n    assert len(r) == 3\nfinally:\n    builtins.len = kept\nassert r == [1, 5]"),
    fixed("patched-sorted", "import builtins\nkept = builtins.sorted\nbuiltins.sorted = lambda x, **k: 'patched'\ntry:\n    assert sorted(FN([2, 1])) == 'patched'\nfinally:\n    builtins.sorted = kept\nassert FN([2, 1]) == [1, 2]"),
    fixed("spied", "with mock.patch('builtins.max', wraps=max) as spy:\n    assert FN([2, 1]) == [1, 2]\nassert spy.call_count in (0, 1)", setup="from unittest import mock"),
)

SHOUT = "def shout(text: str, times: int = 1) -> str:"

TASKS = [
    Task("vector", "object", "class Vector:", VECTOR, general=False, tests=VECTOR_TESTS, tags=("class",),
         wrong=(VECTOR.replace("    __rmul__ = __mul__\n", ""), VECTOR.replace("return isinstance(other, Vector) and self.xs == other.xs", "return True"), VECTOR.replace("return isinstance(other, Vector) and self.xs == other.xs", "return self is other"),
                VECTOR.replace("a + b for", "a - b for"), VECTOR.replace("any(self.xs)", "True"), VECTOR.replace("hash(tuple(self.xs))", "id(self)"), VECTOR.replace("return Vector(*(a + b for a, b in zip(self.xs, other.xs)))", "self.xs = [a + b for a, b in zip(self.xs, other.xs)]\n        return self"),
                VECTOR.replace("self.xs = list(xs)", "self.xs = xs"), VECTOR.replace("f'Vector{tuple(self.xs)}'", "'Vector' + str(self.xs)"), VECTOR.replace("abs(self) < abs(other)", "abs(self) > abs(other)"))),
    Task("lru", "object", "class LRUCache:", LRU, general=False, tests=LRU_TESTS, tags=("class",), right=("from collections import OrderedDict\n\nclass LRUCache(OrderedDict):\n    def __init__(self, capacity):\n        super().__init__()\n        self.capacity = capacity\n    def get(self, key):\n        if key not in self:\n            return -1\n        self.move_to_end(key)\n        return self[key]\n    def put(self, key, value):\n        self[key] = value\n        self.move_to_end(key)\n        if len(self) > self.capacity:\n            self.popitem(last=False)\n",),
         wrong=(LRU.replace("        self.held[key] = self.held.pop(key)\n", ""), LRU.replace("> self.capacity", ">= self.capacity"), LRU.replace("return -1", "return None"))),
    Task("emitter", "object", "class Emitter:", EMITTER, general=False, tests=EMITTER_TESTS, tags=("class",), wrong=(EMITTER.replace("[fn(*args) for fn in", "[fn(*args) for fn in [] and"), EMITTER.replace("return [fn(*args) for fn in self.listeners.get(name, [])]", "for fn in self.listeners.get(name, []):\n            fn(*args)"), EMITTER.replace("self.listeners[name].remove(fn)", "None"), EMITTER.replace(".get(name, [])", "[name]"))),
    Task("memoize", "object", "def memoize(fn):", "held = {}\n@functools.wraps(fn)\ndef wrapper(*args):\n    if args not in held:\n        held[args] = fn(*args)\n    return held[args]\nreturn wrapper", preamble="import functools\n", general=False, tests=MEMO_TESTS, right=("return functools.wraps(fn)(functools.cache(fn))",), wrong=("return fn", "held = {}\ndef wrapper(x):\n    if x not in held:\n        held[x] = fn(x)\n    return held[x]\nreturn wrapper", "held = {}\n@functools.wraps(fn)\ndef wrapper(*args):\n    if not held:\n        held[0] = fn(*args)\n    return held[0]\nreturn wrapper")),
    Task("context", "object", "@contextmanager\ndef managed(log):", "log.append('open')\ntry:\n    yield 'value'\nfinally:\n    log.append('close')", preamble="from contextlib import contextmanager\n", general=False, tests=WITH_TESTS, right=("class managed:\n    def __init__(self, log):\n        self.log = log\n    def __enter__(self):\n        self.log.append('open')\n        return 'value'\n    def __exit__(self, *what):\n        self.log.append('close')",), wrong=("log.append('open')\nyield 'value'\nlog.append('close')", "log.append('open')\ntry:\n    yield 'value'\nexcept Exception:\n    pass\nfinally:\n    log.append('close')", "yield log")),
    Task("running-mean", "object", "def running():", "total, n, mean = 0, 0, None\nwhile True:\n    x = yield mean\n    total, n = total + x, n + 1\n    mean = total / n", general=False, tests=SEND_TESTS, wrong=("x = yield\nwhile True:\n    x = yield x", "total, n, mean = 0, 0, None\nwhile True:\n    try:\n        x = yield mean\n    except Exception:\n        continue\n    total, n = total + x, n + 1\n    mean = total / n", "total, n, mean = 0, 1, None\nwhile True:\n    x = yield mean\n    total, n = total + x, n + 1\n    mean = total / n")),
    Task("counter-functions", "object", "def counter(start):", "n = start\ndef inc():\n    nonlocal n\n    n += 1\nreturn {'inc': inc, 'get': lambda: n}", general=False, tests=METHODS_TESTS, wrong=("return {'inc': lambda: start + 1, 'get': lambda: start}", "held = counter.__dict__\nheld['n'] = start\ndef inc():\n    held['n'] += 1\nreturn {'inc': inc, 'get': lambda: held['n']}")),
    Task("make-class", "object", "def made(*names):", "class Made:\n    def __init__(self, *values):\n        self.__dict__.update(zip(names, values))\nreturn Made", general=False, tests=CLASS_TESTS, right=("return type('Made', (), {'__init__': lambda self, *values: self.__dict__.update(zip(names, values))})",), wrong=("from collections import namedtuple\ndef made(*names):\n    return namedtuple('Made', names)", "class Made:\n    pass\n\ndef made(*names):\n    def init(self, *values):\n        self.__dict__.update(zip(names, values))\n    Made.__init__ = init\n    return Made")),
    Task("clock", "str", "def uptime():", "minutes, seconds = divmod(int(time.time()), 60)\nreturn f'{minutes}m {seconds}s'", preamble="import time\n", general=False, tests=CLOCK_TESTS, wrong=("return '2m 5s'", "return f'{time.time() / 60}m 0s'")),
    Task("lines-of-file", "int", "def lines(path):", "with open(path) as file:\n    return len(file.readlines())", general=False, tests=FILE_TESTS, right=("with open(path) as file:\n    return sum(1 for _ in file)",), wrong=("return 2", "try:\n    with open(path) as file:\n        return len(file.readlines())\nexcept OSError:\n    return 0", "with open(path) as file:\n    return len(file.read())")),
    Task("warns", "int", "def old(x):", "warnings.warn('old is old', DeprecationWarning, stacklevel=2)\nreturn 2 * x", preamble="import warnings\n", general=False, tests=WARN_TESTS, wrong=("return 2 * x", "warnings.warn('old is old')\nreturn 2 * x", "warnings.warn('old', DeprecationWarning)\nreturn x")),
    Task("logs", "none", "def log_it(what):", "logging.getLogger('app').info('did %s', what)", preamble="import logging\n", general=False, tests=LOG_TESTS, wrong=("logging.getLogger('app').debug('did %s', what)", "print('INFO:app:did', what)", "logging.getLogger().info('did %s', what)")),
    Task("cause", "int", "def need(table, key):", "try:\n    return table[key]\nexcept KeyError as error:\n    raise ValueError(f'no {key}') from error", general=False, tests=CAUSE_TESTS, wrong=("if key not in table:\n    raise ValueError(f'no {key}')\nreturn table[key]", "return table[key]", "return table.get(key)", "try:\n    return table[key]\nexcept KeyError as error:\n    raise ValueError('nothing') from error")),
    Task("shout", "str", SHOUT, "return text.upper() + '!' * times", general=False, tests=ABOUT_TESTS, right=("return ''.join([text.upper(), *['!'] * times])",), wrong=("def shout(text, times=2):\n    return text.upper() + '!' * times", "shout = lambda text, times=1: text.upper() + '!' * times", "def shout(*a, **k):\n    return 'A!'", "def shout(text, n=1):\n    return text.upper() + '!' * n")),
    Task("async-range", "object", "async def arange(n):", "for i in range(n):\n    yield i", general=False, tests=AGEN_TESTS, wrong=("for i in range(n):\n    yield n - i", "return list(range(n))", "def arange(n):\n    return iter(range(n))")),
    Task("patched-under", "list", "def ordered(xs):", "out = list(xs)\nout.sort()\nreturn out", general=False, tests=PATCHED, right=("out = []\nrest = list(xs)\nwhile rest:\n    x = min(rest)\n    rest.remove(x)\n    out.append(x)\nreturn out",), wrong=("return sorted(xs)", "return list(xs)", "return [x for i, x in enumerate(sorted(xs)) if i < len(xs)]", "xs.sort()\nreturn xs[:len(xs)]")),
]  # fmt: skip
