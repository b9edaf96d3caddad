/** Builds the starter world away from the page, which would stand still for a second. */
import * as Comlink from 'comlink';
import { hardTasks } from '../src/tasks/hard.ts';
import { referenceSolution, starterTasks, type Task } from '../src/tasks/index.ts';

const api = {
  starterTasks: (): readonly Task[] => starterTasks(),
  hardTasks: (): readonly Task[] => hardTasks(),
  /** The complete reasoning of each task. */
  references: (): ReadonlyMap<string, string> =>
    new Map(starterTasks().map((task) => [task.id, referenceSolution(task).reasoning])),
};

export type TasksApi = typeof api;

Comlink.expose(api);
