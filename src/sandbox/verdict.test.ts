import { describe, expect, it } from 'vitest';
import type { CallReport, RunReport } from './protocol.ts';
import { withHarness } from './harness.ts';
import { checkSubmission } from './submission.ts';
import type { Status, Submission, Verdict } from './types.ts';
import { callOrder, judge, verdictOf } from './verdict.ts';

const submission: Submission = {
  id: 's',
  program: 'def f(x): return x',
  entry: 'f',
  tests: [
    { args: [1], expected: 1 },
    { args: [2], expected: 2 },
    { args: [3], expected: 3 },
  ],
};

function report(calls: CallReport[], more: Partial<RunReport> = {}): RunReport {
  return {
    outcome: 'ran',
    error: null,
    calls,
    output: '',
    timeMs: 1,
    memoryBytes: 2 ** 21,
    heldBytes: 2 ** 22,
    ...more,
  };
}

const returned = (...values: unknown[]): CallReport[] => values.map((value) => ({ returned: value }));
const raised = (memory = false): CallReport => ({ raised: 'ValueError: no', memory, line: 4 });

describe('judge', () => {
  it('puts results back into the order of the tests', () => {
    const verdict = judge(submission, report(returned(3, 9, 2)), [2, 0, 1], 'e');
    expect(verdict).toMatchObject({ status: 'wrong', passed: 2, total: 3 });
    expect(verdict.tests.map((test) => test.status)).toEqual(['wrong', 'pass', 'pass']);
  });

  it('passes only when every test passes', () => {
    expect(judge(submission, report(returned(1, 2, 3)), [0, 1, 2], 'e').status).toBe('pass');
    expect(judge(submission, report(returned(1, 2, true)), [0, 1, 2], 'e').status).toBe('wrong');
  });

  it('ranks memory before an exception before a wrong value', () => {
    const calls = [...returned(9), raised(), raised(true)];
    expect(judge(submission, report(calls), [0, 1, 2], 'e').status).toBe('memory');
    expect(judge(submission, report([...returned(9, 2), raised()]), [0, 1, 2], 'e').status).toBe('exception');
  });

  it.each(['timeout', 'crash', 'memory', 'syntax', 'exception'] as const)(
    'never passes a run that ended in %s, whatever its calls returned',
    (outcome) => {
      const verdict = judge(submission, report(returned(1, 2, 3), { outcome }), [0, 1, 2], 'e');
      expect(verdict.status).toBe(outcome);
    },
  );

  it('keeps what was known at a timeout and marks the rest as not run', () => {
    const verdict = judge(submission, report(returned(2), { outcome: 'timeout' }), [1, 0, 2], 'e');
    expect(verdict.tests.map((test) => test.status)).toEqual(['not-run', 'pass', 'not-run']);
    expect(verdict).toMatchObject({ passed: 1, total: 3 });
  });

  it.each([
    ['too few results', returned(1, 2)],
    ['too many results', returned(1, 2, 3, 4)],
    ['a result that is no value', returned(1, 2, { $: 'float' })],
  ])('calls %s tampering', (_, calls) => {
    const verdict = judge(submission, report(calls), [0, 1, 2], 'e');
    expect(verdict).toMatchObject({ status: 'tamper', passed: 0 });
    expect(verdict.tests).toHaveLength(3);
  });

  it('does not take for right what it cannot compare within its allowance, and says so', () => {
    const points = Array.from({ length: 2000 }, (_, i) => [((i * 7919) % 2000) * 1e-6, i]);
    const expected = points.map((_, i) => [i * 1e-6, i]);
    const compare = { as: 'unordered', tolerance: { absolute: 0.4 } } as const;
    const tests = [...submission.tests, { args: [], expected, compare }, { args: [], expected: points }];
    const values = returned(1, 2, 3, points, points);
    const verdict = judge({ ...submission, tests }, report(values), [0, 1, 2, 3, 4], 'e');
    expect(verdict).toMatchObject({ status: 'wrong', passed: 4, total: 5 });
    expect(verdict.tests[3]).toEqual({
      status: 'wrong',
      error: expect.stringMatching(/too many steps to compare/),
    });
  });

  it('calls a result that is nested beyond any stack tampering', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    for (const value of [deep, { $: 'float', v: deep }]) {
      expect(judge(submission, report(returned(1, value, 3)), [0, 1, 2], 'e').status).toBe('tamper');
    }
  });

  it('says why a value was refused', () => {
    const verdict = judge(
      submission,
      report([{ refused: 'a value of type Liar' }, ...returned(2, 3)]),
      [0, 1, 2],
      'e',
    );
    expect(verdict.tests[0]).toEqual({
      status: 'wrong',
      error: 'The call returned a value of type Liar, which cannot equal 1.',
    });
  });
});

