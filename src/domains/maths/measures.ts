/** What is measured of reasoning that can be checked exactly. */
import type { Measures, Verification } from '../domain.ts';
import { readAnswer } from './answer.ts';
import { format } from './polynomial.ts';
import { isSound, lastResult, stepsOf } from './steps.ts';
import type { MathsTask } from './task.ts';

/** Whether the last result that the reasoning states is the answer; null where either cannot be read. */
export function agreement(task: MathsTask, reasoning: string, answer: string): boolean | null {
  const read = readAnswer(answer, task.units);
  const result = lastResult(stepsOf(reasoning, task));
  return read === null || result === null ? null : result === format(read);
}

/**
 * Whether every step is right, none is missing, and the last one gives the task's answer; null where the task has no plan,
 * without which nobody can tell that none is missing.
 */
export function soundness(task: MathsTask, reasoning: string): boolean | null {
  const answer = readAnswer(task.answer, task.units);
  if (task.plan === undefined || answer === null) return null;
  return isSound(stepsOf(reasoning, task), answer);
}

/**
 * `steps/valid`: share of right steps. `steps/sound`: 1 where every step is right and the answer that they lead to is
 * right. `steps/unsound_given_pass`: of a right answer, 1 where the steps do not lead to it.
 */
export function measures(
  task: MathsTask,
  reasoning: string,
  answer: string,
  { passes }: Pick<Verification, 'passes'>,
): Measures {
  const steps = stepsOf(reasoning, task);
  const sound = passes && isSound(steps, readAnswer(answer, task.units));
  return {
    'steps/valid': steps.filter(({ status }) => status === 'valid').length / Math.max(1, steps.length),
    'steps/sound': Number(sound),
    ...(passes ? { 'steps/unsound_given_pass': Number(!sound) } : {}),
  };
}
