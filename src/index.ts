/**
 * Posterior as a library: tasks and rewards of one's own, training by Posterior-GRPO, evaluation, and every completion to
 * read. It runs in Node, in a page and in a worker; what it is given are values, and nothing is registered.
 *
 * @packageDocumentation
 */
export type { ParsedCompletion } from './domains/completion.ts';
export type { Measures, Split, Task, TaskSet, Verification } from './domains/domain.ts';
export { UnknownTasksError } from './domains/index.ts';
export type { EvaluatedSample, Outcome, SampleRecord } from './evaluation/records.ts';
export {
  type ByK,
  type Estimate,
  type EvaluationReport,
  PassAtKError,
  type Slice,
} from './evaluation/report.ts';
export { type CheckResult, defineDomain, type DomainDefinition, TaskDomain } from './library/domain.ts';
export { evaluate, type EvaluateOptions, type Evaluation } from './library/evaluate.ts';
export { type Demonstration, imitate, type ImitateOptions } from './library/imitate.ts';
export { maths, mathsTasks } from './library/maths.ts';
export {
  filesAt,
  Model,
  type ModelFile,
  ModelKindError,
  type OpenFile,
  readModelFiles,
} from './library/models.ts';
export type { ReasoningScore } from './library/reasoning.ts';
export {
  train,
  type RunCheckpoint,
  type TrainedPolicy,
  type TrainOptions,
  type TrainSettings,
} from './library/train.ts';
export type { Aggregation, ImportanceLevel, KlEstimator, Surrogate } from './programs/loss.ts';
export { ConfigError } from './rl/config.ts';
export type { Gate, RewardWeights } from './rl/gate.ts';
export type { ScalingKind } from './rl/scaling.ts';
export type { SchedulerType } from './rl/schedule.ts';
export type { RewardContext, RewardName, RewardParts, RewardRule } from './rl/rewards/index.ts';
export type {
  AdvantageKind,
  ConfigChange,
  EvalRecord,
  LaterSettings,
  LiveSettings,
  Metrics,
  Phase,
  Rollout,
  SamplingFilter,
  StepRecord,
  TrainConfig,
  TrainEvent,
} from './rl/types.ts';
export { type Interval, meanInterval, type MeanInterval } from './statistics/intervals.ts';
