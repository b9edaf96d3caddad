/** What programs may return, however it is built: every verdict comes, within bounds, and says the truth. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relate } from '../../src/sandbox/equality.ts';
import { ALLOWANCE, Meter } from '../../src/sandbox/meter.ts';
import type { Comparison, Language, Submission, Test, Value, Verdict } from '../../src/sandbox/types.ts';
import { openSandboxPage, type SandboxPage } from '../support/sandbox-page.ts';
import { BUILT_SIZE, shapes, type Shape } from '../support/shapes.ts';

const COUNT = 150;
const SEED = 20261125;
const COMPARISONS: readonly Comparison[] = [
  {},
  { types: 'equal' },
  { types: 'json' },
  { tolerance: { absolute: 0.01 } },
  { types: 'equal', tolerance: { absolute: 0.01 } },
];

const PROGRAMS: Readonly<Record<Language, (shape: Shape) => string>> = {
  python: ({ code }) => `def f():\n    ${code.join('\n    ')}\n    return x\n`,
  javascript: ({ code }) => `function f() {\n  ${code.join('\n  ')}\n  return x;\n}\n`,
};

describe.each(['python', 'javascript'] as const)('a result of %s', (language) => {
  let sandbox: SandboxPage;
  beforeAll(async () => {
    sandbox = await openSandboxPage({ workers: 1, timeoutMs: 30_000 });
  });
  afterAll(() => sandbox?.close());

  const made = fc.sample(shapes(language, 45), { numRuns: COUNT, seed: SEED });
  const submission = (shape: Shape, tests: readonly Test[]): Submission => ({
    id: 'shape',
    language,
    program: PROGRAMS[language](shape),
    entry: 'f',
    tests,
  });
  const tests = (expected: Value): Test[] => COMPARISONS.map((compare) => ({ args: [], expected, compare }));

  it('of any shape passes where it is expected, or is refused for its size or depth', async () => {
    const small = made.filter(({ size }) => size <= BUILT_SIZE);
    expect(small.length).toBeGreaterThan(COUNT / 3);
    const verdicts = await sandbox.grade(small.map((shape) => submission(shape, tests(shape.value))));
    const wrong = verdicts.flatMap(({ status, tests: results }, i) =>
      status === 'pass' || (status === 'wrong' && results.every(wasRefused)) ? [] : [{ status, shape: small[i], results }],
    );
    expect(wrong.slice(0, 2)).toEqual([]);
    expect(verdicts.filter(({ status }) => status === 'pass').length).toBeGreaterThan(COUNT / 4);
  }, 400_000); // prettier-ignore

  it('of any shape is wrong where another is expected, and costs what its size allows', async () => {
    const verdicts = await sandbox.grade(made.map((shape) => submission(shape, tests(['another']))));
    expect(verdicts.map(({ status }) => status)).toEqual(made.map(() => 'wrong'));
    const meter = new Meter();
    for (const [i, { tests: results }] of verdicts.entries()) {
      const [got, other] = [results[0]?.got, verdicts[i + 1]?.tests[0]?.got];
      if (got === undefined || other === undefined) continue;
      const before = meter.read;
      for (const compare of COMPARISONS) relate(got, other, compare, language, meter);
      const chars = JSON.stringify(got).length + JSON.stringify(other).length;
      expect(meter.read - before).toBeLessThanOrEqual(2 * COMPARISONS.length * chars);
    }
    expect(meter.compared).toBeLessThanOrEqual(ALLOWANCE + 2 * meter.read + COUNT);
  }, 400_000);

  it('that is too large in all is refused with a sentence, from where it is too much', async () => {
    const program = {
      python: "def f(n):\n    return 'x' * 260000 if n < 100 else n\n",
      javascript: "const f = (n) => (n < 100 ? 'x'.repeat(260000) : n);\n",
    }[language];
    const all = Array.from({ length: 60 }, (_, n): Test => ({
      args: [n < 50 ? n : n + 50],
      expected: n + 50,
    }));
    const [verdict] = await sandbox.grade([{ id: 'large', language, program, entry: 'f', tests: all }]);
    expect(verdict).toMatchObject({ status: 'wrong', passed: 10, total: 60 });
    const refused = verdict?.tests.filter(({ error }) => error !== undefined) ?? [];
    expect(refused).toHaveLength(50 - Math.floor(8_000_000 / 260_015));
    expect(refused[0]?.error).toMatch(/with those of the calls before it, is more than 8,000,000 characters/);
  });
});

function wasRefused({ error }: Verdict['tests'][number]): boolean {
  return /^The call returned a value (nested more than 64 deep|larger than 262,144)/.test(error ?? '');
}

describe('keys and texts', () => {
  let sandbox: SandboxPage;
  beforeAll(async () => {
    sandbox = await openSandboxPage({ workers: 1, timeoutMs: 30_000 });
  });
  afterAll(() => sandbox?.close());

  const grade = async (program: string, all: readonly Test[], language: Language = 'python', entry = 'f') => {
    const [verdict] = await sandbox.grade([{ id: 'keys', language, program, entry, tests: all }]);
    return verdict?.tests.map(({ status, error }) => error ?? status);
  };
  const dict = (...v: [Value, Value][]): Value => ({ $: 'dict', v });
  const pair: Value = { $: 'str', v: [0xd83d, 0xde00] };

  it('keep their order on the way in and out', async () => {
    const given = dict(['b', 1], ['2', 2], ['1', 3]);
    expect(
      await grade('def f(d):\n    return [list(d), dict(d, **{"0": 4})]\n', [
        { args: [given], expected: [['b', '2', '1'], dict(['b', 1], ['2', 2], ['1', 3], ['0', 4])] },
      ]),
    ).toEqual(['pass']);
    expect(
      await grade('def f(d):\n    return {"b": 1, "2": 2, "1": 3}\n', [
        { args: [0], expected: ['b', '2', '1'], compare: { as: 'sequence' } },
        { args: [0], expected: ['1', '2', 'b'], compare: { as: 'sequence' } },
        { args: [0], expected: { 1: 3, 2: 2, b: 1 } },
      ]),
    ).toEqual(['pass', 'wrong', 'pass']);
  });

  it('are code points in Python and code units in JavaScript', async () => {
    const program = 'def f(s):\n    return [len(s), s, {s: 1, "😀": 2, "\\ud83d\\ude00": 3}]\n';
    expect(
      await grade(program, [
        { args: ['😀'], expected: [1, '😀', dict(['😀', 2], [pair, 3])] },
        { args: [pair], expected: [2, pair, dict([pair, 3], ['😀', 2])] },
        { args: [pair], expected: [2, '😀', dict([pair, 3], ['😀', 2])] },
        {
          args: ['\ude00\ud83d'],
          expected: [2, '\ude00\ud83d', dict(['\ude00\ud83d', 1], ['😀', 2], [pair, 3])],
        },
      ]),
    ).toEqual(['pass', 'pass', 'wrong', 'pass']);
    expect(
      await grade('def f(n):\n    return "a\\ud83d\\ude00😀"\n', [
        { args: [0], expected: ['a', '\ud83d', '\ude00', '😀'], compare: { as: 'sequence' } },
        { args: [0], expected: ['a', '😀', '😀'], compare: { as: 'sequence' } },
      ]),
    ).toEqual(['pass', 'wrong']);
    expect(
      await grade(
        'const f = (s) => [s.length, "\\ud83d" + "\\ude00"];\n',
        [{ args: ['😀'], expected: [2, '😀'] }],
        'javascript',
      ),
    ).toEqual(['pass']);
  });

  it('may be the names of arguments, in the order that they are given', async () => {
    expect(
      await grade('def f(x, *, größe=0, **more):\n    return [x, größe, list(more.items())]\n', [
        {
          args: [1],
          kwargs: { größe: 2, b: [3], a: { $: 'tuple', v: [] } },
          expected: [
            1,
            2,
            [
              { $: 'tuple', v: ['b', [3]] },
              { $: 'tuple', v: ['a', { $: 'tuple', v: [] }] },
            ],
          ],
        },
        { args: [1], kwargs: { x: 2 }, expected: 1 },
      ]),
    ).toEqual(['pass', expect.stringMatching(/^TypeError: f\(\) got multiple values for argument 'x'/)]);
  });

  const CLASS = `
class Outer:
    class Sum:
        def __init__(self, start=0, *, step=1):
            self.total, self.step = start, step
        def add(self, n):
            self.total += n * self.step
            return self.total
größe = lambda n: n
`;
  it.each([
    ['Outer.Sum().add', 3],
    ['Outer.Sum(10, step=-1).add', 7],
    ['Outer . Sum ( "a" and [1] ).add', /is not defined/],
    ['größe', 3],
    ['gro\u0308ße', 3],
    ['Outer.Missing', /has no attribute 'Missing'/],
    ['Outer.Sum(größe).add', /is not defined/],
    ['[größe][0]', /is not defined/],
    ['', /is not defined/],
  ])('name the entry point %s', async (entry, expected) => {
    const [verdict] = await sandbox.grade([
      { id: 'entry', program: CLASS, entry, tests: [{ args: [3], expected: typeof expected === 'number' ? expected : 0 }] },
    ]); // prettier-ignore
    if (typeof expected === 'number') expect(verdict?.status).toBe('pass');
    else
      expect(verdict).toMatchObject({
        status: 'exception',
        error: { message: expect.stringMatching(expected) },
      });
  });
});

describe("the standard library's types", () => {
  let sandbox: SandboxPage;
  beforeAll(async () => {
    sandbox = await openSandboxPage({ workers: 1, timeoutMs: 30_000 });
  });
  afterAll(() => sandbox?.close());

  const IMPORTS = `
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
Point = namedtuple('Point', 'x y')
class Sized(NamedTuple):
    n: int = 1
    def double(self): return 2 * self.n
class Liar(tuple):
    _fields, __slots__ = ('x',), ()
    def __eq__(self, other): return True
    __hash__ = tuple.__hash__
class Pair(Point): pass
class Names(dict): pass
`;
  const tuple = (...v: Value[]): Value => ({ $: 'tuple', v });

  it.each<[string, Value, 'equal' | 'exact' | 'neither']>([
    ['Counter("aab")', { a: 2, b: 1 }, 'equal'],
    ['Counter("aab")', { $: 'dict', v: [['b', 1], ['a', 2]], type: 'Counter' }, 'exact'],
    ['Counter("aab")', { a: 2, b: 1, c: 0 }, 'neither'],
    ['Counter(a=0)', { $: 'dict', v: [], type: 'Counter' }, 'exact'],
    ['OrderedDict(a=1, b=2)', { b: 2, a: 1 }, 'equal'],
    ['OrderedDict(a=1, b=2)', { $: 'dict', v: [['b', 2], ['a', 1]], type: 'OrderedDict' }, 'neither'],
    ['defaultdict(list, {"1": [2]})', { 1: [2] }, 'equal'],
    ['Point(1, 2)', tuple(1, 2), 'equal'],
    ['Point(1, 2)', { $: 'tuple', v: [1, 2], type: 'Point' }, 'exact'],
    ['Point(1, 2)', [1, 2], 'neither'],
    ['[Sized()]', [tuple(1)], 'equal'],
    ['{Point(1, 2): Sized(3)}', { $: 'dict', v: [[tuple(1, 2), tuple(3)]] }, 'equal'],
    ['deque([1, 2], maxlen=5)', { $: 'deque', v: [1, 2] }, 'exact'],
    ['deque([1, 2])', [1, 2], 'neither'],
    ['range(0, 5, 2)', { $: 'range', v: [0, 6, 2] }, 'exact'],
    ['range(3)', [0, 1, 2], 'neither'],
    ['Fraction(1, 2)', 0.5, 'equal'],
    ['Fraction(1, 3)', { $: 'fraction', v: ['1', '3'] }, 'exact'],
    ['Decimal("0.1")', 0.1, 'neither'],
    ['Decimal("0.50")', 0.5, 'equal'],
    ['Decimal("0.10")', { $: 'decimal', v: '0.1' }, 'exact'],
    ['Liar((1, 2))', tuple(1, 2), 'neither'],
    ['Pair(1, 2)', tuple(1, 2), 'neither'],
    ['Names(a=1)', { a: 1 }, 'neither'],
  ])('%s is %j: %s', async (expression, expected, how) => {
    const program = `${IMPORTS}\ndef f(n):\n    return ${expression}\n`;
    const [verdict] = await sandbox.grade([
      { id: 'type', program, entry: 'f', tests: [
        { args: [0], expected },
        { args: [0], expected, compare: { types: 'equal' } },
      ] },
    ]);
    const right = { exact: ['pass', 'pass'], equal: ['wrong', 'pass'], neither: ['wrong', 'wrong'] }[how];
    expect(verdict?.tests.map(({ status }) => status)).toEqual(right);
  }); // prettier-ignore
});