describe('a verdict', () => {
  it('says how much memory the interpreter held', () => {
    expect(judge(submission, report(returned(1, 2, 3)), [0, 1, 2], 'e').memoryMb).toBe(2);
    expect(judge(submission, report([], { outcome: 'crash' }), [0, 1, 2], 'e').memoryMb).toBe(2);
  });

  it('carries the evidence of tampering', () => {
    const verdict = verdictOf(submission, { kind: 'tamper', message: 'It spoke.' }, [0, 1, 2], 1000, 'e');
    expect(verdict).toMatchObject({ status: 'tamper', evidence: 'It spoke.', memoryMb: null, passed: 0 });
    expect(judge(submission, report([]), [0, 1, 2], 'e').evidence).toMatch(/number of results/);
  });

  it('counts a harness as one more test, and is weak where that runs beside the program', () => {
    const harness = { source: 'def check(candidate): pass' };
    const apart = judge({ ...submission, harness }, report(returned(1, 2, 3)), [0, 1, 2], 'e');
    expect(apart).toMatchObject({ weak: false, status: 'pass', passed: 3, total: 4 });
    const beside = { ...submission, harness: { ...harness, beside: 'it has to' } };
    expect(judge(beside, report(returned(1, 2, 3)), [0, 1, 2], 'e').weak).toBe(true);
  });

  it('compares as the test asks', () => {
    const loose: Submission = {
      ...submission,
      tests: [
        { args: [], expected: 1, compare: { types: 'equal' } },
        { args: [], expected: [1, 2], compare: { as: 'unordered' } },
        { args: [], expected: 0.3, compare: { tolerance: { absolute: 1e-9 } } },
      ],
    };
    const values = returned(true, [2, 1], 0.30000000000000004);
    expect(judge(loose, report(values), [0, 1, 2], 'e').status).toBe('pass');
    expect(
      judge(
        { ...loose, tests: loose.tests.map(({ compare: _, ...test }) => test) },
        report(values),
        [0, 1, 2],
        'e',
      ).passed,
    ).toBe(0);
  });
});

describe('withHarness', () => {
  const harness = { source: 'def check(candidate): pass' };
  const passed = judge({ ...submission, harness }, report(returned(1, 2, 3)), [0, 1, 2], 'e');
  const wrong = judge({ ...submission, harness }, report(returned(1, 2, 0)), [0, 1, 2], 'e');
  const facts = { timeMs: 5, memoryMb: null, output: '', engine: 'e', weak: null };
  const judged = (status: Status): Parameters<typeof withHarness>[1] => ({
    ...facts,
    status,
    test: { status: status === 'pass' || status === 'wrong' || status === 'exception' ? status : 'not-run' },
  });

  it.each<[Verdict, Status, Status, number]>([
    [passed, 'pass', 'pass', 4],
    [passed, 'wrong', 'wrong', 3],
    [wrong, 'pass', 'wrong', 3],
    [wrong, 'exception', 'exception', 2],
    [passed, 'timeout', 'timeout', 3],
    [wrong, 'infrastructure', 'infrastructure', 0],
    [passed, 'tamper', 'tamper', 0],
  ])('puts the harness last and lets the worse status stand', (verdict, status, overall, count) => {
    const both = withHarness(verdict, judged(status));
    expect(both).toMatchObject({ status: overall, passed: count, total: 4, timeMs: 6 });
    expect(both.tests).toHaveLength(4);
  });

  it('says why a verdict is weak', () => {
    const both = withHarness(passed, { ...judged('pass'), weak: 'the tests run beside the program' });
    expect(both).toMatchObject({ weak: true, why: 'the tests run beside the program' });
    expect(withHarness(passed, judged('pass'))).not.toHaveProperty('why');
  });
});

describe('checkSubmission', () => {
  it.each<[Partial<Submission>, RegExp]>([
    [{ tests: [] }, /no tests/],
    [{ timeoutMs: 0 }, /deadline of 0 ms/],
    [{ memoryMb: NaN }, /memory limit of NaN MiB/],
    [{ tests: [{ args: [], expected: { $: 'undefined' } }] }, /Test 1 .*Unknown tag "undefined"/],
    [{ tests: [{ args: [], expected: 1, compare: { as: 'set' } }] }, /must be a collection/],
    [{ tests: [{ args: [], expected: 1, compare: { tolerance: { absolute: -1 } } }] }, /not negative/],
    [{ language: 'javascript', harness: { source: '' } }, /harness, which is Python/],
    [
      { language: 'javascript', tests: [{ args: [], kwargs: { a: 1 }, expected: 1 }] },
      /Only Python has arguments by name/,
    ],
    [{ tests: [{ args: [], kwargs: { a: { $: 'x' } }, expected: 1 }] }, /Test 1 .*Unknown tag "x"/],
    [{ tests: [{ args: [], kwargs: { $: 'dict', v: [] }, expected: 1 }] }, /an object of names/],
    [{ tests: [{ args: [], expected: { $: 'fraction', v: ['2', '4'] } }] }, /lowest terms/],
    [
      { tests: [{ args: [{ $: 'tuple', v: [], type: 'P' }], expected: 1 }] },
      /named tuple cannot be an argument/,
    ],
    [
      { tests: [{ args: [{ $: 'dict', v: [], type: 'defaultdict' }], expected: 1 }] },
      /defaultdict cannot be an argument/,
    ],
  ])('refuses %j', (more, message) => {
    expect(() => checkSubmission({ ...submission, ...more })).toThrow(message);
  });

  it('lets a harness stand for tests', () => {
    expect(() => checkSubmission({ ...submission, tests: [], harness: { source: '' } })).not.toThrow();
  });
});

describe('callOrder', () => {
  it('is a permutation, the same for the same program and different between programs', () => {
    const orders = Array.from({ length: 50 }, (_, i) => callOrder(`program ${i}`, 8));
    for (const order of orders) expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(callOrder('program 3', 8)).toEqual(orders[3]);
    expect(new Set(orders.map(String)).size).toBeGreaterThan(45);
  });
});
