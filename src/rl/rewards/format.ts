import type { RewardRule } from './reward.ts';

/** R_f: the completion has the form. */
export const format = {
  name: 'format',
  symbol: 'R_f',
  meaning: 'Share of completions that have the think–answer form (R_f).',
  values: 'binary',
  range: [0, 1],
  of: ({ parsed }) => parsed.format,
} as const satisfies RewardRule;
