import { groupsOf, mean, sampleStd } from '../statistics/samples.ts';
import { GATES, gatedParts, type Gate, type TotalSettings, weightOf } from './gate.ts';
import type { RewardName, RewardParts } from './rewards/index.ts';
import { ADVANTAGE_KINDS, type AdvantageKind } from './types.ts';

/** Added to the standard deviation (TRL), so that a group without variance gets advantages of zero. */
export const STD_EPSILON = 1e-4;

/** The kinds that make an advantage of one reward; GDPO needs to know them apart, RAFT which completions pass. */
export type SimpleKind = Exclude<AdvantageKind, 'gdpo' | 'raft'>;
export const SIMPLE_KINDS = ADVANTAGE_KINDS.filter(
  (kind): kind is SimpleKind => kind !== 'gdpo' && kind !== 'raft',
);

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
export function advantages(rewards: readonly number[], groupSize: number, kind: SimpleKind): number[] {
  if (groupSize < 2) throw new RangeError(`A group of ${groupSize} has nothing to be compared with.`);
  return ofGroups(groupsOf(rewards, groupSize), kind).flat();
}

/** The same for groups of any sizes; one alone in its group has an advantage of 0. */
function ofGroups(groups: readonly (readonly number[])[], kind: SimpleKind): number[][] {
  const all = groups.flat();
  if (!all.every(Number.isFinite)) throw new RangeError('A reward is not a finite number.');
  const batchStd = kind === 'batch' && all.length > 0 ? sampleStd(all) : 0;
  return groups.map((group) => {
    if (group.length < 2) return group.map(() => 0);
    const baseline = mean(group);
    const scale = advantageScale(group, batchStd, kind);
    return group.map((reward) => (reward - baseline) * scale);
  });
}

function advantageScale(group: readonly number[], batchStd: number, kind: SimpleKind): number {
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

/** A completion as its advantage sees it. */
export interface Rewarded {
  readonly rewards: RewardParts;
  /** Share of the visible tests that passed, in [0, 1]. */
  readonly passedTests: number;
  /** What the total has beside the rewards: a punishment for length, KL in the reward. */
  readonly extra: number;
  /** The total reward. */
  readonly reward: number;
}

export interface AdvantageSettings extends TotalSettings {
  readonly gate: Gate;
  readonly groupSize: number;
  readonly advantage: AdvantageKind;
}

/**
 * The advantages of a batch, group by group, under the run's gate.
 *
 * - Most gates: those of the total rewards.
 * - A gate among passing completions (PAPO, arXiv 2603.26535): A = A(total without R_t) + w_t·A(R_t), the latter made
 *   among the completions of the group that pass and 0 for the others.
 * - `gdpo` (arXiv 2601.05242): each gated reward is normalised in its group, their weighted sum is normalised over the
 *   batch. With a gate among passing completions, R_t is normalised among those.
 * - `raft` (arXiv 2304.06767): 1 for the passing completion of each group with the highest reward, the first of several, and
 *   0 for all others, so that on-policy a step is one of supervised learning on what was kept.
 *
 * @throws RangeError as {@link advantages}
 */
export function batchAdvantages(batch: readonly Rewarded[], settings: AdvantageSettings): number[] {
  const { gate, groupSize, advantage } = settings;
  if (advantage === 'raft') return groupsOf(batch, groupSize).flatMap(keepBest);
  const kind = advantage === 'gdpo' ? 'group' : advantage;
  const apart = GATES[gate].amongPassing;
  if (advantage !== 'gdpo' && !apart)
    return advantages(
      batch.map(({ reward }) => reward),
      groupSize,
      kind,
    );
  const gated = batch.map(({ rewards, passedTests }) => gatedParts(rewards, gate, passedTests, settings));
  const extra = batch.map((each) => each.extra);
  const names = Object.keys(gated[0] ?? {}) as RewardName[];
  const columns = names
    .filter((name) => !(apart && name === 'thinking'))
    .map((name) => ({ weight: weightOf(name, settings), values: gated.map((parts) => parts[name]) }));
  const process = apart ? amongPassing(batch, groupSize, kind) : batch.map(() => 0);
  const thinkingWeight = weightOf('thinking', settings);
  if (advantage !== 'gdpo') {
    const rest = batch.map((_, i) =>
      columns.reduce((sum, { weight, values }) => sum + weight * values[i]!, extra[i]!),
    );
    return advantages(rest, groupSize, kind).map((A, i) => A + thinkingWeight * process[i]!);
  }
  const normalised = [...columns, { weight: 1, values: extra }].map(({ weight, values }) => ({
    weight,
    values: advantages(values, groupSize, kind),
  }));
  const sums = batch.map((_, i) =>
    normalised.reduce((sum, { weight, values }) => sum + weight * values[i]!, thinkingWeight * process[i]!),
  );
  const [centre, spread] = [mean(sums), sampleStd(sums)];
  return sums.map((sum) => (sum - centre) / (spread + STD_EPSILON));
}

const passes = ({ rewards }: Rewarded): boolean => rewards.outcome === 1;

function keepBest(group: readonly Rewarded[]): number[] {
  const best = Math.max(...group.filter(passes).map(({ reward }) => reward));
  const kept = group.findIndex((each) => passes(each) && each.reward === best);
  return group.map((_, i) => Number(i === kept));
}

/** Advantages of R_t among the completions of each group that pass; 0 for those that do not. */
function amongPassing(batch: readonly Rewarded[], groupSize: number, kind: SimpleKind): number[] {
  const groups = groupsOf(batch, groupSize);
  const among = ofGroups(
    groups.map((group) => group.filter(passes).map(({ rewards }) => rewards.thinking)),
    kind,
  );
  return groups.flatMap((group, g) => {
    const own = among[g]!.values();
    return group.map((each) => (passes(each) ? own.next().value! : 0));
  });
}
