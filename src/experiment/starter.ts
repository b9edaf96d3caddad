/**
 * How the starter checkpoints are made: supervised fine-tuning of the policy on noisy demonstrations, then a reward
 * model trained from the policy's body on optimized/degraded pairs. All randomness comes from one seed.
 */
import type { ModelConfig } from '../model/config.ts';
import { initialWeights, parameterLayout } from '../model/parameters.ts';
import { Random } from '../random.ts';
import { buildPairs } from '../reward/pairs.ts';
import type { Scorer, TokenPair } from '../reward/scorer.ts';
import type { Policy, SupervisedExample } from '../rl/policy.ts';
import { freshState } from '../runtime/host.ts';
import { completionText, demonstrate, reasoningText, starterTasks } from '../tasks/index.ts';
import type { PreferencePair } from '../tasks/types.ts';
import type { Tokenizer } from '../tokenizer/index.ts';

export interface StarterSettings {
  readonly seed: number;
  readonly policySteps: number;
  readonly policyBatch: number;
  readonly policyRate: number;
  readonly rewardSteps: number;
  /** Pairs per step. */
  readonly rewardBatch: number;
  readonly rewardRate: number;
  readonly microBatch: number;
  readonly centering: number;
}

export const STARTER_SETTINGS: StarterSettings = {
  seed: 1,
  policySteps: 700,
  policyBatch: 32,
  policyRate: 3e-3,
  rewardSteps: 500,
  rewardBatch: 32,
  rewardRate: 1e-3,
  microBatch: 16,
  centering: 0.01,
};

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
    endId: tokenizer.endId,
  };
}

export interface StarterProgress {
  readonly stage: 'policy' | 'reward';
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

type Report = (progress: StarterProgress) => void;

/** Linear warm-up over a twentieth of the steps, then a cosine down to a twentieth of the rate. */
export function schedule(step: number, steps: number, rate: number): number {
  const warm = Math.max(1, Math.round(steps / 20));
  if (step < warm) return (rate * (step + 1)) / warm;
  const progress = (step - warm) / Math.max(1, steps - warm);
  return rate * (0.05 + 0.95 * 0.5 * (1 + Math.cos(Math.PI * progress)));
}

/** Fine-tunes fresh weights on demonstrations of the train tasks; the last loss per token. */
export async function trainStarterPolicy(
  policy: Pick<Policy, 'load' | 'supervise'>,
  tokenizer: Tokenizer,
  settings: StarterSettings,
  report: Report,
): Promise<number> {
  const { seed, policySteps, policyBatch, policyRate, microBatch } = settings;
  const tasks = starterTasks().filter((task) => task.split === 'train');
  await policy.load(freshState(initialWeights(starterConfig(tokenizer, 'causal'), seed)));
  let loss = NaN;
  for (let step = 0; step < policySteps; step++) {
    const random = new Random(seed, step, 'demonstrations');
    const examples = Array.from({ length: policyBatch }, (): SupervisedExample => {
      const task = random.pick(tasks);
      const { reasoning, program } = demonstrate(task, random);
      return {
        prompt: tokenizer.encode(task.prompt),
        completion: tokenizer.encode(completionText(reasoning, program)),
      };
    });
    loss = await policy.supervise(examples, schedule(step, policySteps, policyRate), microBatch);
    report({ stage: 'policy', step: step + 1, steps: policySteps, loss });
  }
  return loss;
}

/** The ids the reward model reads for one side of a pair. */
export const encodePair = (
  tokenizer: Tokenizer,
  { prompt, chosen, rejected }: PreferencePair,
): TokenPair => ({
  chosen: tokenizer.encode(reasoningText(prompt, chosen)),
  rejected: tokenizer.encode(reasoningText(prompt, rejected)),
});

/** Trains the reward model on pairs of the train tasks, starting from the policy's weights and a zero score head. */
export async function trainStarterReward(
  scorer: Pick<Scorer, 'load' | 'train'>,
  tokenizer: Tokenizer,
  policyWeights: Float32Array,
  settings: StarterSettings,
  report: Report,
): Promise<number> {
  const { seed, rewardSteps, rewardBatch, rewardRate, microBatch, centering } = settings;
  const tasks = starterTasks().filter((task) => task.split === 'train');
  const pairs = buildPairs(tasks, { seed, perTask: 6 }).map((pair) => encodePair(tokenizer, pair));
  await scorer.load(freshState(rewardStart(policyWeights, starterConfig(tokenizer, 'score'))));
  let loss = NaN;
  for (let step = 0; step < rewardSteps; step++) {
    const random = new Random(seed, step, 'pairs');
    const batch = Array.from({ length: rewardBatch }, () => random.pick(pairs));
    const result = await scorer.train(batch, schedule(step, rewardSteps, rewardRate), microBatch, {
      margin: 0,
      centering,
    });
    loss = result.loss;
    report({ stage: 'reward', step: step + 1, steps: rewardSteps, loss });
  }
  return loss;
}

/** A policy's body under a zero score head. Both layouts begin alike: the head is what comes last. */
export function rewardStart(policyWeights: Float32Array, config: ModelConfig): Float32Array {
  const { size } = parameterLayout(config);
  const weights = new Float32Array(size);
  weights.set(policyWeights.subarray(0, size - config.width));
  return weights;
}

export interface PairAccuracy {
  /** Share of pairs whose chosen text scores strictly higher. */
  readonly overall: number;
  readonly byDimension: Readonly<Record<string, number>>;
  readonly byOperation: Readonly<Record<string, number>>;
  readonly pairs: number;
}

/** Accuracy on pairs of the held-out compositions. */
export async function rewardAccuracy(
  score: (texts: readonly (readonly number[])[]) => Promise<number[]>,
  tokenizer: Tokenizer,
  seed: number,
  perTask = 3,
): Promise<PairAccuracy> {
  const tasks = starterTasks().filter((task) => task.split === 'held-out');
  const pairs = buildPairs(tasks, { seed, perTask });
  const ids = pairs.map((pair) => encodePair(tokenizer, pair));
  const scores = await score(ids.flatMap(({ chosen, rejected }) => [chosen, rejected]));
  const right = pairs.map((_, i) => scores[2 * i]! > scores[2 * i + 1]!);
  const share = (of: (pair: PreferencePair) => boolean) => {
    const chosen = right.filter((_, i) => of(pairs[i]!));
    return chosen.filter(Boolean).length / chosen.length;
  };
  const by = (key: 'dimension' | 'operation') =>
    Object.fromEntries(
      [...new Set(pairs.map((pair) => pair[key]))].map((value) => [
        value,
        share((pair) => pair[key] === value),
      ]),
    );
  return {
    overall: share(() => true),
    byDimension: by('dimension'),
    byOperation: by('operation'),
    pairs: pairs.length,
  };
}
