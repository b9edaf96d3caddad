import type { LargestErrors } from '../verify/model.ts';
import type { Gate } from '../rl/gate.ts';
import type { FullConfig, Metrics, TrainConfig, TrainEvent } from '../rl/types.ts';
import type { OwnPolicy, OwnReward } from '../experiment/models.ts';
import type { Cell } from '../experiment/plan.ts';
import type { PassRate } from '../experiment/pool.ts';
import type { CellResult } from '../experiment/results.ts';
import type { PairAccuracy } from '../reward/accuracy.ts';
import type { BenchmarkSettings, Provenance } from '../reward/benchmark/build.ts';
import type { BenchmarkReport } from '../reward/benchmark/evaluate.ts';
import type { SkippedLine } from '../reward/pairs/jsonl.ts';
import type { DropCounts } from '../reward/pairs/types.ts';
import type { RewardRecipe } from '../reward/recipe.ts';
import type { Scaling, ScalingKind } from '../rl/scaling.ts';
import type { Split } from '../domains/domain.ts';
import type { TaskChoice } from '../domains/index.ts';
import type { EvaluationFile, MatrixRow } from '../evaluation/files.ts';
import type { TrainedWith } from '../evaluation/notes.ts';
import type { EvaluatedSplit } from '../evaluation/task-sets.ts';
import type { TaskFile } from '../domains/domain.ts';
import type { CheckedTasks } from '../domains/files/check.ts';
import type { SplitBy } from '../domains/files/source.ts';
import type { Device, DeviceChoice } from '../runtime/device.ts';

/**
 * What the page offers to a program that drives it, and what it tells that program. `/?headless` puts an
 * {@link Automation} at `window.posterior`; events go to `window.posteriorEmit`, which the driver puts there
 * before the page loads. Everything that crosses is plain JSON; files are handed over at addresses of the driver's
 * server, which stand in the requests.
 */

/** Fields of a configuration that have their own place in a request. */
export type TrainOverrides = Partial<Omit<TrainConfig, 'preset' | 'gate' | 'seed' | 'steps'>>;

export interface TrainRequest {
  readonly preset: string;
  readonly gate: Gate;
  readonly steps: number;
  readonly seed: number;
  readonly device: DeviceChoice;
  readonly overrides: TrainOverrides;
  /** Continue the newest stored run with this configuration from its last checkpoint, instead of starting anew. */
  readonly resume: boolean;
  /** Tasks of a file, in place of those of the configuration. */
  readonly tasks: ServedTasks | null;
  /** What a new run starts from and is scored by; `null` for the shipped models. */
  readonly policy: ServedModel | null;
  readonly reward: (ServedModel & { readonly name: string }) | null;
  /** Where the trained policy is handed over; `null` to keep it in the page's store alone. */
  readonly upload: string | null;
}

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

/** The device that was used and why. */
export type DeviceUsed = Pick<Device, 'kind' | 'reason'>;

export interface TrainSummary {
  /** Metrics of the evaluation before the first step, and of the one after the last. */
  readonly start: Metrics;
  readonly end: Metrics;
  readonly seconds: number;
  readonly device: DeviceUsed;
  readonly config: TrainConfig;
  readonly runId: string;
}

export interface TrainResult extends TrainSummary {
  /** The policy after the last step, as files that another run can start from: the paths of what was handed over. */
  readonly files: readonly string[];
}

export interface VerifyModelRequest {
  /** Parsed config.json. */
  readonly config: unknown;
  readonly model: ServedModel;
  /** Parsed expected.json. */
  readonly expected: unknown;
  readonly device: DeviceChoice;
}

export interface ModelReport {
  readonly ok: boolean;
  readonly device: DeviceUsed;
  readonly largestErrors: LargestErrors;
  readonly greedyEqual: boolean;
  readonly tolerances: LargestErrors;
  /** One sentence per comparison beyond its tolerance. */
  readonly failures: readonly string[];
}

export interface StarterRequest {
  /** Domain whose starter world it is. */
  readonly world: string;
  readonly seed: number;
  readonly device: DeviceChoice;
  readonly upload: string;
}

export interface PolicyTrainRequest {
  readonly seed: number;
  readonly steps: number;
  readonly device: DeviceChoice;
  readonly upload: string;
}

