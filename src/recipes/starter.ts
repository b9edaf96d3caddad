/**
 * How the starter checkpoints are made: supervised fine-tuning of the policy on noisy demonstrations, then a reward
 * model trained from the policy's body on optimized/degraded pairs. All randomness comes from one seed.
 */
import type { ModelConfig } from '../model/config.ts';
import { initialWeights } from '../model/parameters.ts';
import { Random } from '../random.ts';
import type { PairAccuracy } from '../reward/accuracy.ts';
import { pairsBy } from '../reward/pairs/tries.ts';
import type { ImportedPair } from '../reward/pairs/types.ts';
import { recipePairs, type RewardRecipe } from '../reward/recipe.ts';
import { calibrate, type ScoreCalibration } from '../rl/scaling.ts';
import {
  evaluatePairs,
  type RewardOutcome,
  type RewardTrainingPort,
  scorePairs,
  type ScoreTokens,
  startFromPolicy,
  trainReward,
} from '../reward/train.ts';
import type { Policy, SupervisedExample } from '../rl/policy.ts';
import { fineTune } from '../rl/fine-tune.ts';
import { freshState } from '../host/host.ts';
import { completionText } from '../domains/completion.ts';
import type { Split } from '../domains/domain.ts';
import type { Tokenizer } from '../model/tokenizer/index.ts';
import { CODE_WORLD, type PolicyTraining, type World, type WorldTask } from './worlds.ts';

export interface StarterSettings extends PolicyTraining {
  readonly seed: number;
  readonly reward: RewardRecipe;
}

const CALIBRATION_TASKS = 400;

export const settingsOf = ({ policy, reward }: World, seed = 1): StarterSettings => ({
  seed,
  ...policy,
  reward,
});

export const STARTER_SETTINGS: StarterSettings = settingsOf(CODE_WORLD);

const tasksOf = (world: World, split: Split): WorldTask[] =>
  world.tasks().filter((task) => task.split === split);

/** Shape of the starter models; 0.4 million parameters. */
export function starterConfig(tokenizer: Tokenizer, head: ModelConfig['head']): ModelConfig {
  return {
    family: 'llama',
    vocabulary: tokenizer.vocabSize,
    width: 96,
    layers: 3,
    heads: 3,
    kvHeads: 3,
    headWidth: 32,
    hidden: 256,
    maxPositions: 256,
    ropeTheta: 10_000,
    normEpsilon: 1e-5,
    tied: true,
    head,
    padId: tokenizer.padId,
    endIds: [tokenizer.endId],
  };
}

export interface StarterProgress {
  readonly stage: 'policy' | 'reward';
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

type Report = (progress: StarterProgress) => void;

/** Fine-tunes fresh weights on demonstrations of the train tasks; the last loss per token. */
export async function trainStarterPolicy(
  policy: Pick<Policy, 'load' | 'supervise'>,
  tokenizer: Tokenizer,
  settings: StarterSettings,
  report: Report,
  world: World = CODE_WORLD,
): Promise<number> {
  const { seed, policySteps: steps, policyBatch: batch, policyRate: rate, microBatch } = settings;
  const tasks = tasksOf(world, 'train');
  await policy.load(freshState(initialWeights(starterConfig(tokenizer, 'causal'), seed)));
  const draw = (random: Random): SupervisedExample => {
    const task = random.pick(tasks);
    const { reasoning, answer } = world.demonstrate(task, random);
    return {
      prompt: tokenizer.encode(task.prompt),
      completion: tokenizer.encode(completionText(reasoning, answer)),
    };
  };
  return fineTune(policy, draw, { seed, steps, batch, rate, microBatch }, (step, loss) =>
    report({ stage: 'policy', step, steps, loss }),
  );
}

/**
 * Trains the reward model on pairs of the train tasks, starting from the policy's body and a zero score head. With a
 * patience above 0, a tenth of the train compositions is set aside to choose the weights by.
 */
export async function trainStarterReward(
  port: RewardTrainingPort,
  tokenizer: Tokenizer,
  policyWeights: Float32Array,
  recipe: RewardRecipe,
  seed: number,
  report: Report,
  world: World = CODE_WORLD,
): Promise<RewardOutcome> {
  const start = startFromPolicy(policyWeights, starterConfig(tokenizer, 'score'));
  const { source, validation } = recipePairs(world.pairs, recipe, tasksOf(world, 'train'), seed);
  return trainReward(port, tokenizer, start, source, validation, { ...recipe.settings, seed }, (progress) =>
    report({
      stage: 'reward',
      step: progress.step,
      steps: progress.steps,
      loss: progress.metrics['loss'] ?? NaN,
    }),
  );
}

/** Some of the pairs, drawn; all where there are no more. */
const someOf = (pairs: readonly ImportedPair[], most: number, seed: number): readonly ImportedPair[] =>
  pairs.length <= most ? pairs : new Random(seed, 0, 'measured pairs').shuffle(pairs).slice(0, most);

/**
 * Accuracy on pairs of the held-out compositions.
 * @param most pairs at most
 */
export function rewardAccuracy(
  score: ScoreTokens,
  tokenizer: Tokenizer,
  seed: number,
  perTask = 3,
  world: World = CODE_WORLD,
  most = Infinity,
): Promise<PairAccuracy> {
  const pairs = pairsBy(world.pairs, tasksOf(world, 'held-out'), { seed, perTask });
  return evaluatePairs(score, tokenizer, someOf(pairs, most, seed));
}

/**
 * Scores of exact pairs of the train tasks, which say what the model's scores mean.
 * @param most pairs at most
 */
export async function calibrateStarter(
  score: ScoreTokens,
  tokenizer: Tokenizer,
  seed: number,
  world: World = CODE_WORLD,
  most = Infinity,
): Promise<ScoreCalibration> {
  const tasks = new Random(seed, 0, 'calibration').shuffle(tasksOf(world, 'train'));
  const scored = await scorePairs(
    score,
    tokenizer,
    someOf(pairsBy(world.pairs, tasks.slice(0, CALIBRATION_TASKS), { seed, perTask: 2 }), most, seed),
  );
  const originals = scored.flatMap(({ pair, chosen, rejected }) => {
    if (pair.kind === 'original>degraded') return [chosen.score];
    return pair.kind === 'optimized>original' ? [rejected.score] : [];
  });
  return calibrate(
    scored.flatMap(({ chosen, rejected }) => [chosen.score, rejected.score]),
    originals,
  );
}
