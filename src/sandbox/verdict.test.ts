import { describe, expect, it } from 'vitest';
import type { CallReport, RunReport } from './protocol.ts';
import type { Submission } from './types.ts';
import { callOrder, judge } from './verdict.ts';

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
  return { outcome: 'ran', error: null, calls, output: '', timeMs: 1, memoryBytes: 0, heldBytes: 0, ...more };
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

describe('callOrder', () => {
  it('is a permutation, the same for the same program and different between programs', () => {
    const orders = Array.from({ length: 50 }, (_, i) => callOrder(`program ${i}`, 8));
    for (const order of orders) expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(callOrder('program 3', 8)).toEqual(orders[3]);
    expect(new Set(orders.map(String)).size).toBeGreaterThan(45);
  });
});
