/** Which tasks a step draws. */
import { Random } from '../random.ts';
import type { Task } from '../domains/domain.ts';
import type { FullConfig } from './types.ts';

/** How a task went so far: completions sampled and passed, earlier ones counting less. */
export interface PassCount {
  readonly passes: number;
  readonly attempts: number;
}

/** By the tasks' ids; plain data, stored with each checkpoint. */
export type PassCounts = Readonly<Record<string, PassCount>>;

/** What earlier attempts count when a task comes up again, since the policy has changed since. */
const FADING = 0.5;

/** Counts with the outcomes of one more group. */
export function counted(before: PassCount | undefined, passed: readonly boolean[]): PassCount {
  const { passes, attempts } = before ?? { passes: 0, attempts: 0 };
  return {
    passes: FADING * passes + passed.filter(Boolean).length,
    attempts: FADING * attempts + passed.length,
  };
}

/** The pass rate p of a task, with one pass and one failure added to what was seen. */
export const passRate = (count: PassCount | undefined): number =>
  ((count?.passes ?? 0) + 1) / ((count?.attempts ?? 0) + 2);

/**
 * All tasks in the order in which step `step` takes them: shuffled, or drawn one after the other with weights p(1 − p)
 * (Efraimidis & Spirakis 2006: by the largest u^(1/w)).
 */
export function orderOfTasks(
  tasks: readonly Task[],
  step: number,
  counts: PassCounts,
  { seed, curriculum }: Pick<FullConfig, 'seed' | 'curriculum'>,
): Task[] {
  const random = new Random(seed, step, 'tasks');
  if (curriculum === 'none') return random.shuffle(tasks);
  const uniforms = random.fill(new Float32Array(tasks.length));
  const keyed = tasks.map((task, i) => {
    const p = passRate(counts[task.id]);
    return { task, key: Math.log(Math.max(uniforms[i]!, Number.MIN_VALUE)) / (p * (1 - p)) };
  });
  return keyed.sort((a, b) => b.key - a.key).map(({ task }) => task);
}
