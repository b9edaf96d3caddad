/** Builds the starter world away from the page, which would stand still for a second. */
import * as Comlink from 'comlink';
import { starterTasks, type Task } from '../src/tasks/index.ts';

const api = {
  starterTasks: (): readonly Task[] => starterTasks(),
};

export type TasksApi = typeof api;

Comlink.expose(api);
