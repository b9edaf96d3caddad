/** Training a reward model as the page offers it: few settings, and what the result is worth. */
import type { PairAccuracy } from '../reward/accuracy.ts';
import { buildPairs, splitPairs } from '../reward/pairs/build.ts';
import { DEFAULT_MIX, EXACT, exactPairs, exactWriter } from '../reward/pairs/exact.ts';
import {
  DIMENSIONS,
  type Dimension,
  type DropCounts,
  type ImportedPair,
  noDrops,
} from '../reward/pairs/types.ts';
import { mixOver, onlyDimensions, STRONG_RECIPE } from '../reward/recipe.ts';
import type { ScoreCalibration } from '../rl/scaling.ts';
import {
  fittingPairs,
  fixedPairs,
  freshPairs,
  type PairSource,
  startFromPolicy,
  startFromScratch,
  trainReward,
  type RewardProgress,
  type RewardTrainingPort,
} from '../reward/train.ts';
import type { Metrics } from '../rl/types.ts';
import { starterTasks } from '../domains/code/starter/index.ts';
import type { StarterTask } from '../domains/code/starter/task.ts';
import type { Tokenizer } from '../model/tokenizer/index.ts';
import { calibrateStarter, rewardAccuracy, starterConfig } from './starter.ts';

export interface RewardTraining {
  readonly seed: number;
  readonly objective: 'pairs' | 'scores';
  readonly start: 'policy' | 'scratch';
  /**
   * Exact pairs written once, `perTask` for each task; or new and harder ones at every step, which cannot be learned by
   * heart; or those that are given, such as a policy's.
   */
  readonly pairs: 'fixed' | 'fresh' | 'given';
  readonly perTask: number;
  readonly steps: number;
  readonly learningRate: number;
  /** Of fixed pairs: the better text is longer as often as shorter, or as it comes, or always longer. */
  readonly length: 'balanced' | 'as-written' | 'longer-wins';
  /** Of fixed pairs. */
  readonly styleBalanced: boolean;
  /** Dimensions that pairs are written for; a model never shown one does not learn to mind it. */
  readonly dimensions: readonly Dimension[];
  /** The one family of tasks it sees; `null` for all. */
  readonly family: string | null;
  /** Stops when the validation pairs get no better. */
  readonly earlyStopping: boolean;
}

export const DEFAULT_TRAINING: RewardTraining = {
  seed: 1,
  objective: 'pairs',
  start: 'policy',
  pairs: 'fixed',
  perTask: 6,
  steps: 500,
  learningRate: 1e-3,
  length: 'balanced',
  styleBalanced: false,
  dimensions: DIMENSIONS,
  family: null,
  earlyStopping: true,
};

/** What a training is given beside its settings. */
export interface TrainingMaterial {
  readonly policyWeights: Float32Array;
  /** Those to train on where they are not written here; of train tasks, others are left out. */
  readonly pairs: readonly ImportedPair[];
}

export interface TrainedReward {
  readonly weights: Float32Array;
  /** On held-out compositions. */
  readonly accuracy: PairAccuracy;
  readonly calibration: ScoreCalibration;
  readonly metrics: Metrics;
  /** Pairs there were; `null` when they were new at every step. */
  readonly pairs: number | null;
  readonly dropped: DropCounts;
  readonly steps: number;
  readonly keptStep: number;
  readonly stoppedEarly: boolean;
}

const BATCH = 32;
const MICRO_BATCH = 16;
const CENTERING = 0.01;
/** Of fresh pairs, most of which differ in one sentence alone. */
const DENSE = 1;
const EVALUATIONS = 12;
/** An evaluation costs as much as several steps. */
const LEAST_BETWEEN = 20;
const PATIENCE = 4;
/** Share of compositions set aside to watch the training by and to choose weights with. */
const VALIDATION_SHARE = 0.08;
const VALIDATION_PER_TASK = 2;
/** Tries at pairs that balance leaves out. */
const BALANCED_ROUNDS = 3;

interface Written {
  readonly source: PairSource;
  /** Pairs there are; `null` when there are always new ones. */
  readonly count: number | null;
  readonly dropped: DropCounts;
}

