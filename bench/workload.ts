/** What is measured: one model, one batch to learn from and prompts to continue, the same for both engines. */
import { initialWeights } from '../src/model/parameters.ts';
import type { ModelConfig } from '../src/model/config.ts';
import { Random } from '../src/random.ts';
import type { AdamWSettings } from '../src/host/adamw.ts';

/** 4 layers, width 128, vocabulary 512: 0.98 M parameters. */
export const MODEL: ModelConfig = {
  family: 'llama',
  vocabulary: 512,
  width: 128,
  layers: 4,
  heads: 4,
  kvHeads: 4,
  headWidth: 32,
  hidden: 384,
  maxPositions: 256,
  ropeTheta: 10_000,
  normEpsilon: 1e-6,
  tied: false,
  head: 'causal',
  padId: 0,
  // The last id: `uniforms` never reaches it, so that no sequence ends early.
  endIds: [511],
};

export const BATCH = 16;
export const TIME = 128;
export const COMPLETIONS = 64;
export const PROMPT_TIME = 48;
export const COMPLETION_TIME = 80;
/** Completions for each prompt where they share one. */
export const GROUP = 8;

export const LEARNING_RATE = 1e-3;
export const ADAMW: AdamWSettings = {
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.01,
  maxGradNorm: 1,
};

export interface Workload {
  readonly weights: Float32Array;
  /** [BATCH, TIME] */
  readonly ids: Int32Array;
  /** [COMPLETIONS, PROMPT_TIME] */
  readonly prompts: Int32Array;
  /** [COMPLETION_TIME, COMPLETIONS] in [0, 0.9): with near-uniform logits the last tenth always holds the last id. */
  readonly uniforms: Float32Array;
}

export function createWorkload(seed = 1): Workload {
  const ids = (purpose: string, n: number) => {
    const random = new Random(seed, 0, purpose);
    return Int32Array.from({ length: n }, () => random.int(MODEL.vocabulary));
  };
  const random = new Random(seed, 0, 'bench uniforms');
  return {
    weights: initialWeights(MODEL, seed),
    ids: ids('bench ids', BATCH * TIME),
    prompts: ids('bench prompts', COMPLETIONS * PROMPT_TIME),
    uniforms: Float32Array.from({ length: COMPLETION_TIME * COMPLETIONS }, () => 0.9 * random.uniform()),
  };
}

/** An engine that is measured. Each call returns when its result is complete, on the device too. */
export interface Contender {
  /** One update of the weights; returns the loss before it. */
  trainStep(): Promise<number>;
  /** Ids [COMPLETIONS, COMPLETION_TIME] of one completion for each prompt; the first weights are used throughout. */
  generate(): Promise<Int32Array>;
  /** The same for the first COMPLETIONS / GROUP prompts, GROUP completions of each. */
  generateGroups(): Promise<Int32Array>;
  dispose(): Promise<void>;
}
