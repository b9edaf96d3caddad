/** Every kind of program in small, with made-up batches for each: what a device is checked with. */
import type { ModelConfig } from '../../src/model/config.ts';
import type { GenerateOptions } from '../../src/programs/generate.ts';
import { initialWeights, parameterLayout } from '../../src/model/parameters.ts';
import { Random } from '../../src/random.ts';
import type { Feeds } from '../../src/host/host.ts';
import type {
  GenerateSpec,
  LogprobsSpec,
  PreferenceSpec,
  QualitySpec,
  ScoreSpec,
  SupervisedSpec,
  UpdateSpec,
} from '../../src/programs/index.ts';
import type { ProgramSpec } from '../../src/programs/spec.ts';
import { PLAIN_LOSS } from '../../src/programs/loss.ts';

export const CONFIG: ModelConfig = {
  family: 'qwen2',
  vocabulary: 19,
  width: 16,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headWidth: 4,
  hidden: 24,
  maxPositions: 64,
  ropeTheta: 10_000,
  normEpsilon: 1e-5,
  tied: true,
  head: 'causal',
  padId: 0,
  endIds: [1],
};
export const LAYOUT = parameterLayout(CONFIG);
export const FRESH = initialWeights(CONFIG, 11);
/** Larger than fresh weights, so that distributions are far from flat. */
export const SHARP = FRESH.map((x) => 2 * x);
export const SHAPE = { prompts: 3, group: 2, promptTime: 5, completionTime: 6 };
export const OPTIONS: GenerateOptions = { ...SHAPE, mode: 'sample', chunk: 4 };
export const ROWS = SHAPE.prompts * SHAPE.group;
/** Prompts of 5, 2 and 3 tokens. */
export const PROMPTS = {
  prompts: Int32Array.of(5, 9, 3, 17, 11, 0, 0, 0, 8, 2, 0, 0, 4, 13, 6),
  promptLengths: Int32Array.of(5, 2, 3),
};

export const uniforms = (seed: number): Float32Array => {
  const random = new Random(seed, 0, 'uniforms');
  return Float32Array.from({ length: ROWS * SHAPE.completionTime }, () => random.uniform());
};

export const policyGradient: UpdateSpec = {
  kind: 'update',
  config: CONFIG,
  shape: SHAPE,
  settings: { ...PLAIN_LOSS, importance: 'token', clipLow: 0.2, clipHigh: 0.28, beta: 0.05 },
};

export const GENERATE: GenerateSpec = { kind: 'generate', config: CONFIG, options: OPTIONS };
export const LOGPROBS: LogprobsSpec = { kind: 'logprobs', config: CONFIG, shape: SHAPE };
export const TEXTS = { batch: 4, time: 6 };
export const REWARD: ModelConfig = { ...CONFIG, head: 'score', tied: false };
export const PREFERENCE: PreferenceSpec = {
  kind: 'preference',
  config: REWARD,
  shape: TEXTS,
  settings: { margin: 0.1, centering: 0.01, dense: 1 },
};
export const QUALITY: QualitySpec = { kind: 'quality', config: REWARD, shape: TEXTS, loss: 'mse' };
export const SCORE: ScoreSpec = { kind: 'score', config: REWARD, shape: TEXTS };
export const SUPERVISED: SupervisedSpec = { kind: 'supervised', config: CONFIG, shape: TEXTS };

/** Made-up texts for every program that reads some: each takes what it needs. */
export function texts(seed: number): Feeds {
  const random = new Random(seed, 0, 'texts');
  const { batch, time } = TEXTS;
  return {
    ids: Int32Array.from({ length: batch * time }, () => 2 + random.int(17)),
    mask: new Float32Array(batch * (time - 1)).fill(1),
    divisor: Float32Array.of(batch * (time - 1)),
    last: Int32Array.from({ length: batch }, (_, i) => i * time + 2 + random.int(time - 2)),
    lengths: Int32Array.from({ length: batch }, () => 3 + random.int(time - 2)),
    weight: Float32Array.of(0.5),
    targets: Float32Array.from({ length: batch }, () => random.uniform()),
    differing: new Float32Array((batch / 2) * time).fill(1 / time),
  };
}

/** A made-up micro-batch of completions with advantages; fresh weights give each token about 1/19. */
export function microBatch(seed: number): Feeds {
  const random = new Random(seed, 0, 'micro-batch');
  const matrix = (draw: () => number) => Float32Array.from({ length: ROWS * SHAPE.completionTime }, draw);
  return {
    ...PROMPTS,
    completions: Int32Array.from({ length: ROWS * SHAPE.completionTime }, () => 2 + random.int(17)),
    inverseTemperature: Float32Array.of(1),
    oldLogprobs: matrix(() => -3 + 0.3 * random.normal()),
    refLogprobs: matrix(() => -3 + 0.3 * random.normal()),
    mask: matrix(() => 1),
    weights: matrix(() => 1 / 90),
    advantages: Float32Array.from({ length: ROWS }, () => random.normal()),
  };
}

export const feedsOf = ({ kind }: ProgramSpec, seed: number): Feeds =>
  kind === 'generate'
    ? { ...PROMPTS, uniforms: uniforms(seed), inverseTemperature: Float32Array.of(1.25) }
    : kind === 'logprobs' || kind === 'update'
      ? microBatch(seed)
      : texts(seed);
