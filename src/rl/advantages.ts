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
  return ofGroups(comparable(rewards, groupSize), kind).flat();
}

type Groups = readonly (readonly number[])[];

function comparable(rewards: readonly number[], groupSize: number): number[][] {
  if (groupSize < 2) throw new RangeError(`A group of ${groupSize} has nothing to be compared with.`);
  return groupsOf(rewards, groupSize);
}

/** The same for groups of any sizes; one alone in its group has an advantage of 0. */
const ofGroups = (groups: Groups, kind: SimpleKind): number[][] => centred(groups, scalesOf(groups, kind));

/** Distances from the group's mean, times the scale of the group. */
function centred(groups: Groups, scales: readonly number[]): number[][] {
  return groups.map((group, g) => {
    if (group.length < 2) return group.map(() => 0);
    const baseline = mean(group);
    return group.map((value) => (value - baseline) * scales[g]!);
  });
}

/** What the distances of each group's rewards from their mean are multiplied with. */
function scalesOf(groups: Groups, kind: SimpleKind): number[] {
  const all = groups.flat();
  if (!all.every(Number.isFinite)) throw new RangeError('A reward is not a finite number.');
  const batchStd = kind === 'batch' && all.length > 0 ? sampleStd(all) : 0;
  return groups.map((group) => (group.length < 2 ? 0 : advantageScale(group, batchStd, kind)));
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
export const batchAdvantages = (batch: readonly Rewarded[], settings: AdvantageSettings): number[] =>
  advantageParts(batch, settings).all;

/** The advantages of a batch, and what they would be made of without R_t. */
export interface AdvantageParts {
  /** Those of {@link batchAdvantages}. */
  readonly all: number[];
  /**
   * Without what R_t contributes: the other rewards, centred as ever and divided by the deviation that `all` was divided
   * by, so that all − rest is the same of R_t. Exactly 0 where the other rewards of a group are equal, but for rounding
   * in `gdpo`, which is centred over the batch.
   */
  readonly rest: number[];
}

/**
 * {@link batchAdvantages}, told apart. Of a gate among passing completions R_t's part is its own advantage, of `gdpo` its
 * normalised column; `raft` keeps a completion as a whole, so that R_t has no part.
 *
 * @throws RangeError as {@link advantages}
 */
export function advantageParts(batch: readonly Rewarded[], settings: AdvantageSettings): AdvantageParts {
  const { gate, groupSize, advantage } = settings;
  if (advantage === 'raft') {
    const kept = groupsOf(batch, groupSize).flatMap(keepBest);
    return { all: kept, rest: kept };
  }
  if (advantage === 'gdpo') return partsOfColumns(batch, settings);
  return GATES[gate].amongPassing
    ? partsApart(batch, settings, advantage)
    : partsOfTotals(batch, settings, advantage);
}

function partsOfTotals(
  batch: readonly Rewarded[],
  settings: AdvantageSettings,
  kind: SimpleKind,
): AdvantageParts {
  const { groupSize } = settings;
  const totals = comparable(
    batch.map(({ reward }) => reward),
    groupSize,
  );
  const scales = scalesOf(totals, kind);
  const rest = groupsOf(totalsWithoutThinking(batch, settings), groupSize);
  return { all: centred(totals, scales).flat(), rest: centred(rest, scales).flat() };
}

function partsApart(
  batch: readonly Rewarded[],
  settings: AdvantageSettings,
  kind: SimpleKind,
): AdvantageParts {
  const { groupSize } = settings;
  const rest = advantages(totalsWithoutThinking(batch, settings), groupSize, kind);
  const weight = weightOf('thinking', settings);
  const process = amongPassing(batch, groupSize, kind);
  return { all: rest.map((A, i) => A + weight * process[i]!), rest };
}

function partsOfColumns(batch: readonly Rewarded[], settings: AdvantageSettings): AdvantageParts {
  const { gate, groupSize } = settings;
  const apart = GATES[gate].amongPassing;
  const columns = columnsOf(batch, settings)
    .filter(({ name }) => !(apart && name === 'thinking'))
    .map(({ values, ...column }) => ({ ...column, values: advantages(values, groupSize, 'group') }));
  const process = apart ? amongPassing(batch, groupSize, 'group') : batch.map(() => 0);
  const weight = weightOf('thinking', settings);
  const all = batch.map((_, i) => weighted(columns, i, weight * process[i]!));
  const others = columns.filter(({ name }) => name !== 'thinking');
  const rest = batch.map((_, i) => weighted(others, i, 0));
  const scale = sampleStd(all) + STD_EPSILON;
  const normalised = (sums: readonly number[]): number[] => {
    const centre = mean(sums);
    return sums.map((sum) => (sum - centre) / scale);
  };
  return { all: normalised(all), rest: normalised(rest) };
}

/** One addend of the totals, of each completion. */
interface Column {
  readonly name: RewardName | 'extra';
  readonly weight: number;
  readonly values: readonly number[];
}

/** What the gate leaves of each reward, and what the totals have beside the rewards. */
function columnsOf(batch: readonly Rewarded[], settings: AdvantageSettings): Column[] {
  const gated = batch.map(({ rewards, passedTests }) =>
    gatedParts(rewards, settings.gate, passedTests, settings),
  );
  const names = Object.keys(gated[0] ?? {}) as RewardName[];
  return [
    ...names.map((name) => ({
      name,
      weight: weightOf(name, settings),
      values: gated.map((parts) => parts[name]),
    })),
    { name: 'extra', weight: 1, values: batch.map(({ extra }) => extra) },
  ];
}

const weighted = (columns: readonly Column[], i: number, start: number): number =>
  columns.reduce((sum, { weight, values }) => sum + weight * values[i]!, start);

function totalsWithoutThinking(batch: readonly Rewarded[], settings: AdvantageSettings): number[] {
  const columns = columnsOf(batch, settings).filter(({ name }) => name !== 'thinking' && name !== 'extra');
  return batch.map(({ extra }, i) => weighted(columns, i, extra));
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
