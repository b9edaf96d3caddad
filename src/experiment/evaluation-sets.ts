/** Which held-out tasks an experiment evaluates. */
import type { Task } from '../domains/domain.ts';
import { evaluationTasks } from '../rl/sampling.ts';
import type { Experiment } from './file.ts';

/**
 * The first tasks of every evaluation, which settings were chosen on before there were experiments; those after them were
 * never looked at, and are what an experiment tunes on.
 */
const REPORT_TASKS = 192;

/** The tasks of a set, in the order of evaluations. */
export function evaluatedTasks(
  heldOut: readonly Task[],
  { set, limit }: Experiment['evaluation'],
): readonly Task[] {
  const all = evaluationTasks(heldOut);
  const chosen = {
    report: all.slice(0, REPORT_TASKS),
    development: all.slice(REPORT_TASKS),
    all,
  }[set];
  return chosen.slice(0, limit ?? undefined);
}
