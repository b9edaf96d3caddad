import type { Verdict } from '../sandbox/types.ts';
import type { ParsedCompletion } from './parse.ts';

/**
 * The rewards of a completion, in the order in which tables and charts show them. One entry here is a reward everywhere:
 * in the total, the metrics, the reward bar and the report.
 */

/** What a reward may look at. */
export interface RewardContext {
  readonly parsed: ParsedCompletion;
  readonly verdict: Pick<Verdict, 'status' | 'passed' | 'total'>;
  /** What the reward model makes of the reasoning, scaled to [0, 1]; 0 where there is none. */
  readonly reasoningScore: number;
}

export interface RewardRule {
  readonly name: string;
  /** As the formulas have it. */
  readonly symbol: string;
  /** What its mean over completions is, in a sentence. */
  readonly meaning: string;
  /** `binary`: 0 or 1, nothing between. */
  readonly values: 'binary' | 'continuous';
  readonly range: readonly [low: number, high: number];
  readonly of: (context: RewardContext) => number;
}

export const REWARDS = [
  {
    name: 'format',
    symbol: 'R_f',
    meaning: 'Share of completions that have the think–answer form (R_f).',
    values: 'binary',
    range: [0, 1],
    of: ({ parsed }) => parsed.format,
  },
  {
    // Strictly binary: a share of passed tests would open the posterior gate for a wrong program.
    name: 'outcome',
    symbol: 'R_o',
    meaning: 'Share of completions whose program passes every visible test (R_o).',
    values: 'binary',
    range: [0, 1],
    of: ({ verdict }) => Number(verdict.status === 'pass'),
  },
  {
    name: 'thinking',
    symbol: 'R_t',
    meaning: 'Mean score of the reasoning (R_t), before the gate.',
    values: 'continuous',
    range: [0, 1],
    of: ({ reasoningScore }) => reasoningScore,
  },
] as const satisfies readonly RewardRule[];

export type RewardName = (typeof REWARDS)[number]['name'];
/** The value of each reward. */
export type RewardParts = Readonly<Record<RewardName, number>>;

/** The largest total that the rewards can come to. */
export const MAX_REWARD = REWARDS.reduce((sum, { range }) => sum + range[1], 0);

export const rewardParts = (context: RewardContext): RewardParts =>
  Object.fromEntries(REWARDS.map(({ name, of }) => [name, of(context)])) as RewardParts;

/** @throws RangeError for a part outside its range, which is a fault of the caller and never the policy's */
export function checkRewards(parts: RewardParts): void {
  for (const { name, values, range } of REWARDS) {
    const value = parts[name];
    const [low, high] = range;
    if (values === 'binary' && value !== 0 && value !== 1) {
      throw new RangeError(`The ${name} reward must be 0 or 1, not ${value}.`);
    }
    if (!(value >= low && value <= high)) {
      throw new RangeError(`The ${name} reward must lie in [${low}, ${high}], not ${value}.`);
    }
  }
}
