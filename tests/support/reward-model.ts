import type { ModelConfig } from '../../src/model/config.ts';
import { parameterLayout } from '../../src/model/parameters.ts';
import type { StoredModel } from '../../src/screens/reward-lab/state/stored-models.ts';

/** The smallest reward model that can be stored. */
export const rewardShape: ModelConfig = {
  family: 'llama',
  vocabulary: 4,
  width: 2,
  layers: 1,
  heads: 1,
  kvHeads: 1,
  headWidth: 2,
  hidden: 2,
  maxPositions: 8,
  ropeTheta: 10_000,
  normEpsilon: 1e-5,
  tied: true,
  head: 'score',
  padId: 0,
  endIds: [1],
};

export const rewardSize = parameterLayout(rewardShape).size;

/** As it comes from training, with one value for every weight. */
export const trainedModel = (weight: number, name = 'Few pairs'): StoredModel => ({
  name,
  weights: new Float32Array(rewardSize).fill(weight),
  scaling: {
    scaling: { kind: 'sigmoid', center: 0 },
    calibration: { low: -1, high: 3, anchor: 2, texts: 4 },
  },
  accuracy: 0.9,
  lengthCorrelation: 0.1,
  recipe: 'pairs',
});
