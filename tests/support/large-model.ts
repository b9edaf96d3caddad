import type { ModelConfig } from '../../src/model/config.ts';

/** Of few layers, and yet a large one: see `isLarge`. */
export const LARGE: ModelConfig = {
  family: 'llama',
  head: 'causal',
  vocabulary: 49_152,
  width: 1024,
  layers: 2,
  heads: 16,
  kvHeads: 8,
  headWidth: 64,
  hidden: 4096,
  maxPositions: 2048,
  ropeTheta: 10_000,
  normEpsilon: 1e-5,
  tied: true,
  padId: 0,
  endIds: [1],
};
