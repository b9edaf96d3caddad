/** Completions of stored runs that a report shows: the first group of some steps. */
import { domainOf } from '../../../domains/index.ts';
import { evenly, exampleGroup, GROUP_STEPS } from '../../../experiment/examples.ts';
import type { ExampleGroup } from '../../../experiment/results.ts';
import type { ChosenRun } from '../../../experiment/runs.ts';
import type { Task } from '../../../domains/domain.ts';
import { TaskFileError } from '../../../domains/domain.ts';
import type { Workspace } from '../../../workspace/workspace.ts';
import type { TwinStore } from './twins.ts';

export async function groupsOfRun(
  { id, config }: ChosenRun,
  store: TwinStore,
  tasks: ReadonlyMap<string, Task>,
): Promise<ExampleGroup[]> {
  const steps = evenly(await store.rolloutSteps(id), GROUP_STEPS);
  const groups: ExampleGroup[] = [];
  for (const step of steps) {
    const rollouts = await store.rollouts(id, step);
    const first = rollouts.filter(({ group }) => group === rollouts[0]!.group);
    if (first.length > 0) groups.push(exampleGroup(first, tasks.get(first[0]!.taskId), domainOf(config)));
  }
  return groups;
}

/** By id; none where the file of a run's tasks is gone, which still lets its completions be read. */
export async function tasksOf(
  workspace: Workspace,
  { config }: ChosenRun,
): Promise<ReadonlyMap<string, Task>> {
  try {
    const { train } = await workspace.tasks(config);
    return new Map(train.map((task) => [task.id, task]));
  } catch (error) {
    if (error instanceof TaskFileError) return new Map();
    throw error;
  }
}