/** Of the given pairs those about these tasks and dimensions that the model can read. @throws RangeError when none is left */
function takePairs(
  tokenizer: Tokenizer,
  tasks: readonly StarterTask[],
  given: readonly ImportedPair[],
  { seed, dimensions }: RewardTraining,
): Written {
  const known = new Set<string | undefined>(tasks.map(({ id }) => id));
  const about = given.filter(
    ({ taskId, dimension }) => known.has(taskId) && dimension !== undefined && dimensions.includes(dimension),
  );
  const { fitting, tooLong } = fittingPairs(tokenizer, starterConfig(tokenizer, 'score'), about);
  if (fitting.length === 0)
    throw new RangeError(
      `None of the ${given.length} pairs can be trained on: they have to be about training tasks that are not set aside, ` +
        'of the chosen family and dimensions, and short enough for the model.',
    );
  const dropped = { ...noDrops(), 'too-long': tooLong.length };
  return { source: fixedPairs(fitting, seed), count: fitting.length, dropped };
}

async function writePairs(tasks: readonly StarterTask[], training: RewardTraining): Promise<Written> {
  const { seed, perTask, length, styleBalanced, dimensions } = training;
  if (training.pairs === 'fresh') {
    const mixAt = mixOver(STRONG_RECIPE.pairs, training.steps);
    const drawn = freshPairs(EXACT, tasks, seed, (step) => {
      const mix = onlyDimensions(mixAt(step), dimensions);
      // The opening may be of other dimensions alone.
      const has = DIMENSIONS.some((dimension) => mix.dimensions[dimension] > 0);
      return has ? mix : onlyDimensions(STRONG_RECIPE.pairs.mix, dimensions);
    });
    // Optimized over original is a matter of rigor whatever the mix is.
    const source: PairSource = (step, size) => {
      // A longer draw of the same step begins like a shorter one.
      for (let draw = size; ; draw *= 2) {
        const fitting = drawn(step, draw).filter(
          ({ dimension }) => dimension !== undefined && dimensions.includes(dimension),
        );
        if (fitting.length >= size) return fitting.slice(0, size);
      }
    };
    return { source, count: null, dropped: noDrops() };
  }
  const balanced = length === 'balanced';
  const set = await buildPairs(exactWriter(onlyDimensions(DEFAULT_MIX, dimensions)), tasks, {
    seed,
    perTask,
    lengthBalanced: balanced,
    styleBalanced,
    rounds: balanced || styleBalanced ? BALANCED_ROUNDS : 1,
  });
  const pairs = set.pairs.filter(
    ({ dimension, chosen, rejected }) =>
      dimensions.includes(dimension) && (length !== 'longer-wins' || chosen.length > rejected.length),
  );
  return { source: fixedPairs(pairs, seed), count: pairs.length, dropped: set.dropped };
}

/** Trains on pairs of train tasks, then measures on held-out compositions. @throws as `trainReward` */
export async function trainRewardModel(
  port: RewardTrainingPort,
  tokenizer: Tokenizer,
  { policyWeights, pairs }: TrainingMaterial,
  training: RewardTraining,
  report: (progress: RewardProgress) => void,
): Promise<TrainedReward> {
  const { seed, steps, learningRate, family, dimensions } = training;
  if (dimensions.length === 0) throw new RangeError('A reward model needs pairs of at least one dimension.');
  const config = starterConfig(tokenizer, 'score');
  const tasks = starterTasks().filter((task) => task.split === 'train');
  const { train, heldOut } = splitPairs(tasks, (task) => task.composition, VALIDATION_SHARE, seed);
  const chosen = train.filter((task) => family === null || task.family === family);
  const written =
    training.pairs === 'given'
      ? takePairs(tokenizer, chosen, pairs, training)
      : await writePairs(chosen, training);
  const outcome = await trainReward(
    port,
    tokenizer,
    training.start === 'policy' ? startFromPolicy(policyWeights, config) : startFromScratch(config, seed),
    written.source,
    exactPairs(heldOut, { seed, perTask: VALIDATION_PER_TASK, round: 1 }),
    {
      seed,
      objective:
        training.objective === 'pairs'
          ? { kind: 'pairs', margin: 0, centering: CENTERING, dense: training.pairs === 'fresh' ? DENSE : 0 }
          : { kind: 'scores', loss: 'bce' },
      steps,
      batch: BATCH,
      microBatch: MICRO_BATCH,
      learningRate,
      evaluateEvery: Math.max(LEAST_BETWEEN, Math.round(steps / EVALUATIONS)),
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
    pairs: written.count,
    dropped: written.dropped,
    steps: outcome.steps,
    keptStep,
    stoppedEarly,
  };
}
