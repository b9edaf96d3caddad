import type { RewardRule } from './reward.ts';

/** R_o: every visible check holds. Strictly binary: a share would open the posterior gate for a wrong answer. */
export const outcome = {
  name: 'outcome',
  symbol: 'R_o',
  meaning: 'Share of completions whose answer passes every visible test (R_o).',
  values: 'binary',
  range: [0, 1],
  of: ({ verification }) => Number(verification.passes),
} as const satisfies RewardRule;
