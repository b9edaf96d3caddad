import type { RewardRule } from './reward.ts';

/** R_o: every visible test passed. Strictly binary: a share would open the posterior gate for a wrong program. */
export const outcome = {
  name: 'outcome',
  symbol: 'R_o',
  meaning: 'Share of completions whose program passes every visible test (R_o).',
  values: 'binary',
  range: [0, 1],
  of: ({ verdict }) => Number(verdict.status === 'pass'),
} as const satisfies RewardRule;
