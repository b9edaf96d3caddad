"""Programs for a task: the right one and its like, known wrong ones, wrapped ones, mutants, and a few that mean harm."""

import ast
import re

from mutate import mutants

from .model import indented

# What is done with the right result `r` (and the arguments `a`) before it is returned. Whether that is wrong is for
# the tests to say.
AFTER = {
    None: {
        "none": "return None",
        "first-argument": "return a[0] if a else r",
        "printed": "print(r)",
        "printed-too": "print(r)\nreturn r",
        "string": "return str(r)",
        "listed": "return [r]",
        "yielded": "yield r",
        "value-error": "raise ValueError('no')",
        "stop-iteration": "raise StopIteration",
        "stop-iteration-with": "raise StopIteration(r)",
        "assertion-error": "raise AssertionError",
        "generator-exit": "raise GeneratorExit",
        "exits": "raise SystemExit(0)",
        "key-error": "return {}[r]" ,
        "recursion-error": "def again():\n    return again()\nreturn again()",
        "not-implemented": "return NotImplemented",
        "ellipsis": "return ...",
        "nan": "return float('nan')",
        "coroutine": "async def later():\n    return r\nreturn later()",
        "class": "return type(r)",
        "argument-cleared": "for x in a:\n    if isinstance(x, (list, dict, set)):\n        r = r.copy() if r is x else r\n        x.clear()\nreturn r",
        "argument-grown": "for x in a:\n    if isinstance(x, list):\n        x.append(0)\nreturn r",
        "argument-reversed": "for x in a:\n    if isinstance(x, list):\n        x.reverse()\nreturn r",
        "right-once": "seen.append(r)\nreturn r if len(seen) == 1 else None",
        "wrong-once": "seen.append(r)\nreturn r if len(seen) > 1 else None",
        "first-result": "seen.append(r)\nreturn seen[0]",
        "every-third": "seen.append(r)\nreturn None if len(seen) % 3 == 0 else r",
        "same-object": "if not seen or seen[0] != r:\n    seen[:] = [r]\nreturn seen[0]",
        "deep-copy": "import copy\nreturn copy.deepcopy(r)",
    },
    "int": {
        "plus-one": "return r + 1",
        "minus": "return -r",
        "float": "return float(r)",
        "bool": "return bool(r)",
        "one-is-true": "return True if r == 1 else r",
        "zero-is-none": "return r or None",
        "zero-is-false": "return r if r else False",
        "complex": "return complex(r)",
        "fraction": "from fractions import Fraction\nreturn Fraction(r)",
        "decimal": "from decimal import Decimal\nreturn Decimal(r)",
        "int-subclass": "class N(int):\n    pass\nreturn N(r)",
        "int32": "return (r + 2**31) % 2**32 - 2**31",
        "two-off-for-big": "return r if abs(r) < 50 else r + 2",
        "int-enum": "import enum\nreturn enum.IntEnum('E', {'X': r}).X",
    },
    "float": {
        "int": "return int(r)",
        "a-hair-more": "return r + 1e-9",
        "a-bit-more": "return r + 0.01",
        "rounded": "return round(r, 1)",
        "decimal": "from decimal import Decimal\nreturn Decimal(r)",
        "fraction": "from fractions import Fraction\nreturn Fraction(r)",
        "complex": "return complex(r)",
        "plus-zero": "return r + 0.0",
        "float-subclass": "class F(float):\n    pass\nreturn F(r)",
        "infinite": "return float('inf')",
    },
    "str": {
        "space-after": "return r + ' '",
        "upper": "return r.upper()",
        "bytes": "return r.encode('utf-8', 'replace')",
        "characters": "return list(r)",
        "empty": "return ''",
        "str-subclass": "class S(str):\n    pass\nreturn S(r)",
        "normalised": "import unicodedata\nreturn unicodedata.normalize('NFD', r)",
        "user-string": "from collections import UserString\nreturn UserString(r)",
    },
    "list": {
        "tuple": "return tuple(r)",
        "less-last": "return list(r)[:-1]",
        "first-again": "return list(r) + list(r)[:1]",
        "reversed": "return list(r)[::-1]",
        "iterator": "return iter(list(r))",
        "generator": "return (x for x in list(r))",
        "mapped": "return map(lambda x: x, list(r))",
        "keys": "return dict.fromkeys(r).keys()",
        "none-after": "return [*r, None]",
        "deque": "from collections import deque\nreturn deque(r)",
        "list-subclass": "class L(list):\n    pass\nreturn L(r)",
        "user-list": "from collections import UserList\nreturn UserList(r)",
        "empty": "return []",
        "as-set": "return set(r)",
        "floats": "return [float(x) if type(x) is int else x for x in r]",
        "bools": "return [bool(x) if x in (0, 1) else x for x in r]",
        "tuples-as-lists": "return [list(x) if type(x) is tuple else x for x in r]",
        "array": "import array\nreturn array.array('q', r)",
    },
    "dict": {
        "ordered": "from collections import OrderedDict\nreturn OrderedDict(r)",
        "default": "from collections import defaultdict\nreturn defaultdict(int, r)",
        "counter": "from collections import Counter\nreturn Counter(r)",
        "other-order": "return dict(reversed(r.items()))",
        "pairs": "return list(r.items())",
        "one-less": "r = dict(r)\nr and r.popitem()\nreturn r",
        "string-keys": "return {str(k): v for k, v in r.items()}",
        "proxy": "import types\nreturn types.MappingProxyType(r)",
        "chain": "from collections import ChainMap\nreturn ChainMap(r)",
        "dict-subclass": "class D(dict):\n    pass\nreturn D(r)",
        "true-for-one": "return {k: True if v == 1 else v for k, v in r.items()}",
        "user-dict": "from collections import UserDict\nreturn UserDict(r)",
    },
    "set": {
        "frozen": "return frozenset(r)",
        "list": "return list(r)",
        "sorted": "return sorted(r, key=repr)",
        "keys": "return dict.fromkeys(r).keys()",
        "none-too": "return r | {None}",
        "counter": "from collections import Counter\nreturn Counter(r)",
    },
    "bool": {
        "int": "return int(r)",
        "not": "return not r",
        "truthy": "return 'yes' if r else ''",
        "list": "return [1] if r else []",
        "none-for-false": "return r or None",
        "always": "return True",
        "text": "return str(r)",
    },
    "bytes": {"bytearray": "return bytearray(r)", "memoryview": "return memoryview(r)", "list": "return list(r)", "text": "return r.decode('latin1')"},
}
AFTER["iterator"] = {name: code for name, code in AFTER["list"].items() if name not in ("floats", "bools", "array")}
AFTER["tuple"] = {"list": "return list(r)", "less-last": "return tuple(r)[:-1]", "reversed": "return tuple(r)[::-1]", "tuple-subclass": "class T(tuple):\n    pass\nreturn T(r)", "iterator": "return iter(r)"}