export interface TrainedModels {
  /** Paths of the files that were handed over. */
  readonly files: readonly string[];
  /** Final losses and accuracies of both trainings. */
  readonly metrics: Metrics;
  readonly seconds: number;
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

/** A model's folder as the driver serves it: each file at the address with its name behind it. */
export interface ServedModel {
  readonly url: string;
  /** Names of all files that there are. */
  readonly files: readonly string[];
  /** Those that hold the weights, in order. */
  readonly weights: readonly string[];
}

export interface PairsRequest {
  readonly writer:
    | { readonly kind: 'exact' }
    | { readonly kind: 'policy'; /** {@link PairTemplates} */ readonly templates: unknown };
  /** Tasks of a file, in place of the starter world. */
  readonly tasks: ServedTasks | null;
  readonly split: Split | 'all';
  readonly seed: number;
  readonly perTask: number;
  readonly rounds: number;
  readonly lengthBalanced: boolean;
  readonly styleBalanced: boolean;
  readonly device: DeviceChoice;
  /** The policy that writes; `null` for the starter. */
  readonly policy: ServedModel | null;
}

export interface PairsResult {
  readonly jsonl: string;
  readonly pairs: number;
  readonly written: number;
  readonly dropped: DropCounts;
  readonly tasks: number;
}

export interface RewardTrainRequest {
  readonly seed: number;
  readonly recipe: RewardRecipe;
  readonly from: 'policy' | 'scratch';
  /** Address of a file of pairs, in place of the recipe's. */
  readonly pairs: string | null;
  /** The policy whose body is the start; `null` for the starter. */
  readonly policy: ServedModel | null;
  readonly upload: string;
}

export interface RewardTrainResult {
  /** Paths of the files that were handed over. */
  readonly files: readonly string[];
  readonly metrics: Metrics;
  /** On exact pairs of the held-out compositions. */
  readonly accuracy: PairAccuracy;
  readonly steps: number;
  readonly keptStep: number;
  readonly stoppedEarly: boolean;
  readonly skipped: readonly SkippedLine[];
  /** Training with its validation, and everything. */
  readonly trainSeconds: number;
  readonly seconds: number;
}

export interface RewardBenchRequest {
  /** Address of a file of pairs; `null` for the benchmark of the site. */
  readonly pairs: string | null;
  /** `null` for the starter's reward model. */
  readonly model: ServedModel | null;
  /** Draws the wrong prompts. */
  readonly seed: number;
}

export interface RewardBenchResult extends BenchmarkReport {
  readonly skipped: readonly SkippedLine[];
  readonly seconds: number;
}

export interface RewardScoreRequest {
  readonly items: readonly { readonly prompt: string; readonly reasoning: string }[];
  readonly model: ServedModel | null;
  /** `null` for the one stored with the model; `rank` takes all items for one group. */
  readonly scaling: ScalingKind | null;
}

export interface RewardScoreResult {
  /** `null` for a text that is longer than the model can read. */
  readonly scores: readonly ({
    readonly score: number;
    readonly reward: number;
    readonly tokens: number;
  } | null)[];
  readonly scaling: Scaling;
  readonly maxPositions: number;
  /** Time of scoring alone. */
  readonly ms: number;
}

export interface BenchmarkBuildRequest {
  readonly policy: ServedModel | null;
  readonly settings: BenchmarkSettings;
  readonly split: Split;
  readonly device: DeviceChoice;
}

export interface BenchmarkBuildResult {
  readonly jsonl: string;
  readonly provenance: Provenance;
}

/** A policy as it is evaluated. */
export interface EvaluatedPolicy {
  readonly name: string;
  /** Its files, or those of the policy that its run started from; `null` for the site's. */
  readonly model: ServedModel | null;
  /** A run of the page's store whose last checkpoint holds the weights; `null` where the files do. */
  readonly run: string | null;
}

export interface EvaluateRequest {
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

export interface Automation {
  train(request: TrainRequest): Promise<TrainResult>;
  checkTasks(request: CheckTasksRequest): Promise<CheckTasksResult>;
  /** The tasks of a file that is stored under this hash; `null` where none is. */
  storedTasks(request: { readonly hash: string }): Promise<TaskFile | null>;
  verifyModel(request: VerifyModelRequest): Promise<ModelReport>;
  starter(request: StarterRequest): Promise<TrainedModels>;
  policyTrain(request: PolicyTrainRequest): Promise<TrainedModels>;
  pairs(request: PairsRequest): Promise<PairsResult>;
  rewardTrain(request: RewardTrainRequest): Promise<RewardTrainResult>;
  rewardBench(request: RewardBenchRequest): Promise<RewardBenchResult>;
  rewardScore(request: RewardScoreRequest): Promise<RewardScoreResult>;
  benchmarkBuild(request: BenchmarkBuildRequest): Promise<BenchmarkBuildResult>;
  evaluate(request: EvaluateRequest): Promise<EvaluateResult>;
  ownPolicy(request: OwnPolicyRequest): Promise<void>;
  ownReward(request: OwnRewardRequest): Promise<void>;
  passRates(request: PassRatesRequest): Promise<PassRate[]>;
  experimentCell(request: ExperimentCellRequest): Promise<CellResult>;
  lesson(request: LessonRequest): Promise<{ readonly bytes: number }>;
  /** `(GradedLine | LineError)[]` as JSON text, in the order of the items. */
  grade(request: GradeRequest): Promise<string>;
  /** Stops what is running within a second; what is stored stays. */
  cancel(): Promise<void>;
}

declare global {
  interface Window {
    posterior?: Automation;
    posteriorEmit?(event: AutomationEvent): void;
  }
}
