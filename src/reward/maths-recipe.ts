/** How the reward model of the mathematics starter is trained. */
import type { ExactMix } from './pairs/tries.ts';
import { type FreshPairs, type RewardRecipe, STRONG_RECIPE } from './recipe.ts';

/** Pairs that differ in one operation or number, or in what the question asks for: the prompt must be read. */
const COMPARISONS: ExactMix = {
  dimensions: { 'factual accuracy': 2, 'logical rigor': 1, 'logical coherence': 0 },
  operations: {
    'wrong-operation': 3,
    'wrong-number': 3,
    'wrong-result': 0,
    'missing-step': 0,
    'unsupported-leap': 0,
  },
  sameWording: 1,
  sameLayout: true,
};

/** As the recipe of the programs' reward model: comparing with the prompt first, then every flaw. */
export const MATHS_RECIPE: RewardRecipe<FreshPairs> = {
  pairs: {
    kind: 'fresh',
    opening: { share: 0.4, mix: COMPARISONS },
    mix: {
      dimensions: { 'factual accuracy': 2, 'logical rigor': 1, 'logical coherence': 1 },
      operations: { 'missing-last-step': 3, 'missing-step': 2, contradiction: 2 },
      sameWording: 0.8,
      sameLayout: true,
    },
  },
  settings: STRONG_RECIPE.settings,
};
