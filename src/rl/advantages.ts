import { groupsOf, mean, sampleStd } from '../statistics/samples.ts';
import type { AdvantageKind } from './types.ts';

/** Added to the standard deviation (TRL), so that a group without variance gets advantages of zero. */
export const STD_EPSILON = 1e-4;

/**
 * Group-relative advantages; `rewards` is [groups · groupSize], group by group.
 *
 * | kind    | A_i                                                                  |
 * | ------- | -------------------------------------------------------------------- |
 * | `group` | (r_i − group mean) / (group std + ε), GRPO                            |
 * | `batch` | (r_i − group mean) / (batch std + ε)                                  |
 * | `none`  | r_i − group mean, Dr. GRPO                                            |
 * | `rloo`  | r_i − mean of the others in the group = G/(G − 1) · (r_i − group mean) |
 *
 * Standard deviations are sample deviations (n − 1). Equal rewards give advantages of exactly 0.
 * @throws RangeError when the rewards do not divide into groups of at least 2, or one is not finite.
 */
export function advantages(rewards: readonly number[], groupSize: number, kind: AdvantageKind): number[] {
  if (groupSize < 2) throw new RangeError(`A group of ${groupSize} has nothing to be compared with.`);
  if (!rewards.every(Number.isFinite)) throw new RangeError('A reward is not a finite number.');
  if (rewards.length === 0) return [];
  const batchStd = kind === 'batch' ? sampleStd(rewards) : 0;
  return groupsOf(rewards, groupSize).flatMap((group) => {
    const baseline = mean(group);
    const scale = advantageScale(group, batchStd, kind);
    return group.map((reward) => (reward - baseline) * scale);
  });
}

function advantageScale(group: readonly number[], batchStd: number, kind: AdvantageKind): number {
  switch (kind) {
    case 'group':
      return 1 / (sampleStd(group) + STD_EPSILON);
    case 'batch':
      return 1 / (batchStd + STD_EPSILON);
    case 'none':
      return 1;
    case 'rloo':
      return group.length / (group.length - 1);
  }
}
