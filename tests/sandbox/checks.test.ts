import { describe, expect, it } from 'vitest';
import type { TestCode } from '../../src/domains/code/grading/suite.ts';
import { assembled, both, codeOf, prepare, said, useChecks, verdictOf } from '../support/checks.ts';

/** Python test code that runs apart from the program: it must come to what a plain run comes to, or say that it is weak. */

useChecks();

interface Case {
  readonly what: string;
  readonly check: string;
  readonly context?: string;
  readonly right: string;
  readonly wrong: string;
  /** What the wrong program comes to, with a reference and without. Default: wrong both times. */
  readonly comes?: readonly [string, string];
}

const FLAGS = `
      import enum
      class Colour(enum.Enum):
          RED = 1
          BLUE = 2
      class Mode(enum.Flag):
          READ = 1
          WRITE = 2
      class Bits(enum.IntFlag):
          LOW = 1
          HIGH = 8`;

const CASES: readonly Case[] = [
  {
    what: 'a changed argument',
    check: `
      def check(candidate):
          x = [3, 1, 2]
          assert candidate(x) == [1, 2, 3]
          assert x == [3, 1, 2]`,
    right: 'def f(x): return sorted(x)',
    wrong: `
      def f(x):
          x.sort()
          return x`,
  },
  {
    what: 'an argument that two calls share',
    check: `
      def check(candidate):
          x = [1, 2, 3]
          assert candidate(x) == 3
          assert candidate(x) == 3`,
    right: 'def f(x): return x[-1]',
    wrong: 'def f(x): return x.pop()',
  },
  {
    what: 'a function that works in place',
    check: `
      def check(candidate):
          rows = [[3, 1], [2, 0]]
          alias = rows[1]
          assert candidate(rows) is None
          assert rows == [[1, 3], [0, 2]] and rows[1] is alias and alias == [0, 2]`,
    right: `
      def f(rows):
          for row in rows: row.sort()`,
    wrong: `
      def f(rows):
          rows[:] = [sorted(row) for row in rows]`,
  },
  {
    what: 'the identity of a result',
    check: `
      def check(candidate):
          x = [1]
          y = candidate(x)
          assert y == x and y is not x`,
    right: 'def f(x): return list(x)',
    wrong: 'def f(x): return x',
  },
  {
    what: 'the order of evaluation',
    check: `
      def check(candidate):
          it = iter([2, 1])
          assert next(it) == candidate(next(it))`,
    right: 'def f(n): return n + 1',
    wrong: 'def f(n): return n - 1',
  },
  {
    what: 'what is printed',
    check: `
      import contextlib, io
      def check(candidate):
          out = io.StringIO()
          with contextlib.redirect_stdout(out):
              candidate("you")
          assert out.getvalue() == "Hello you\\n"`,
    right: 'def f(name): print("Hello", name)',
    wrong: 'def f(name): print("Hello")',
  },
  {
    what: 'a function of the same name, called by name',
    check: `
      def twice(n): return f(f(n))
      def check(candidate):
          assert candidate(1) == 2
          assert twice(1) == 3 and globals()["f"](5) == 6 and eval("f(7)") == 8`,
    right: 'def f(n): return n + 1',
    wrong: 'def f(n): return 2',
  },
  {
    what: 'an iterator that is taken step by step',
    check: `
      def check(candidate):
          squares = candidate()
          assert next(squares) == 0
          assert [next(squares) for _ in range(5)] == [1, 4, 9, 16, 25]`,
    right: `
      def f():
          n = 0
          while True:
              yield n * n
              n += 1`,
    wrong: `
      def f():
          yield from range(20)`,
  },
  {
    what: 'a function that is returned',
    check: `
      def check(candidate):
          add = candidate(3)
          assert add(4) == 7 and candidate(1)(1) == 2`,
    right: 'def f(a): return lambda b: a + b',
    wrong: 'def f(a): return lambda b: a * b + 3 - a',
  },
  {
    what: 'an object with methods and state',
    check: `
      def check(candidate):
          stack = candidate()
          stack.push(1)
          stack.push(2)
          assert stack.size == 2 and stack.pop() == 2 and stack.pop() == 1
          assert stack.size == 0`,
    right: `
      class f:
          def __init__(self): self.items = []
          def push(self, item): self.items.append(item)
          def pop(self): return self.items.pop()
          @property
          def size(self): return len(self.items)`,
    wrong: `
      class f:
          size = 2
          def push(self, item): pass
          def pop(self): return 2`,
  },
  {
    what: 'members of an enumeration that the task states, and flags that are set together',
    context: FLAGS,
    check: `
      def check(candidate):
          assert candidate([Colour.RED, Colour.BLUE]) == [Colour.BLUE, Colour.RED]
          assert candidate([Mode.READ, Mode.READ | Mode.WRITE, Mode(0)]) == [Mode(0), Mode(3), Mode.READ]
          assert candidate([Bits.LOW | Bits.HIGH, Bits(4)])[1] & Bits.HIGH is Bits.HIGH`,
    right: `${FLAGS}
      def f(x): return x[::-1]`,
    wrong: `${FLAGS}
      def f(x): return x`,
  },
  {
    what: 'an instance of a class that the task states',
    context: `
      class Node:
          def __init__(self, value, rest=None):
              self.value, self.rest = value, rest
      class Empty(Exception): pass`,
    check: `
      def check(candidate):
          found = candidate(Node(1, Node(2)))
          assert isinstance(found, Node) and found.value == 2 and found.rest.value == 1 and found.rest.rest is None
          try:
              candidate(None)
              assert False
          except Empty as error:
              assert error.args == ("no node",)`,
    right: `
      class Node:
          def __init__(self, value, rest=None):
              self.value, self.rest = value, rest
      class Empty(Exception): pass
      def f(node):
          if node is None: raise Empty("no node")
          turned = None
          while node:
              turned, node = Node(node.value, turned), node.rest
          return turned`,
    wrong: `
      class Node:
          def __init__(self, value, rest=None):
              self.value, self.rest = value, rest
          def __eq__(self, other): return True
      class Empty(Exception): pass
      def f(node):
          if node is None: raise Empty("no node")
          return node`,
  },
  {
    what: 'an exception and what it holds',
    check: `
      import json
      def check(candidate):
          for text, kind in (("{", ValueError), ("1", LookupError)):
              try:
                  candidate(text)
              except kind as error:
                  assert error.args
              else:
                  assert False`,
    right: `
      import json
      class Missing(KeyError): pass
      def f(text):
          if not isinstance(json.loads(text), dict): raise Missing(text)`,
    wrong: `
      def f(text):
          raise ValueError(text)`,
    comes: ['exception', 'exception'],
  },
  {
    what: 'types that == takes as alike',
    check: `
      from collections import Counter
      from fractions import Fraction
      def check(candidate):
          assert candidate(0) == {"a": 1}
          assert candidate(1) == (1, 2)
          assert candidate(2) == 0.5
          assert set(candidate(3)) == {1, 2} and sorted(candidate(3)) == [1, 2] and len(list(candidate(3))) == 2`,
    right: `
      from collections import Counter, namedtuple, deque
      from fractions import Fraction
      def f(n):
          return [Counter("a"), namedtuple("P", "x y")(1, 2), Fraction(1, 2), deque([2, 1])][n]`,
    wrong: `
      class Liar:
          def __eq__(self, other): return True
      def f(n):
          return Liar()`,
  },
  {
    what: 'a StopIteration that ends a loop of the tests',
    check: `
      def check(candidate):
          assert all(candidate(n) == n + 1 for n in range(3)) and sum(map(candidate, range(3))) in (0, 6)`,
    right: 'def f(n): return n + 1',
    wrong: `
      def f(n):
          if sys_calls.pop(): return n + 1
          raise StopIteration
      sys_calls = [False, True, True, True]`,
    comes: ['exception', 'pass weak'],
  },
  {
    what: 'calls whose arguments depend on answers',
    check: `
      def check(candidate):
          n = 5
          for _ in range(20):
              n = candidate(n)
          assert n == 25`,
    right: 'def f(n): return n + 1',
    wrong: 'def f(n): return n + 2',
  },
  {
    what: 'a coroutine',
    check: `
      import inspect
      def check(candidate):
          made = candidate(1)
          assert made is not None
          try:
              made.send(None)
          except StopIteration as end:
              assert end.value == 2`,
    right: 'async def f(n): return n + 1',
    wrong: 'async def f(n): return n',
  },
  {
    what: 'texts with surrogates, ints beyond any float, orders of keys',
    check: `
      def check(candidate):
          assert candidate("\\ud83d\\ude00") == 2 and candidate("😀") == 1
          assert candidate(10 ** 5000) == 5000 and candidate({"b": 1, "2": 2, "1": 3}) == ["b", "2", "1"]`,
    right: `
      def f(x):
          return list(x) if isinstance(x, dict) else len(x) if isinstance(x, str) else next(n for n in range(10 ** 4) if 10 ** n == x)`,
    wrong: `
      def f(x):
          return sorted(x) if isinstance(x, dict) else len(x.encode()) if isinstance(x, str) else 5000`,
    comes: ['exception', 'exception'],
  },
];

