import { domainOf } from '../../domains/index.ts';
import type { BenchmarkRun } from './state/benchmark-run.ts';
import type { TasksById } from './state/model.ts';

/** A task in a few words: what its source calls it, what it asks, or its id. */
export function taskName(id: string, tasks: TasksById | null, run: BenchmarkRun): string {
  const task = tasks?.get(id);
  if (!task) return id;
  return task.label ?? domainOf(run.plan.tasks.choice).titleOf(task);
}
