/** Evaluations and experiments, and the recording of the lesson. */
import type { TaskChoice } from '../../domains/index.ts';
import type { EvaluationFile, MatrixRow } from '../../evaluation/files.ts';
import type { SomePromptSettings } from '../../domains/prompting.ts';
import type { TrainedWith } from '../../evaluation/notes.ts';
import type { EvaluatedSplit } from '../../evaluation/task-sets.ts';
import type { OwnPolicy, OwnReward } from '../../experiment/models.ts';
import type { Cell } from '../../experiment/plan.ts';
import type { Restriction } from '../../rl/restriction.ts';
import type { FullConfig } from '../../rl/types.ts';
import type { DeviceChoice } from '../../runtime/device.ts';
import type { ServedTasks } from './tasks.ts';
import type { ServedModel } from './training.ts';

/** A policy as it is evaluated. */
export interface EvaluatedPolicy {
  readonly name: string;
  /** Its files, or those of the policy that its run started from; `null` for the site's. */
  readonly model: ServedModel | null;
  /** A run of the page's store whose last checkpoint holds the weights; `null` where the files do. */
  readonly run: string | null;
}

/** A top-k of 0 and a top-p of 1, the defaults, restrict nothing. */
export interface EvaluateRequest extends Restriction {
  readonly policy: EvaluatedPolicy;
  readonly tasks: TaskChoice & {
    readonly name: string;
    readonly split: EvaluatedSplit;
    /** A file of tasks, in place of the choice. */
    readonly file: ServedTasks | null;
  };
  /** Tasks at most, the first in the order of evaluations; `null` for all. */
  readonly limit: number | null;
  readonly samples: number;
  readonly ks: readonly number[];
  readonly seed: number;
  readonly temperature: number;
  /** `null` for what the policy was trained with, or what the longest prompt needs if that is more. */
  readonly maxPromptTokens: number | null;
  /** `null` for what the policy was trained with. */
  readonly maxCompletionTokens: number | null;
  readonly timeoutMs: number;
  /** How the policy is asked and read, where that is not as it was trained. */
  readonly prompts: SomePromptSettings;
  /** What the policy was trained on, as far as its folder says; `null` for the site's. */
  readonly trained: TrainedWith | null;
  readonly device: DeviceChoice;
  /** Where the rollouts are handed over, one JSON object a line; `null` to keep none. */
  readonly upload: string | null;
}

export interface EvaluateResult {
  readonly file: EvaluationFile;
  readonly matrix: readonly MatrixRow[];
}

/** A replicate's policy, to be made. */
export interface OwnPolicyRequest {
  readonly model: OwnPolicy;
  readonly device: DeviceChoice;
  readonly upload: string;
}

/** A replicate's reward model, to be made from the body of its policy. */
export interface OwnRewardRequest {
  readonly model: OwnReward;
  readonly policy: ServedModel;
  readonly upload: string;
}

/** How often a policy passes each of the train tasks of a configuration. */
export interface PassRatesRequest {
  readonly config: FullConfig;
  readonly device: DeviceChoice;
  readonly policy: ServedModel | null;
  /** Completions of each task. */
  readonly samples: number;
}

export interface ExperimentCellRequest {
  readonly cell: Cell;
  readonly device: DeviceChoice;
  readonly policy: ServedModel | null;
  readonly reward: (ServedModel & { readonly name: string }) | null;
  /** What the models are called in the result. */
  readonly names: { readonly policy: string; readonly reward: string };
  /** Ids of the tasks that are trained on; `null` for all. */
  readonly pool: readonly string[] | null;
  readonly version: string;
  /** Where the completions of the training are handed over. */
  readonly upload: string;
}

/** A line of the completions that fooled a reward model. */
export interface HackedLine {
  readonly seed: number;
  readonly step: number;
  readonly taskId: string;
  readonly completion: string;
  readonly R_t: number;
  readonly verdict: string;
}

export interface LessonRequest {
  readonly seed: number;
  readonly steps: number;
  readonly device: DeviceChoice;
  readonly hacked: readonly HackedLine[];
  /** As it is typed again. */
  readonly command: string;
  readonly version: string;
  readonly upload: string;
}
