import type { ScalingKind } from './scaling.ts';
import type { FormatProfile } from '../domains/format-profiles.ts';
import type { TaskChoice } from '../domains/index.ts';
import type { PromptStyle } from '../domains/prompting.ts';
import type { Measures, Verification } from '../domains/domain.ts';
import type { Aggregation, ImportanceLevel, KlEstimator, Surrogate } from '../programs/loss.ts';
import type { ReasoningCredit } from './credit.ts';
import type { Gate, RewardWeights } from './gate.ts';
import type { ReasoningReward } from './reasoning-reward.ts';
import type { SchedulerType } from './schedule.ts';
import type { RewardParts } from './rewards/index.ts';

/** How rewards become advantages; see `advantages.ts`. */
export const ADVANTAGE_KINDS = ['group', 'batch', 'none', 'rloo', 'gdpo', 'raft'] as const;
export type AdvantageKind = (typeof ADVANTAGE_KINDS)[number];

/** Which groups are sampled again: none, those of one reward, or those that all pass or all fail. */
export const SAMPLING_FILTERS = ['none', 'reward', 'accuracy'] as const;
export type SamplingFilter = (typeof SAMPLING_FILTERS)[number];

/** Settings that may change while a run trains. */
export const LIVE_SETTINGS = ['learningRate', 'gate', 'gateThreshold', 'beta', 'temperature'] as const;
export type LiveSettings = Pick<Required<TrainConfig>, (typeof LIVE_SETTINGS)[number]>;

/** What changed during a run. */
export interface ConfigChange {
  /** Steps done before it holds. */
  readonly step: number;
  readonly settings: Partial<LiveSettings>;
}

/**
 * Settings that runs from before there was a choice do not have, and that are by default what those did. What each does,
 * its range and its source stand in `options.ts`.
 */
export interface LaterSettings {
  /** What the policy reads of a task. */
  readonly promptStyle: PromptStyle;
  readonly systemPrompt: string;
  /** Examples in front of a task. */
  readonly shots: number;
  /** How completions are read. */
  readonly formatProfile: FormatProfile;
  /** 0 samples from all tokens. */
  readonly topK: number;
  /** 1 samples from all tokens. */
  readonly topP: number;
  readonly gateThreshold: number;
  readonly rewardWeights: RewardWeights;
  /** Where R_t comes from: the reward model, or a control in its place. */
  readonly reasoningReward: ReasoningReward;
  /** How a raw score becomes R_t in [0, 1]. */
  readonly rewardScaling: ScalingKind;
  readonly overlongBuffer: number;
  readonly overlongPenalty: number;
  /** Which tokens R_t is credited to. */
  readonly reasoningCredit: ReasoningCredit;
  readonly maskTruncatedCompletions: boolean;
  readonly dynamicSampling: SamplingFilter;
  readonly maxResamples: number;
  readonly curriculum: 'none' | 'pass-rate';
  readonly surrogate: Surrogate;
  readonly dualClip: number;
  readonly entropyCoefficient: number;
  readonly klEstimator: KlEstimator;
  readonly klIn: 'loss' | 'reward';
  readonly syncRefModel: boolean;
  readonly refModelSyncSteps: number;
  readonly refModelMixupAlpha: number;
  readonly miniBatches: number;
  /** Of the factors that are trained beside frozen weights (LoRA); 0 trains the weights themselves. */
  readonly loraRank: number;
  readonly loraAlpha: number;
  /** Projections, with commas between them, or all-linear. */
  readonly loraTargets: string;
  readonly loraRankStabilized: boolean;
  readonly lrSchedulerType: SchedulerType;
  readonly warmupSteps: number;
  readonly minLrRate: number;
  readonly changes: readonly ConfigChange[];
}

/** The settings of a run. All that decides its numbers is here, so that a run can be repeated from this alone. */
export interface TrainConfig extends TaskChoice, Partial<LaterSettings> {
  readonly preset: string;
  readonly gate: Gate;
  readonly seed: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly promptsPerStep: number;
  readonly groupSize: number;
  readonly temperature: number;
  readonly maxPromptTokens: number;
  readonly maxCompletionTokens: number;
  readonly advantage: AdvantageKind;
  readonly importance: ImportanceLevel;
  readonly aggregation: Aggregation;
  readonly clipLow: number;
  readonly clipHigh: number;
  /** Coefficient of the KL estimate against the reference policy; 0 leaves it out. */
  readonly beta: number;
  readonly innerIterations: number;
  /** Sequences per gradient micro-batch: fixes the order of summation, whatever the device. */
  readonly microBatch: number;
  readonly weightDecay: number;
  readonly maxGradNorm: number;
  readonly evalEvery: number;
  readonly evalTasks: number;
  readonly checkpointEvery: number;
  readonly timeoutMs: number;
}