describe('test code that runs apart from the program', () => {
  it.each(CASES.map((each) => [each.what, each] as const))(
    'sees %s',
    async (_, { check, right, wrong, context = '', comes = ['wrong', 'wrong'] }) => {
      expect(await both(check, right, right, context)).toEqual(['pass', 'pass']);
      expect(await both(check, right, wrong, context)).toEqual([...comes]);
    },
  );

  it('knows an object of the program by what its class has, as a plain run does', async () => {
    const right = 'def f(x): return iter([x])';
    const empty = 'class O: pass\ndef f(x): return O()';
    for (const [test, passing] of [
      ['isinstance(candidate(1), Iterable)', right],
      ['hasattr(candidate(1), "__len__")', 'class L:\n    def __len__(self): return 0\ndef f(x): return L()'],
      ['candidate.__doc__', 'def f(x):\n    "Says what it does."\n    return x'],
    ] as const) {
      const check = `from collections.abc import Iterable\ndef check(candidate):\n    assert ${test}`;
      expect(await both(check, passing, passing), test).toEqual(['pass', 'pass']);
      expect(await both(check, passing, empty), test).toEqual(['wrong', 'wrong']);
    }
  });

  it('hashes an object of the program as its class does, and looks into none', async () => {
    const point =
      'class P:\n    def __init__(self, x): self.x = x\n    def __eq__(self, other): return self.x == other.x\n    def __hash__(self): return hash(self.x)\ndef f(x): return P(x)';
    const set = 'def check(candidate):\n    assert len({candidate(1), candidate(1), candidate(2)}) == 2';
    expect(await both(set, point, point)).toEqual(['pass weak', 'pass weak']);
    const unhashable = point.replace('__hash__(self)', '_hash(self)');
    expect(await both(set, point, unhashable)).toEqual(['exception', 'exception']);
    const signature =
      'import inspect\ndef check(candidate):\n    assert list(inspect.signature(candidate).parameters) == ["x"]';
    expect(await both(signature, 'def f(x): return x', 'def f(x): return 2')).toEqual([
      'pass weak',
      'pass weak',
    ]);
  });

  it('hides no attribute of the program’s own objects', async () => {
    const program = 'class f:\n    def __init__(self): self._name, self._own, self._facts = "a", "b", "c"';
    const check =
      'def check(candidate):\n    x = candidate()\n    assert x._name + x._own + x._facts == "abc"';
    expect(await both(check, program, program)).toEqual(['pass', 'pass']);
  });

  it('scores what is no function, also where no reference tells that the tests are right', async () => {
    const check = 'def check(candidate):\n    assert candidate(1) == 1';
    expect(await both(check, 'def f(x): return x', 'f = 5')).toEqual(['exception', 'exception']);
  });

  it('shows the call of a result that holds another many times over', async () => {
    const check = 'def check(candidate):\n    assert candidate(1) == 3';
    const nested = 'def f(x):\n    y = 0\n    for _ in range(60): y = (y, y)\n    return y';
    expect(await both(check, 'def f(x): return 3', nested)).toEqual(['wrong', 'wrong']);
  });

  it('mirrors every kind of value there and back, with its identity', async () => {
    const check = `
      import collections, datetime, decimal, fractions, math
      def check(candidate):
          point = collections.namedtuple("Point", "x y")(1, 2)
          shared = [1]
          loop = [shared, shared]
          loop.append(loop)
          values = [
              None, True, 0, -7, 2 ** 60, -(2 ** 200), 0.5, -0.0, 1e300, math.inf, 3 - 0j, "", "é\\ud800", b"\\x00", (), (1, (2,)),
              [], [[]], {}, {1: 2, "1": 3, None: [], (1,): 0}, set(), {1, "a"}, frozenset({frozenset()}), bytearray(b"a"),
              collections.Counter("aab"), collections.OrderedDict(b=1, a=2), collections.deque([1], 3), point,
              collections.defaultdict(list, a=[1]), fractions.Fraction(1, 3), decimal.Decimal("1.10"), range(3), slice(1, None),
              datetime.date(2020, 2, 29), datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc), datetime.timedelta(1),
              ..., int, ValueError, math, math.sqrt, str.upper, loop,
          ]
          for value in values:
              back = candidate(value)
              assert type(back) is type(value) or isinstance(value, tuple), value
              if isinstance(value, (list, dict, set, bytearray, collections.deque)):
                  assert back is value, value
              else:
                  assert back == value and repr(back) == repr(value), value
          assert math.isnan(candidate(math.nan)) and candidate(math.nan) != math.nan
          assert loop[0] is loop[1] is shared and loop[2] is loop`;
    const same = 'import math, collections\ndef f(x): return x';
    expect(await both(check, same, same)).toEqual(['pass', 'pass']);
  });

  it('says what failed, where, and after which call', async () => {
    const [suite] = await prepare(
      codeOf(
        'def check(candidate):\n    assert candidate(1) == 2\n    assert candidate(2, k=[3]) == 5',
        null,
      ),
    );
    if (suite?.kind !== 'suite') throw new Error('no suite');
    const wrong = await verdictOf('def f(x, k=None):\n    return 2', suite.harness);
    expect(wrong.tests).toEqual([
      {
        status: 'wrong',
        error:
          'AssertionError: assert candidate(2, k=[3]) == 5, in line 3 of the tests; f(2, k=[3]) returned 2',
      },
    ]);
    const raising = await verdictOf('def f(x, k=None):\n    return x / 0', suite.harness);
    expect(raising.tests[0]?.error).toBe(
      'ZeroDivisionError: division by zero, in line 2 of the tests (line 2)',
    );
    const absent = await verdictOf('def g(x): pass', suite.harness);
    expect(absent).toMatchObject({ status: 'exception', error: { type: 'NameError' } });
    const syntax = await verdictOf('def f(x:', suite.harness);
    expect(syntax).toMatchObject({ status: 'syntax', error: { type: 'SyntaxError' } });
  });
});

