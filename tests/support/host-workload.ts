/** What the tests of the engine run: a small model, its batches, and the hosts that it is opened on. */
import type { ModelConfig } from '../../src/model/config.ts';
import type { GenerateOptions } from '../../src/programs/generate.ts';
import { initialWeights, parameterLayout } from '../../src/model/parameters.ts';
import { Random } from '../../src/random.ts';
import { ADAMW_DEFAULTS } from '../../src/host/adamw.ts';
import type { Feeds, ModelHost, Values } from '../../src/host/host.ts';
import { LocalHost } from '../../src/host/local-host.ts';
import { createRuntimeFor } from '../../src/host/open-host.ts';
import { ReplicatedHost } from '../../src/host/replicated-host.ts';
import {
  buildProgram,
  buildStepped,
  type GenerateSpec,
  type LogprobsSpec,
  type PreferenceSpec,
  type QualitySpec,
  type ScoreSpec,
  type SupervisedSpec,
  type UpdateSpec,
} from '../../src/programs/index.ts';
import type { ProgramSpec } from '../../src/programs/spec.ts';
import { PLAIN_LOSS } from '../../src/programs/loss.ts';
import { spawnEngine } from '../../workers/host.ts';

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

export type HostName = 'wasm' | 'webgpu' | 'one engine' | 'two engines';

export async function open(name: HostName): Promise<ModelHost> {
  if (name === 'one engine') return new ReplicatedHost(spawnEngine, 1);
  if (name === 'two engines') return new ReplicatedHost(spawnEngine, 2);
  return new LocalHost(
    await createRuntimeFor(name),
    buildProgram,
    name === 'webgpu' ? { stepped: buildStepped } : {},
  );
}

export async function sample(host: ModelHost, seed: number): Promise<Values> {
  const feeds = { ...PROMPTS, uniforms: uniforms(seed), inverseTemperature: Float32Array.of(1.25) };
  const spec: GenerateSpec = { kind: 'generate', config: CONFIG, options: OPTIONS };
  const [values] = await host.run(spec, [feeds]);
  return values!;
}

export const step = (host: ModelHost, n: number, frozen: readonly string[] = []) => {
  const spec: UpdateSpec = { ...policyGradient, frozen };
  const batches = [microBatch(3 * n), microBatch(3 * n + 1), microBatch(3 * n + 2)];
  return host.update(spec, batches, 0.01, { ...ADAMW_DEFAULTS, weightDecay: 0.05 });
};

export const feedsOf = ({ kind }: ProgramSpec, seed: number): Feeds =>
  kind === 'generate'
    ? { ...PROMPTS, uniforms: uniforms(seed), inverseTemperature: Float32Array.of(1.25) }
    : kind === 'logprobs' || kind === 'update'
      ? microBatch(seed)
      : texts(seed);
