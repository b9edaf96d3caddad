import { format } from './format.ts';
import { outcome } from './outcome.ts';
import type { RewardContext, RewardRule } from './reward.ts';
import { thinking } from './thinking.ts';

export type { RewardContext, RewardRule } from './reward.ts';

/**
 * The rewards of a completion, in the order in which tables and charts show them. One entry here is a reward everywhere:
 * in the total, the formulas, the metrics, the charts, the reward bar and the report.
 */
export const REWARDS = [format, outcome, thinking] as const;

export type RewardName = (typeof REWARDS)[number]['name'];
/** The value of each reward: of the project's, and of those that a run has of its own. */
export type RewardParts = Readonly<Record<RewardName, number>> & { readonly [own: string]: number };

/** The largest total that the rewards can come to. */
export const MAX_REWARD = REWARDS.reduce((sum, { range }) => sum + range[1], 0);

/** Rewards of which only some are known: the project's others are 0. */
export const rewardsOf = (known: Partial<RewardParts>): RewardParts =>
  ({ ...Object.fromEntries(REWARDS.map(({ name }) => [name, 0])), ...known }) as RewardParts;

/**
 * @param own rewards beside the project's
 * @throws RangeError where one of these is outside its range
 */
export function rewardParts(context: RewardContext, own: readonly RewardRule[] = []): RewardParts {
  const parts = [...REWARDS, ...own].map((rule: RewardRule) => [rule.name, rule.of(context)] as const);
  own.forEach((rule, i) => checkReward(rule, parts[REWARDS.length + i]![1]));
  return Object.fromEntries(parts) as RewardParts;
}

/** @throws RangeError for a part of the project's outside its range, which is a fault of the caller and never the policy's */
export function checkRewards(parts: RewardParts): void {
  for (const rule of REWARDS) checkReward(rule, parts[rule.name]);
}

function checkReward({ name, values, range: [low, high] }: RewardRule, value: number): void {
  if (values === 'binary' && value !== 0 && value !== 1)
    throw new RangeError(`The ${name} reward must be 0 or 1, not ${value}.`);
  if (!(value >= low && value <= high))
    throw new RangeError(`The ${name} reward must lie in [${low}, ${high}], not ${value}.`);
}
