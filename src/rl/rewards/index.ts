import { format } from './format.ts';
import { outcome } from './outcome.ts';
import type { RewardContext } from './reward.ts';
import { thinking } from './thinking.ts';

export type { RewardContext, RewardRule } from './reward.ts';

/**
 * The rewards of a completion, in the order in which tables and charts show them. One entry here is a reward everywhere:
 * in the total, the formulas, the metrics, the charts, the reward bar and the report.
 */
export const REWARDS = [format, outcome, thinking] as const;

export type RewardName = (typeof REWARDS)[number]['name'];
/** The value of each reward. */
export type RewardParts = Readonly<Record<RewardName, number>>;

/** The largest total that the rewards can come to. */
export const MAX_REWARD = REWARDS.reduce((sum, { range }) => sum + range[1], 0);

/** Rewards of which only some are known: the others are 0. */
export const rewardsOf = (known: Partial<RewardParts>): RewardParts =>
  Object.fromEntries(REWARDS.map(({ name }) => [name, known[name] ?? 0])) as RewardParts;

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
