/** Answers are verified by reading them exactly; no sandbox is needed, and no rounding hides a difference. */
import type { Attempt, Verification, Verifier } from '../domain.ts';
import { readAnswer, sameAnswer } from './answer.ts';
import { format, numberOf, type Polynomial } from './polynomial.ts';
import { type Step, stepsOf } from './steps.ts';
import { readExpression } from './expression.ts';
import type { MathsTask } from './task.ts';

/** What became of an answer; plain data. */
export interface Judgement {
  readonly status: 'right' | 'wrong' | 'unreadable' | 'no-answer';
  /** As it was given. */
  readonly given: string | null;
  /** As it was read. */
  readonly got: string | null;
  readonly expected: string;
  /** Of the reasoning, where there is one. */
  readonly steps: readonly Step[];
}

/** A task that names no answer that can be read. */
export class UnreadableTaskError extends Error {
  override readonly name = 'UnreadableTaskError';
  constructor(
    id: string,
    readonly what: 'answer' | 'tolerance',
  ) {
    super(`The task “${id}” cannot be verified: its ${what} is no number or expression that can be read.`);
  }
}

/** @throws UnreadableTaskError */
export function expectedOf({ id, answer, units }: MathsTask): Polynomial {
  const expected = readAnswer(answer, units);
  if (expected === null) throw new UnreadableTaskError(id, 'answer');
  return expected;
}

function toleranceOf({ id, tolerance }: MathsTask) {
  if (tolerance === undefined) return null;
  const value = readExpression(tolerance);
  const number = value && numberOf(value);
  if (number === null || number.n < 0n) throw new UnreadableTaskError(id, 'tolerance');
  return number;
}

/** What became of one answer, and of the reasoning that led to it. @throws UnreadableTaskError */
export function judge({ task, answer, reasoning = null }: Attempt<MathsTask>): Judgement {
  const expected = expectedOf(task);
  const tolerance = toleranceOf(task);
  const read = answer === null ? null : readAnswer(answer, task.units);
  const statusOf = (): Judgement['status'] => {
    if (answer === null) return 'no-answer';
    if (read === null) return 'unreadable';
    return sameAnswer(read, expected, tolerance) ? 'right' : 'wrong';
  };
  return {
    status: statusOf(),
    given: answer,
    got: read && format(read),
    expected: format(expected),
    steps: reasoning === null ? [] : stepsOf(reasoning, task),
  };
}

/**
 * One check: the answer is the task's. The visible and the strict suite are the same, since an exact comparison leaves
 * nothing for a stricter one to find. The reasoning's steps are told in the detail and do not count.
 */
export const mathsVerifier = (): Verifier<MathsTask> => ({
  async verify(attempts, _suite, signal) {
    return attempts.map((attempt): Verification<Judgement> => {
      signal?.throwIfAborted();
      const detail = judge(attempt);
      const passes = detail.status === 'right';
      return { passes, passesVisible: passes, passed: Number(passes), total: 1, weak: false, detail };
    });
  },
});