describe('preparing test code', () => {
  const right = 'def f(x): return x + 1';

  it.each<[string, string, string, RegExp, string?]>([
    ['nothing that depends on the program', 'def check(candidate):\n    candidate(1) == 2', right, /No assertion .* depends/],
    ['nothing that is asserted of what is made of a result', 'def check(candidate):\n    list(candidate(1)) == [2]', 'def f(x): yield x', /No assertion .* depends/],
    ['nothing that depends on a method', 'def check(candidate):\n    candidate(1) == 2', 'class S:\n    def f(self, x): return x', /No assertion .* depends/, 'S().f'],
    ['tests that their reference fails', 'def check(candidate):\n    assert candidate(1) == 3', right, /own reference solution: AssertionError: assert candidate\(1\) == 3/],
    ['tests of a module that is not there', 'import numpy\ndef check(candidate):\n    assert candidate(1) == 2', right, /numpy/],
    ['tests that are no Python', 'def check(candidate:\n', right, /own reference solution: .*SyntaxError/],
    ['tests without check', 'assert True', right, /defines no function check/],
  ])('refuses %s', async (_, check, reference, why, entry = 'f') => {
    const [suite] = await prepare({ ...codeOf(check, reference), entry });
    expect(suite).toEqual({ kind: 'refusal', why: expect.stringMatching(why) as string, passing: false });
  }); // prettier-ignore

  it.each([
    ['a function as an argument', 'def check(candidate):\n    assert candidate(lambda n: n) == 1', 'def f(g): return g(1)', 'type function'],
    ['an iterator as an argument', 'def check(candidate):\n    assert candidate(iter([1])) == [1]', 'def f(x): return list(x)', 'list_iterator'],
    ['changed builtins', 'import builtins\ndef check(candidate):\n    builtins.input = lambda: "3"\n    assert candidate() == 3', 'def f(): return int(input())', 'builtins'],
    ['a changed standard input', 'import io, sys\ndef check(candidate):\n    sys.stdin = io.StringIO("3")\n    assert candidate() == 3', 'def f(): return int(input())', 'standard input'],
  ])('runs tests with %s beside the program, and says so', async (_, check, reference, why) => {
    const [suite] = await prepare(codeOf(check, reference));
    expect(suite).toMatchObject({ kind: 'suite', harness: { beside: expect.stringContaining(why) as string } });
    if (suite?.kind !== 'suite') return;
    expect(said(await verdictOf(reference, suite.harness))).toBe('pass weak');
    expect(said(await verdictOf('def f(*x): return 7', suite.harness))).toBe('wrong weak');
  }); // prettier-ignore

  it.each([
    ['a loop over a result', 'for x in candidate(1):\n        assert x > 1', 'def f(x): return [2, 3]', 'def f(x): return [0]'],
    ['arithmetic in place of an assertion', '1 / (list(candidate(1)) == [2])', 'def f(x): return [2]', 'def f(x): return [3]'],
  ])('takes %s for an assertion', async (_, check, right, wrong) => {
    const test = `def check(candidate):\n    ${check}`;
    expect(await both(test, right, right)).toEqual(['pass', 'pass']);
    const told = await both(test, right, wrong);
    expect(told.every((each) => ['wrong', 'exception'].includes(each))).toBe(true);
  }); // prettier-ignore

  it('makes a program of a completion: a body, a function, or a file', async () => {
    const prompt = 'import math\n\ndef helper(x):\n    return x\n\ndef f(x):\n    """ Doc. """\n';
    const bare = 'import math\ndef f(x):\n';
    const future = 'from __future__ import annotations\ndef f(x: X): pass';
    const rows: readonly [string, string, string, string][] = [
      [prompt, '    return helper(x)\n', 'body', `${prompt}    return helper(x)\n`],
      [prompt, '    return """\ndef f(x):\n"""\n', 'body', `${prompt}    return """\ndef f(x):\n"""\n`],
      [prompt, 'def f(x):\n    return helper(x)', 'function', `${prompt}def f(x):\n    return helper(x)`],
      [prompt, '# mine\nf = lambda x: x', 'function', `${prompt}# mine\nf = lambda x: x`],
      [prompt, `${prompt}    return x\n`, 'file', `${prompt}${prompt}    return x\n`],
      [bare, 'def f(x): return x', 'function', 'import math\n\ndef f(x): return x'],
      [bare, '    return x', 'body', `${bare}    return x`],
      [prompt, future, 'file', future],
      [prompt, 'def f(x: return', 'body', `${prompt}def f(x: return`],
      ['from typing import *\n', 'class f: pass', 'function', 'from typing import *\nclass f: pass'],
    ];
    const told = await assembled(rows.map(([stated, text]) => ({ prompt: stated, entry: 'f', text })));
    expect(told).toEqual(rows.map(([, , form, program]) => ({ form, program })));
  });

  it('reads completions that take the interpreter down by themselves, and says which could not be read', async () => {
    const deep = `x = ${'-'.repeat(200_000)}1`;
    const texts = ['    return 1', deep, '    return 2'];
    const told = await assembled(texts.map((text) => ({ prompt: 'def f():\n', entry: 'f', text })));
    expect(told).toEqual([
      { form: 'body', program: 'def f():\n    return 1' },
      null,
      { form: 'body', program: 'def f():\n    return 2' },
    ]);
  });

  it('finds the function under test by the grammar', async () => {
    const code = (asserts: readonly string[], reference: string | null): TestCode => ({
      source: null,
      asserts,
      setup: 'import math',
      context: '',
      entry: null,
      reference,
    });
    const suites = await prepare(
      code(['assert größe([1]) == 1'], 'def größe(x): return len(x)'),
      code(['assert math.isclose(area(1), 2)'], null),
      code(['assert sum(1, 2) == 3'], 'import math\ndef sum(a, b): return a + b'),
      code(['assert set(f([1])) == {1}'], null),
      code(['x = 3', 'assert x == 3'], null),
      code(['def examine(function): assert function(1) == 2', 'examine(plus)'], null),
      code(['assert globals()["plus"](1) == 2'], null),
      code(['assert f(1) =='], null),
    );
    expect(suites.map((suite) => (suite.kind === 'suite' ? suite.entry : suite.why))).toEqual([
      'größe',
      'area',
      'sum',
      'f',
      expect.stringContaining('No assertion of the tests depends'),
      'plus',
      '',
      expect.stringContaining('test 1 of the list is not Python'),
    ]);
  });
});