# A plain run may let these pass. The grader may only where the same program without its lie passes too.
HOSTILE = {
    "always-equal": "class E:\n    __hash__ = None\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n    def __iter__(self): return iter(())\n    def __bool__(self): return True\nreturn E()",
    "equal-int": "class E(int):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n    def __hash__(self): return 0\nreturn E(7)",
    "equal-str": "class E(str):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n    def __hash__(self): return 0\nreturn E('x')",
    "equal-list": "class E(list):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\nreturn E()",
    "equal-dict": "class E(dict):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n    def __getitem__(self, key): return E()\nreturn E()",
    "equal-within": "class E:\n    def __eq__(self, other): return True\n    def __hash__(self): return 1\nreturn [E()]",
    "near-everything": "class E(float):\n    kind = 'E'\n    def __sub__(self, other): return 0.0  # lie\n    def __rsub__(self, other): return 0.0  # lie\n    def __abs__(self): return 0.0  # lie\n    def __round__(self, digits=None): return E(0)  # lie\nreturn E(7)",
    "less-than-all": "class E(int):\n    kind = 'E'\n    def __lt__(self, other): return True  # lie\n    def __le__(self, other): return True  # lie\n    def __gt__(self, other): return True  # lie\n    def __ge__(self, other): return True  # lie\nreturn E(7)",
    "holds-everything": "class E(list):\n    kind = 'E'\n    def __contains__(self, item): return True  # lie\n    def __len__(self): return 0  # lie\n    def __iter__(self): return iter(())  # lie\nreturn E([7])",
    "is-of-every-kind": "class E:\n    kind = 'E'\n    __class__ = property(lambda self: type(r))  # lie\n    def __eq__(self, other): return True  # lie\n    __hash__ = None\nreturn E()",
}
# Whole programs in place of the right one, `ENTRY` being its name.
HOSTILE_MODULES = {
    "patches-builtins": "import builtins\nbuiltins.all = lambda x: True\nbuiltins.any = lambda x: False\nbuiltins.abs = lambda x: 0\nbuiltins.len = lambda x: 0\nbuiltins.sorted = lambda *a, **k: 0\nbuiltins.list = lambda *a: 0\ndef ENTRY(*a, **k):\n    return 0\n",
    "patches-unittest": "import unittest\nunittest.TestCase.assertEqual = lambda *a, **k: None\nunittest.TestCase.assertTrue = lambda *a, **k: None\nunittest.TestResult.wasSuccessful = lambda self: True\ndef ENTRY(*a, **k):\n    return 0\n",
    "finds-the-caller": "import sys\ndef ENTRY(*a, **k):\n    frame = sys._getframe(1)\n    for name in ('want', 'expected', 'w'):\n        if name in frame.f_locals:\n            return frame.f_locals[name]\n    return None\n",
    "patches-math": "import math, cmath\nmath.isclose = lambda *a, **k: True\nmath.copysign = lambda *a: 1\ndef ENTRY(*a, **k):\n    return 0.125\n",
    "quiet-check": "def ENTRY(*a, **k):\n    return None\ndef check(candidate):\n    pass\n",
    "exits-at-once": "import os\ndef ENTRY(*a, **k):\n    os._exit(0)\n",
    "skips": "import unittest\ndef ENTRY(*a, **k):\n    raise unittest.SkipTest('not today')  # lie\n    return None\n",
    "quiet-exit": "def ENTRY(*a, **k):\n    raise SystemExit(0)  # lie\n    return None\n",
}

