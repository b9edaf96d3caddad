/** What the page tells while it works. */
import type { Metrics, TrainConfig, TrainEvent } from '../../rl/types.ts';
import type { TasksReport } from './tasks.ts';
import type { DeviceUsed } from './training.ts';

/** A step of a reward model's training. */
export interface RewardStepEvent {
  readonly type: 'reward';
  readonly step: number;
  readonly steps: number;
  readonly metrics: Metrics;
}

/** Sent once per run before its first step, and again when a run continues. */
export interface RunEvent {
  readonly type: 'run';
  readonly runId: string;
  readonly config: TrainConfig;
  readonly device: DeviceUsed;
  /** Steps done by the checkpoint that the run continues from; 0 for a new run. */
  readonly stepsDone: number;
}

/** Progress of work that is not a training run, such as loading or SFT. */
export interface ProgressEvent {
  readonly type: 'progress';
  readonly activity: string;
  readonly done: number;
  readonly total: number;
}

/** Sent when a file of tasks was checked for a run. */
export interface TasksEvent {
  readonly type: 'tasks';
  readonly report: TasksReport;
}

export type AutomationEvent = TrainEvent | RunEvent | ProgressEvent | RewardStepEvent | TasksEvent;
