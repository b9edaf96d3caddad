/** Properties that hold for any value, in the real interpreters. Seeds are fixed, so that a failure can be had again. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matches, valuesEqual } from '../../src/sandbox/equality.ts';
import type { Comparison, Language, Submission, Test, Value } from '../../src/sandbox/types.ts';
import { openSandboxPage, type SandboxPage } from '../support/sandbox-page.ts';
import { mutate, similarPythonPair, VALUES } from '../support/values.ts';

const COUNT = 400;
const SEED = 20261122;

/** Programs that hand their argument back, as it is and inside something of their own. */
const SAME: Readonly<Record<Language, string>> = {
  python: 'def f(v):\n    return v\n',
  javascript: 'const f = (v) => v;\n',
};
const WRAP: Readonly<Record<Language, string>> = {
  python: 'def f(v):\n    return {"given": [v, v], "kept": (v, None)}\n',
  javascript: 'const f = (v) => ({ given: [v, v], kept: [v, null] });\n',
};
const wrapped = (value: Value, language: Language): Value => ({
  given: [value, value],
  kept: language === 'python' ? { $: 'tuple', v: [value, null] } : [value, null],
});

describe.each(['python', 'javascript'] as const)('any value of %s', (language) => {
  let sandbox: SandboxPage;
  const values = fc.sample(VALUES[language], { numRuns: COUNT, seed: SEED });

  beforeAll(async () => {
    sandbox = await openSandboxPage({ workers: 1, timeoutMs: 60_000 });
  });
  afterAll(() => sandbox?.close());

  const grade = async (program: string, tests: readonly Test[]) => {
    const submission: Submission = { id: 'values', language, program, entry: 'f', tests };
    const [verdict] = await sandbox.grade([submission]);
    if (!verdict) throw new Error('A verdict is missing.');
    return verdict;
  };

  it('comes back from the interpreter as it went in', async () => {
    const tests = values.map((value) => ({ args: [value], expected: value }));
    const verdict = await grade(SAME[language], tests);
    const failed = verdict.tests.flatMap((test, i) =>
      test.status === 'pass' ? [] : [{ test, value: values[i] }],
    );
    expect(failed.slice(0, 3)).toEqual([]);
    expect(verdict).toMatchObject({ status: 'pass', passed: COUNT });
  });

  it('passes as a right answer, and fails every test whose expectation is one step away', async () => {
    const pick = picker(SEED);
    const right = values.map((value) => ({ args: [value], expected: wrapped(value, language) }));
    const others = values.map((value) => mutate(value, pick));
    expect(others.filter((other, i) => valuesEqual(other, values[i] ?? null, language))).toEqual([]);
    const wrong = values.map((value, i) => ({
      args: [value],
      expected: wrapped(others[i] ?? null, language),
    }));
    const verdict = await grade(WRAP[language], [...right, ...wrong]);
    const statuses = verdict.tests.map((test) => test.status);
    const missed = statuses.flatMap((status, i) =>
      status === (i < COUNT ? 'pass' : 'wrong') ? [] : [[status, values[i % COUNT], others[i % COUNT]]],
    );
    expect(missed.slice(0, 3)).toEqual([]);
    expect(verdict).toMatchObject({ status: 'wrong', passed: COUNT, total: 2 * COUNT });
  });

  it('is told from a mutated one by the program that returns it, too', async () => {
    const pick = picker(SEED + 1);
    const sample = values.slice(0, 60).map((value) => [value, mutate(value, pick)] as const);
    const submissions = sample.flatMap(([value, other], i): Submission[] => [
      {
        id: `right ${i}`,
        language,
        program: SAME[language],
        entry: 'f',
        tests: [{ args: [value], expected: value }],
      },
      {
        id: `wrong ${i}`,
        language,
        program: SAME[language],
        entry: 'f',
        tests: [{ args: [other], expected: value }],
      },
    ]);
    const verdicts = await sandbox.grade(submissions);
    expect(
      verdicts.filter(({ id, status }) => status !== (id.startsWith('right') ? 'pass' : 'wrong')),
    ).toEqual([]);
  });
});

describe("Python's own judgement", () => {
  let sandbox: SandboxPage;
  const pairs = fc.sample(similarPythonPair, { numRuns: 3000, seed: SEED });

  beforeAll(async () => {
    sandbox = await openSandboxPage({ workers: 1, timeoutMs: 60_000 });
  });
  afterAll(() => sandbox?.close());

  /** What the interpreter says of each pair, where ours says otherwise. */
  const disagreements = async (program: string, compare: Comparison): Promise<unknown[]> => {
    const tests = pairs.map(([a, b]) => ({ args: [a, b], expected: null }));
    const [verdict] = await sandbox.grade([{ id: 'python', program, entry: 'f', tests }]);
    const said = verdict?.tests.map((test) => test.got) ?? [];
    expect(said.filter((each) => each === true).length).toBeGreaterThan(50);
    expect(said.filter((each) => each === false).length).toBeGreaterThan(50);
    return pairs.flatMap(([a, b], i) => {
      const ours = matches(a, b, compare);
      return typeof said[i] === 'boolean' && said[i] !== ours ? [{ a, b, python: said[i], ours }] : [];
    });
  };

  it('of what is equal is ours, for every type that travels', async () => {
    const program = 'def f(a, b):\n    return bool(a == b)\n';
    expect(await disagreements(program, { types: 'equal' })).toEqual([]);
  });

  it('of what is equal once tuples became lists is ours', async () => {
    const program = `
from collections import Counter, OrderedDict
def lists(v):
    if type(v) in (tuple, list): return [lists(x) for x in v]
    if type(v) is dict: return {k: lists(x) for k, x in v.items()}
    return v
def f(a, b):
    if any(word in repr(v) for v in (a, b) for word in ("Counter", "OrderedDict", "deque")): return None
    return bool(lists(a) == lists(b))
`;
    expect(await disagreements(program, { types: 'json' })).toEqual([]);
  });

  it.each([
    ['sequence', 'None if {type(a), type(b)} & {set, frozenset} else list(a) == list(b)'],
    ['set', 'all(x in list(b) for x in a) and all(y in list(a) for y in b)'],
    ['truth', 'bool(a) == bool(b)'],
  ] as const)('of values taken as %s is ours', async (as, expression) => {
    const program = `
def f(a, b):
    try: return ${expression}
    except TypeError: return None
`;
    expect(await disagreements(program, { as, types: 'equal' })).toEqual([]);
  });
});

/** Numbers below a bound, the same ones every time. */
function picker(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}
