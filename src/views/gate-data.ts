import { type AdvantageSettings, batchAdvantages, type Rewarded } from '../rl/advantages.ts';
import { openingOf, passedShare, totalReward, type Gate } from '../rl/gate.ts';
import { gateMetrics } from '../rl/metrics.ts';
import { mean as meanOf, sampleStd } from '../statistics/samples.ts';
import type { Rollout } from '../rl/types.ts';

/** One completion as a gate sees it: the same completion under another gate has other values here. */
export interface GatedCompletion {
  readonly rollout: Rollout;
  /** How much of R_t is part of the sum, in [0, 1]. */
  readonly opening: number;
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

const passes = ({ rewards }: Rollout): boolean => rewards.outcome === 1;

/**
 * The completions of one step under `gate`, which need not be the gate they were trained with; the other settings are
 * those of the run. `rollouts` are in order of group and index.
 */
export function throughGate(
  rollouts: readonly Rollout[],
  gate: Gate,
  settings: Omit<AdvantageSettings, 'gate'>,
): GatedStep {
  const { groupSize } = settings;
  const under = (by: Gate): Rewarded[] =>
    rollouts.map(({ rewards, verification, extra = 0 }) => {
      const passedTests = passedShare(verification);
      const reward = totalReward(rewards, by, passedTests, settings) + extra;
      return { rewards, passedTests, extra, reward };
    });
  const rewarded = under(gate);
  const totals = rewarded.map(({ reward }) => reward);
  const gated = batchAdvantages(rewarded, { ...settings, gate });
  const ungated = batchAdvantages(under('ungated'), { ...settings, gate: 'ungated' });
  const groups: GatedGroup[] = [];
  for (let from = 0; from < rollouts.length; from += groupSize) {
    const members = rollouts.slice(from, from + groupSize);
    const sums = totals.slice(from, from + groupSize);
    const mean = meanOf(sums);
    const completions = members.map((rollout, i) => ({
      rollout,
      opening: openingOf(gate, rollout.rewards, passedShare(rollout.verification), settings),
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
  const metrics = gateMetrics(rollouts, gate, settings);
  return {
    groups,
    withheldShare: metrics['gate/withheld_share'] ?? 0,
    inversions: metrics['gate/thinking_inversions'] ?? 0,
    lifted: groups.reduce(
      (n, g) => n + g.completions.filter((c) => !passes(c.rollout) && c.advantage > 1e-9).length,
      0,
    ),
    passing: groups.reduce((n, g) => n + g.passing, 0),
    count: rollouts.length,
  };
}
