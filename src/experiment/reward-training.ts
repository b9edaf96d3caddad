/** Training a reward model as the page offers it: few settings, and what the result is worth. */
import type { PairAccuracy } from '../reward/accuracy.ts';
import { buildPairs, splitPairs } from '../reward/pairs/build.ts';
import { DEFAULT_MIX, exactPairs, exactWriter } from '../reward/pairs/exact.ts';
import { DIMENSIONS, type Dimension, type DropCounts } from '../reward/pairs/types.ts';
import type { ScoreCalibration } from '../reward/scaling.ts';
import {
  fixedPairs,
  startFromPolicy,
  startFromScratch,
  trainReward,
  type RewardProgress,
  type RewardTrainingPort,
} from '../reward/train.ts';
import type { Metrics } from '../rl/types.ts';
import { starterTasks } from '../tasks/index.ts';
import type { Tokenizer } from '../tokenizer/index.ts';
import { calibrateStarter, rewardAccuracy, starterConfig } from './starter.ts';

export interface RewardTraining {
  readonly seed: number;
  readonly objective: 'pairs' | 'scores';
  readonly start: 'policy' | 'scratch';
  readonly perTask: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly lengthBalanced: boolean;
  readonly styleBalanced: boolean;
  /** Dimensions that pairs are written for; a model never shown one does not learn to mind it. */
  readonly dimensions: readonly Dimension[];
  /** Stops when the validation pairs get no better. */
  readonly earlyStopping: boolean;
}

export const DEFAULT_TRAINING: RewardTraining = {
  seed: 1,
  objective: 'pairs',
  start: 'policy',
  perTask: 6,
  steps: 500,
  learningRate: 1e-3,
  lengthBalanced: true,
  styleBalanced: false,
  dimensions: DIMENSIONS,
  earlyStopping: true,
};

export interface TrainedReward {
  readonly weights: Float32Array;
  /** On held-out compositions. */
  readonly accuracy: PairAccuracy;
  readonly calibration: ScoreCalibration;
  readonly metrics: Metrics;
  readonly pairs: number;
  readonly dropped: DropCounts;
  readonly steps: number;
  readonly keptStep: number;
  readonly stoppedEarly: boolean;
}

const BATCH = 32;
const MICRO_BATCH = 16;
const CENTERING = 0.01;
const EVALUATIONS = 12;
const PATIENCE = 4;
/** Share of compositions set aside to watch the training by and to choose weights with. */
const VALIDATION_SHARE = 0.08;
const VALIDATION_PER_TASK = 2;
/** Tries at pairs that balance leaves out. */
const BALANCED_ROUNDS = 3;

/** Trains on pairs of the train tasks, then measures on held-out compositions. @throws as `trainReward` */
export async function trainRewardModel(
  port: RewardTrainingPort,
  tokenizer: Tokenizer,
  policyWeights: Float32Array,
  training: RewardTraining,
  report: (progress: RewardProgress) => void,
): Promise<TrainedReward> {
  const { seed, perTask, steps, learningRate, lengthBalanced, styleBalanced, dimensions } = training;
  const config = starterConfig(tokenizer, 'score');
  const tasks = starterTasks().filter((task) => task.split === 'train');
  const { train, heldOut } = splitPairs(tasks, (task) => task.composition, VALIDATION_SHARE, seed);
  const weightOf = (dimension: Dimension): number => Number(dimensions.includes(dimension));
  const mix = {
    ...DEFAULT_MIX,
    dimensions: Object.fromEntries(DIMENSIONS.map((d) => [d, weightOf(d)])) as Record<Dimension, number>,
  };
  const set = await buildPairs(exactWriter(mix), train, {
    seed,
    perTask,
    lengthBalanced,
    styleBalanced,
    rounds: lengthBalanced || styleBalanced ? BALANCED_ROUNDS : 1,
  });
  const pairs = set.pairs.filter(({ dimension }) => dimensions.includes(dimension));
  const outcome = await trainReward(
    port,
    tokenizer,
    training.start === 'policy' ? startFromPolicy(policyWeights, config) : startFromScratch(config, seed),
    fixedPairs(pairs, seed),
    exactPairs(heldOut, { seed, perTask: VALIDATION_PER_TASK, round: 1 }),
    {
      seed,
      objective:
        training.objective === 'pairs'
          ? { kind: 'pairs', margin: 0, centering: CENTERING }
          : { kind: 'scores', loss: 'bce' },
      steps,
      batch: BATCH,
      microBatch: MICRO_BATCH,
      learningRate,
      evaluateEvery: Math.max(1, Math.round(steps / EVALUATIONS)),
      patience: training.earlyStopping ? PATIENCE : 0,
    },
    report,
  );
  const accuracy = await rewardAccuracy(port.scoreTokens, tokenizer, seed + 1);
  const calibration = await calibrateStarter(port.scoreTokens, tokenizer, seed + 2);
  const { weights, metrics, keptStep, stoppedEarly } = outcome;
  return {
    weights,
    metrics,
    accuracy,
    calibration,
    pairs: pairs.length,
    dropped: set.dropped,
    steps: outcome.steps,
    keptStep,
    stoppedEarly,
  };
}
