/** Tasks that an evaluation can name without a file, and which part of them it takes. */
import type { Split, Task, TaskSet } from '../domains/domain.ts';
import type { TaskChoice } from '../domains/index.ts';

export type EvaluatedSplit = Split | 'all';

export interface NamedTasks extends Pick<Required<TaskChoice>, 'domain' | 'tasks'> {
  /** What is evaluated unless another split is asked for. */
  readonly split: EvaluatedSplit;
}

export const TASK_SETS = {
  starter: { domain: 'code', tasks: 'starter', split: 'held-out' },
  // All of them are made for training, and the starter policy has never seen one.
  hard: { domain: 'code', tasks: 'hard', split: 'train' },
  maths: { domain: 'maths', tasks: 'starter', split: 'held-out' },
} as const satisfies Readonly<Record<string, NamedTasks>>;

export type TaskSetName = keyof typeof TASK_SETS;

export const TASK_SET_NAMES = Object.keys(TASK_SETS) as readonly TaskSetName[];

export const ofSplit = ({ train, heldOut }: TaskSet, split: EvaluatedSplit): readonly Task[] =>
  split === 'all' ? [...train, ...heldOut] : split === 'train' ? train : heldOut;
