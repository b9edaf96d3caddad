/** Builds the starter world away from the page, which would stand still for a second. */
import * as Comlink from 'comlink';
import { hardTasks } from '../src/domains/code/starter/hard.ts';
import { referenceSolution, starterTasks, type Task } from '../src/domains/code/starter/index.ts';

const api = {
  starterTasks: (): readonly Task[] => starterTasks(),
  hardTasks: (): readonly Task[] => hardTasks(),
  /** The complete reasoning of each task. */
  references: (): ReadonlyMap<string, string> =>
    new Map(starterTasks().map((task) => [task.id, referenceSolution(task).reasoning])),
};

export type TasksApi = typeof api;

Comlink.expose(api);
