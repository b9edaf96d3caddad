/** Builds tasks away from the page, which would stand still for a second or two. */
import * as Comlink from 'comlink';
import type { TaskSet } from '../src/domains/domain.ts';
import { sourceOf, type TaskChoice } from '../src/domains/index.ts';

const api = {
  load: (choice: TaskChoice): Promise<TaskSet> => sourceOf(choice).load(),
};

export type TasksApi = typeof api;

Comlink.expose(api);
