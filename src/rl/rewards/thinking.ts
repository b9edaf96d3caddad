import type { RewardRule } from './reward.ts';

/** R_t: the reward model's score of the reasoning. It is what the gate lets through or withholds. */
export const thinking = {
  name: 'thinking',
  symbol: 'R_t',
  meaning: 'Mean score of the reasoning (R_t), before the gate.',
  values: 'continuous',
  range: [0, 1],
  of: ({ reasoningScore }) => reasoningScore,
} as const satisfies RewardRule;