AROUND = {
    "lambda": "ENTRY = lambda *a, **k: _right(*a, **k)\n",
    "alias": "ENTRY = _right\n",
    "partial": "import functools\nENTRY = functools.partial(_right)\n",
    "decorated": "import functools\ndef traced(f):\n    @functools.wraps(f)\n    def wrapper(*a, **k):\n        return f(*a, **k)\n    return wrapper\nENTRY = traced(_right)\n",
    "callable-object": "class Call:\n    def __call__(self, *a, **k):\n        return _right(*a, **k)\nENTRY = Call()\n",
    "static-method": "class Space:\n    go = staticmethod(_right)\nENTRY = Space.go\n",
    "bound-method": "class Space:\n    def go(self, *a, **k):\n        return _right(*a, **k)\nENTRY = Space().go\n",
    "guarded-main": "def ENTRY(*a, **k):\n    return _right(*a, **k)\nif __name__ == '__main__':\n    raise SystemExit('not here')\n",
    "chatty": "print('loading')\ndef ENTRY(*a, **k):\n    print('called', *a)\n    return _right(*a, **k)\n",
}

BROKEN = {
    "syntax": "def ENTRY(:\n    pass\n",
    "other-name": "def another(*a):\n    return None\n",
    "raises-at-import": "raise RuntimeError('at import')\n",
    "missing-import": "import no_such_module\ndef ENTRY(*a):\n    return None\n",
    "not-callable": "ENTRY = 5\n",
    "empty": "",
    "too-few-parameters": "def ENTRY():\n    return None\n",
    "endless": "def ENTRY(*a, **k):\n    while True:\n        pass\n",
}


def honest(text):
    """A hostile program that behaves as the types it is made of do, and leaves the tests' modules alone."""
    text = re.sub(r"(?m)^.*# lie\n", "", text)
    text = re.sub(r"(__(?:eq|ne)__\(self, other\)): return \w+", r"\1: return NotImplemented", text)
    return re.sub(r"(?m)^(builtins|unittest|math)\..*\n", "", text)


def renamed(task):
    """The right program under the name `_right`; a recursion goes through the entry, as it would."""
    text = task.program()
    return text + f"_right = {task.entry}\n"


def wrapped(task, code):
    return renamed(task) + f"seen = []\ndef {task.entry}(*a, **k):\n    r = _right(*a, **k)\n{indented(code)}\n"


def is_plain(task):
    """Whether wrapping a call makes sense: a function, called once for one result."""
    return task.signature.startswith("def ") and not task.tags


def programs(task, limit=60):
    """Every program for a task: (kind, text, the same without its lie, if it is hostile)."""
    out = [("reference", task.program(), None)]
    out += [(f"right-{i}", task.program(body), None) for i, body in enumerate(task.right)]
    out += [(f"wrong-{i}", task.program(body), None) for i, body in enumerate(task.wrong)]
    named = lambda text: text.replace("ENTRY", task.entry)
    if is_plain(task):
        known = {**AFTER[None], **AFTER.get(task.result, {})}
        out += [(f"after-{name}", wrapped(task, code), None) for name, code in known.items()]
        out += [(f"around-{name}", renamed(task) + named(code), None) for name, code in AROUND.items()]
        out += [(f"hostile-{name}", wrapped(task, code), wrapped(task, honest(code))) for name, code in HOSTILE.items()]
    out += [(f"hostile-{name}", named(text), named(honest(text))) for name, text in HOSTILE_MODULES.items()]
    out += [(f"broken-{name}", named(text), None) for name, text in BROKEN.items()]
    for base in (task.program(), *map(task.program, task.right)):
        try:
            changed = mutants(base, task.entry, limit)
        except (SyntaxError, IndexError):
            continue
        out += [("mutant", text + "\n", None) for text, _ in changed]
    return [program for program in out if program[0].startswith("broken") or parses(program[1])]


def parses(text):
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True
