import type { CodeTask } from '../task.ts';

/** A task of the starter world, or beyond it. */
export interface StarterTask extends CodeTask {
  /** The composition that the task was built from; tasks that share it share a split. */
  readonly composition: string;
}

export const isStarterTask = (task: CodeTask): task is StarterTask => 'composition' in task;

/** A worked solution: what stands between the tags of a completion. */
export interface Demonstration {
  readonly taskId: string;
  readonly reasoning: string;
  readonly program: string;
}
