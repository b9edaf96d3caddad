/**
 * What the page offers to a program that drives it, and what it tells that program. `/?headless` puts an
 * {@link Automation} at `window.posterior`; events go to `window.posteriorEmit`, which the driver puts there
 * before the page loads. Everything that crosses is plain JSON; files are handed over at addresses of the driver's
 * server, which stand in the requests.
 */
import type { TaskFile } from '../domains/domain.ts';
import type { PassRate } from '../experiment/pool.ts';
import type { CellResult } from '../experiment/results.ts';
import type { AutomationEvent } from './requests/events.ts';
import type {
  EvaluateRequest,
  EvaluateResult,
  ExperimentCellRequest,
  LessonRequest,
  OwnPolicyRequest,
  OwnRewardRequest,
  PassRatesRequest,
} from './requests/experiments.ts';
import type {
  BenchmarkBuildRequest,
  BenchmarkBuildResult,
  PairsRequest,
  PairsResult,
  RewardBenchRequest,
  RewardBenchResult,
  RewardScoreRequest,
  RewardScoreResult,
  RewardTrainRequest,
  RewardTrainResult,
} from './requests/rewards.ts';
import type { CheckTasksRequest, CheckTasksResult, GradeRequest } from './requests/tasks.ts';
import type {
  ModelReport,
  PolicyTrainRequest,
  RunPolicyRequest,
  SftRequest,
  StarterRequest,
  TrainedModels,
  TrainRequest,
  TrainResult,
  VerifyModelRequest,
} from './requests/training.ts';

export type * from './requests/training.ts';
export type * from './requests/tasks.ts';
export type * from './requests/rewards.ts';
export type * from './requests/experiments.ts';
export type * from './requests/events.ts';

/** Of a piece of a file that is handed over: where in the file it begins. */
export const OFFSET_HEADER = 'X-Offset';

export interface Automation {
  train(request: TrainRequest): Promise<TrainResult>;
  checkTasks(request: CheckTasksRequest): Promise<CheckTasksResult>;
  /** The tasks of a file that is stored under this hash; `null` where none is. */
  storedTasks(request: { readonly hash: string }): Promise<TaskFile | null>;
  /** Hands the policy of a stored run over, as it was at its last checkpoint. */
  runPolicy(request: RunPolicyRequest): Promise<void>;
  verifyModel(request: VerifyModelRequest): Promise<ModelReport>;
  starter(request: StarterRequest): Promise<TrainedModels>;
  sft(request: SftRequest): Promise<TrainedModels>;
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