/** A configuration with nothing left to a default. */
export type FullConfig = Required<TrainConfig>;

/** One completion with everything that happened to it; plain data, stored for every step. */
export interface Rollout {
  readonly step: number;
  /** Group (prompt) and place in it. */
  readonly group: number;
  readonly index: number;
  readonly taskId: string;
  /** What the policy read, where that was not the task alone; absent from what older versions stored. */
  readonly prompt?: string;
  /** Sampled ids up to and including end-of-text, kept so that nothing is ever re-tokenised. */
  readonly tokens: readonly number[];
  /** Log-probability of each sampled token under the distribution it was drawn from. */
  readonly logprobs: readonly number[];
  readonly text: string;
  readonly reasoning: string | null;
  /** What the domain verifies; null where the completion does not have the form. */
  readonly answer: string | null;
  /** No end-of-text within the budget. */
  readonly truncated: boolean;
  readonly verification: Verification;
  readonly rewards: RewardParts;
  /** The gated sum that the advantage is made from. */
  readonly reward: number;
  /** What that has beside the rewards: a punishment for length, KL in the reward; absent where it has nothing. */
  readonly extra?: number;
  readonly advantage: number;
  /** Mean entropy per token in nats, mean k3 against the reference policy (null when there is none). */
  readonly entropy: number;
  readonly kl: number | null;
  /** The same token by token; absent from what older versions stored. */
  readonly perToken?: TokenRecord;
  /** Whether reasoning and answer say the same, where both can be read. */
  readonly agreement: boolean | null;
  /** What the domain measures of it; absent where it measures nothing. */
  readonly measures?: Measures;
}

/** Values of each token, [tokens], as whole numbers: a run keeps them for every completion, and they take a third of the room. */
export interface TokenRecord {
  /** Thousandths of a nat. */
  readonly entropy: readonly number[];
  /** Millionths of a nat; absent where the completion was not compared with the reference policy. */
  readonly kl?: readonly number[];
  /**
   * Millionths of ln(π/π_old), with the π that the last of the step's updates with this completion began from; absent where the step
   * had one update, which begins from the policy that sampled.
   */
  readonly logRatio?: readonly number[];
}

/** Metric name (see `metrics.ts`) to value; NaN never appears, an undefined metric is absent. */
export type Metrics = Readonly<Record<string, number>>;

export const PHASES = ['sample', 'execute', 'score', 'update', 'eval'] as const;
export type Phase = (typeof PHASES)[number];

export interface StepRecord {
  readonly step: number;
  readonly metrics: Metrics;
}

export interface EvalRecord {
  /** Steps done before the evaluation; 0 is the start. */
  readonly step: number;
  readonly metrics: Metrics;
}

/** What a phase came to, as far as it is one of those that have something to tell. */
export interface PhaseFound {
  /** Completions that were written or checked. */
  readonly completions?: number;
  /** Mean length of a completion, in tokens. */
  readonly length?: number;
  /** How many of them pass. */
  readonly passing?: number;
  /** Mean R_t. */
  readonly thinking?: number;
  readonly loss?: number;
  /** Norm of the gradient before it was clipped. */
  readonly gradNorm?: number;
}

/** What a live, recorded or stored run tells its views, in order. */
export type TrainEvent =
  | {
      readonly type: 'phase';
      readonly step: number;
      readonly phase: Phase;
      readonly state: 'start' | 'end';
      readonly ms?: number;
      readonly found?: PhaseFound;
    }
  | { readonly type: 'step'; readonly record: StepRecord; readonly rollouts: readonly Rollout[] }
  | { readonly type: 'eval'; readonly record: EvalRecord }
  | { readonly type: 'checkpoint'; readonly step: number }
  /** The reward models of the run so far, at its start and whenever another takes over. */
  | {
      readonly type: 'reward-model';
      readonly turns: readonly { readonly step: number; readonly id: string; readonly name: string }[];
    }
  /** Settings that hold from the next step on, and the configuration with them. */
  | { readonly type: 'change'; readonly change: ConfigChange; readonly config: TrainConfig }
  | { readonly type: 'notice'; readonly message: string };
