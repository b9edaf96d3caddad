import { advantages } from '../rl/advantages.ts';
import { totalReward } from '../rl/rewards.ts';
import { mean as meanOf, sampleStd } from '../rl/statistics.ts';
import type { AdvantageKind, Gate, Rollout } from '../rl/types.ts';

/** One completion as a gate sees it: the same completion under another gate has other values here. */
export interface GatedCompletion {
  readonly rollout: Rollout;
  /** Whether R_t is part of the sum, and whether there was any to withhold. */
  readonly counted: boolean;
  readonly total: number;
  readonly advantage: number;
  /** What the advantage would be if R_t always counted. */
  readonly ungated: number;
  /** Place in its group, 1 for the largest sum; equal sums share a place. */
  readonly rank: number;
}

export interface GatedGroup {
  readonly group: number;
  readonly taskId: string;
  readonly completions: readonly GatedCompletion[];
  /** Places in `completions`, best sum first, as they are listed. */
  readonly order: readonly number[];
  readonly mean: number;
  /** Sample standard deviation of the sums. */
  readonly deviation: number;
  readonly passing: number;
  /** All sums are equal, so the group moves nothing. */
  readonly flat: boolean;
}

export interface GatedStep {
  readonly groups: readonly GatedGroup[];
  readonly withheldShare: number;
  /** Pairs of one group in which R_t alone ranks a failing completion above a passing one. */
  readonly inversions: number;
  /** Failing completions with a positive advantage: made more likely although they fail. */
  readonly lifted: number;
  readonly passing: number;
  readonly count: number;
}

const counts = (rollout: Rollout, gate: Gate): boolean =>
  gate === 'ungated' || (gate === 'posterior' && rollout.rewards.outcome === 1);

const passes = ({ rewards }: Rollout): boolean => rewards.outcome === 1;

function inversionsOf(rollouts: readonly Rollout[]): number {
  const passing = rollouts.filter(passes);
  return rollouts
    .filter((r) => !passes(r))
    .reduce((n, bad) => n + passing.filter((good) => bad.rewards.thinking > good.rewards.thinking).length, 0);
}

/**
 * The completions of one step under `gate`, which need not be the gate they were trained with.
 * `rollouts` are in order of group and index, with `groupSize` in every group.
 */
export function throughGate(
  rollouts: readonly Rollout[],
  gate: Gate,
  groupSize: number,
  kind: AdvantageKind,
): GatedStep {
  const totals = rollouts.map((r) => totalReward(r.rewards, gate));
  const gated = advantages(totals, groupSize, kind);
  const ungated = advantages(
    rollouts.map((r) => totalReward(r.rewards, 'ungated')),
    groupSize,
    kind,
  );
  const groups: GatedGroup[] = [];
  for (let from = 0; from < rollouts.length; from += groupSize) {
    const members = rollouts.slice(from, from + groupSize);
    const sums = totals.slice(from, from + groupSize);
    const mean = meanOf(sums);
    const completions = members.map((rollout, i) => ({
      rollout,
      counted: counts(rollout, gate),
      total: sums[i] ?? 0,
      advantage: gated[from + i] ?? 0,
      ungated: ungated[from + i] ?? 0,
      rank: 1 + sums.filter((other) => other > (sums[i] ?? 0)).length,
    }));
    groups.push({
      group: members[0]?.group ?? 0,
      taskId: members[0]?.taskId ?? '',
      completions,
      order: completions.map((_, i) => i).sort((a, b) => (sums[b] ?? 0) - (sums[a] ?? 0)),
      mean,
      deviation: sampleStd(sums),
      passing: members.filter(passes).length,
      flat: sums.every((s) => Math.abs(s - (sums[0] ?? 0)) < 1e-9),
    });
  }
  const thinking = rollouts.reduce((sum, r) => sum + r.rewards.thinking, 0);
  const withheld = rollouts.reduce((sum, r) => sum + (counts(r, gate) ? 0 : r.rewards.thinking), 0);
  return {
    groups,
    withheldShare: thinking > 0 ? withheld / thinking : 0,
    inversions: groups.reduce((n, g) => n + inversionsOf(g.completions.map((c) => c.rollout)), 0),
    lifted: groups.reduce(
      (n, g) => n + g.completions.filter((c) => !passes(c.rollout) && c.advantage > 1e-9).length,
      0,
    ),
    passing: groups.reduce((n, g) => n + g.passing, 0),
    count: rollouts.length,
  };
}
