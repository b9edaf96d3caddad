/** Files of tasks, and grading. */
import type { CheckedTasks } from '../../domains/files/check.ts';
import type { SplitBy } from '../../domains/files/source.ts';

/** A file of tasks at an address of the driver's. */
export interface CheckTasksRequest {
  readonly url: string;
  /** What the file is called. */
  readonly name: string;
}

export interface ServedTasks extends CheckTasksRequest {
  readonly split: SplitBy;
  /** Share that is held out. */
  readonly heldOut: number;
}

/** What came of a file of tasks; without a usable one, `hash` and `domain` are null. */
export interface TasksReport extends Omit<CheckedTasks, 'file' | 'unusable'> {
  readonly name: string;
  readonly domain: string | null;
  readonly hash: string | null;
  /** Number of tasks that can be used. */
  readonly count: number;
}

export interface CheckTasksResult extends TasksReport {
  /** The usable tasks in the project's own form. */
  readonly text: string;
}

export interface GradeOptions {
  /** Programs that run at once, and limits of those that name none. */
  readonly workers?: number;
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
}

export interface GradeRequest {
  /** `GradeItem[]` as JSON text: as a value, texts with lone surrogates would not survive the way. */
  readonly items: string;
  /** Those of the first request hold for all of the page's life. */
  readonly options: GradeOptions;
}
