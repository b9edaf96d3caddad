import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../../tests/support/rollout.ts';
import type { Submission, Verdict } from '../../sandbox/types.ts';
import type { CodeTask } from './task.ts';
import { code } from './index.ts';

const task: CodeTask = {
  id: 't',
  family: 'own',
  split: 'train',
  prompt: 'p\n',
  entry: 'f',
  visibleTests: [{ args: [1], expected: 1 }],
  heldOutTests: [{ args: [2], expected: 2 }],
};
const harness = { source: 'assert f(3) == 3', statements: true };

/** A sandbox that notes what it is given, and answers by the last test of a suite. */
function answering(verdictFor: (submission: Submission) => Partial<Verdict>) {
  const graded: Submission[] = [];
  const grade = async (submissions: readonly Submission[]): Promise<Verdict[]> => {
    graded.push(...submissions);
    return submissions.map((submission) => {
      const total = submission.tests.length + (submission.harness ? 1 : 0);
      const tests = Array.from({ length: total }, () => ({ status: 'pass' as const }));
      return { ...verdictOf('pass', total, total), tests, ...verdictFor(submission), id: submission.id };
    });
  };
  return { graded, verifier: code.verifier({ sandbox: { grade }, timeoutMs: 500 }) };
}

describe('tests in code', () => {
  const mixed: CodeTask = {
    ...task,
    visibleCode: harness,
    heldOutCode: { ...harness, source: 'assert f(4) == 4' },
  };

  it('run with the calls of their suite, each suite by itself', async () => {
    const { graded, verifier } = answering(() => ({}));
    const [visible] = await verifier.verify([{ task: mixed, answer: 'x' }], 'visible');
    expect([visible?.passed, visible?.total]).toEqual([2, 2]);
    const [strict] = await verifier.verify([{ task: mixed, answer: 'x' }], 'strict');
    expect([strict?.passes, strict?.passed, strict?.total]).toEqual([true, 4, 4]);
    expect(graded.map(({ tests, harness: code }) => [tests.length, code?.source])).toEqual([
      [1, 'assert f(3) == 3'],
      [1, 'assert f(3) == 3'],
      [1, 'assert f(4) == 4'],
    ]);
  });

  it('of the held-out suite decide the strict verdict and leave the visible one', async () => {
    const wrong = { status: 'wrong' as const, passed: 1, weak: true, why: 'because' };
    const { verifier } = answering(({ harness: code }) =>
      code?.source.includes('4') ? { ...wrong, tests: [{ status: 'pass' }, { status: 'wrong' }] } : {},
    );
    const [strict] = await verifier.verify([{ task: mixed, answer: 'x' }], 'strict');
    expect(strict).toMatchObject({ passes: false, passesVisible: true, passed: 3, total: 4, weak: true });
    expect(strict?.detail).toMatchObject({ status: 'wrong', why: 'because' });
  });

  it('need no held-out suite', async () => {
    const { graded, verifier } = answering(() => ({}));
    const alone = { ...task, visibleTests: [], heldOutTests: [], visibleCode: harness };
    const [strict] = await verifier.verify([{ task: alone, answer: 'x' }], 'strict');
    expect([strict?.passes, strict?.total, graded.length]).toEqual([true, 1, 1]);
    expect(code.show(strict!, alone).checks).toMatchObject([
      { word: 'passed', question: 'assert f(3) == 3' },
    ]);
  });
});

describe('a task', () => {
  it('says which language its programs are in', async () => {
    const { graded, verifier } = answering(() => ({}));
    const javascript: CodeTask = { ...task, language: 'javascript', preamble: 'const one = 1;' };
    await verifier.verify([{ task: javascript, answer: 'function f() {}' }], 'strict');
    expect(graded).toMatchObject([{ language: 'javascript', program: 'const one = 1;\nfunction f() {}' }]);
    expect([code.languageOf(javascript), code.languageOf(task), code.languageOf()]).toEqual([
      'javascript',
      'python',
      'python',
    ]);
  });

  it('has its preamble before each program, and errors where they stand in the answer', async () => {
    const error = { type: 'SyntaxError', message: 'no', line: 4 };
    const { graded, verifier } = answering(() => ({
      status: 'exception',
      error,
      tests: [{ status: 'exception', error: 'ValueError: no (line 4)' }],
    }));
    const preamble = 'import math\n\n';
    const [shown] = await verifier.verify(
      [{ task: { ...task, preamble }, answer: 'def f(x):\n    y' }],
      'visible',
    );
    expect(graded[0]?.program).toBe('import math\n\ndef f(x):\n    y');
    expect(shown?.detail).toMatchObject({
      error: { line: 2 },
      tests: [{ error: 'ValueError: no (line 2)' }],
    });
  });

  it('has a plan to agree with in the starter world alone', () => {
    const own = { ...task, family: 'lists' };
    expect(
      code.agreement(own, 'Keep the even numbers, then add them up.', 'def f(xs):\n    return sum(xs)'),
    ).toBe(null);
  });
});
