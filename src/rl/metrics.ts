import { wilsonInterval } from '../statistics/intervals.ts';
import { passAtK } from '../statistics/pass-at-k.ts';
import { openingOf, passedShare, totalReward, type Gate, type TotalSettings } from './gate.ts';
import { definedMetrics } from './metric-names.ts';
import { groupBy, mean, sampleStd, sum } from '../statistics/samples.ts';
import type { Metrics, Rollout } from './types.ts';

export { METRICS, metricInfo, type MetricInfo, type MetricName } from './metric-names.ts';

type Measured = Pick<
  Rollout,
  'group' | 'tokens' | 'truncated' | 'rewards' | 'reward' | 'advantage' | 'entropy' | 'kl' | 'agreement'
> &
  Pick<Partial<Rollout>, 'measures' | 'extra'> & {
    readonly verification: Pick<Rollout['verification'], 'weak' | 'passed' | 'total'>;
  };

/**
 * The metrics of one step from its rollouts, trained through `gate`; meanings are in {@link METRICS}. A metric that the
 * step does not define (the thinking of passes when none passed) is absent. `extra` holds what rollouts cannot tell (loss,
 * clip ratios, times, …) and wins where both define a name.
 */
export function stepMetrics(
  rollouts: readonly Measured[],
  gate: Gate,
  extra: Metrics = {},
  settings: TotalSettings = {},
): Metrics {
  if (rollouts.length === 0) return definedMetrics(extra);
  const groups = groupBy(rollouts, (rollout) => rollout.group);
  return definedMetrics({
    ...rewardMetrics(rollouts, groups),
    ...groupMetrics(groups),
    ...gateMetrics(rollouts, gate, settings),
    ...lengthMetrics(rollouts),
    ...domainMetrics(rollouts),
    'grading/weak_fraction': weakFraction(rollouts),
    agreement: meanOrNull(
      rollouts.flatMap(({ agreement }) => (agreement === null ? [] : [Number(agreement)])),
    ),
    entropy: tokenMean(rollouts, ({ entropy }) => entropy),
    kl: tokenMean(rollouts, ({ kl }) => kl),
    ...definedMetrics(extra),
  });
}

/** One sampled answer to a held-out task. */
export interface EvalSample {
  readonly taskId: string;
  /** Passed every visible check. */
  readonly visible: boolean;
  /** Passed every held-out check and every visible one. */
  readonly heldOut: boolean;
}

/**
 * `eval/pass@k` on the strict and `eval/visible_pass@k` on the lenient tests for each k, averaged over tasks. Each
 * comes with a 95 % Wilson interval over tasks under `…/low` and `…/high`; with several samples per task the
 * average counts as that many successes among the tasks, which errs on the wide side.
 * @throws RangeError when a task has fewer samples than k.
 */
export function evalMetrics(samples: readonly EvalSample[], ks: readonly number[] = [1]): Metrics {
  const tasks = groupBy(samples, ({ taskId }) => taskId);
  if (tasks.length === 0) return {};
  const metrics: Record<string, number> = {};
  for (const k of ks) {
    for (const [name, suite] of [
      ['eval/pass', 'heldOut'],
      ['eval/visible_pass', 'visible'],
    ] as const) {
      const rate = mean(
        tasks.map((of) => passAtK(of.length, of.filter((sample) => sample[suite]).length, k)),
      );
      const { low, high } = wilsonInterval(rate * tasks.length, tasks.length);
      metrics[`${name}@${k}`] = rate;
      metrics[`${name}@${k}/low`] = low;
      metrics[`${name}@${k}/high`] = high;
    }
  }
  return metrics;
}

type Optional = Record<string, number | null>;

function rewardMetrics(rollouts: readonly Measured[], groups: readonly Measured[][]): Optional {
  const spreads = groups.map((group) => sampleStd(group.map(({ reward }) => reward)));
  const parts: Optional = {};
  for (const name of Object.keys(rollouts[0]!.rewards)) {
    const values = rollouts.map(({ rewards }) => rewards[name]!);
    parts[`rewards/${name}/mean`] = mean(values);
    parts[`rewards/${name}/std`] = sampleStd(values);
  }
  return {
    reward: mean(rollouts.map(({ reward }) => reward)),
    reward_std: mean(spreads),
    frac_reward_zero_std: shareOf(spreads, (spread) => spread === 0),
    ...parts,
  };
}

function groupMetrics(groups: readonly Measured[][]): Optional {
  const allGood = groups.filter((group) => group.every(passed));
  const magnitudes = (of: readonly Measured[]): number[] => of.map(({ advantage }) => Math.abs(advantage));
  return {
    'by_group/frac_mixed': shareOf(groups, (group) => group.some(passed) && !group.every(passed)),
    'by_group/frac_all_good': allGood.length / groups.length,
    'by_group/frac_all_bad': shareOf(groups, (group) => !group.some(passed)),
    'advantage/share_from_all_good': sum(magnitudes(allGood.flat())) / sum(magnitudes(groups.flat())),
  };
}

/** What a gate does to the rollouts of a step, which need not be the gate that they were trained with. */
export function gateMetrics(
  rollouts: readonly Measured[],
  gate: Gate,
  settings: TotalSettings = {},
): Metrics {
  const groups = groupBy(rollouts, ({ group }) => group);
  const thinking = ({ rewards }: Measured): number => rewards.thinking;
  const opening = ({ rewards, verification }: Measured): number =>
    openingOf(gate, rewards, passedShare(verification), settings);
  const under =
    (other: Gate) =>
    ({ rewards, verification, extra = 0 }: Measured) =>
      totalReward(rewards, other, passedShare(verification), settings) + extra;
  const pass = rollouts.filter(passed).map(thinking);
  const fail = rollouts.filter((rollout) => !passed(rollout)).map(thinking);
  return definedMetrics({
    'gate/open_rate': mean(rollouts.map(opening)),
    'gate/withheld_share':
      sum(rollouts.map((each) => (1 - opening(each)) * thinking(each))) / (sum(pass) + sum(fail)),
    'gate/inversions': inversions(groups, under(gate)),
    'gate/ungated_inversions': inversions(groups, under('ungated')),
    'gate/thinking_inversions': inversions(groups, thinking),
    'thinking/mean_given_pass': meanOrNull(pass),
    'thinking/mean_given_fail': meanOrNull(fail),
  });
}

/** Pairs of one group in which a failing completion scores strictly above a passing one. */
function inversions(groups: readonly (readonly Measured[])[], score: (rollout: Measured) => number): number {
  let count = 0;
  for (const group of groups) {
    for (const winner of group.filter(passed)) {
      count += group.filter((other) => !passed(other) && score(other) > score(winner)).length;
    }
  }
  return count;
}

function lengthMetrics(rollouts: readonly Measured[]): Optional {
  const lengths = rollouts.map(({ tokens }) => tokens.length);
  const ended = rollouts.filter(({ truncated }) => !truncated).map(({ tokens }) => tokens.length);
  return {
    'completions/mean_length': mean(lengths),
    'completions/min_length': Math.min(...lengths),
    'completions/max_length': Math.max(...lengths),
    'completions/mean_terminated_length': meanOrNull(ended),
    'completions/min_terminated_length': Math.min(...ended),
    'completions/max_terminated_length': Math.max(...ended),
    'completions/clipped_ratio': shareOf(rollouts, ({ truncated }) => truncated),
  };
}

/** The mean of each measure of the domain over the rollouts that have it. */
function domainMetrics(rollouts: readonly Measured[]): Optional {
  const measures = rollouts.flatMap(({ measures = {} }) => Object.entries(measures));
  return Object.fromEntries(
    groupBy(measures, ([name]) => name).map((of) => [of[0]![0], mean(of.map(([, value]) => value))]),
  );
}

/** Absent where no test was weak, as in every task of the starter world. */
function weakFraction(rollouts: readonly Measured[]): number | null {
  const weak = rollouts.filter(({ verification }) => verification.weak).length;
  return weak === 0 ? null : weak / rollouts.length;
}

/** Mean per token of a quantity that each rollout holds as its own mean per token. */
function tokenMean(
  rollouts: readonly Measured[],
  quantity: (rollout: Measured) => number | null,
): number | null {
  let total = 0;
  let count = 0;
  for (const rollout of rollouts) {
    const perToken = quantity(rollout);
    if (perToken === null) continue;
    total += perToken * rollout.tokens.length;
    count += rollout.tokens.length;
  }
  return count === 0 ? null : total / count;
}

function passed({ rewards }: Measured): boolean {
  return rewards.outcome === 1;
}

function meanOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : mean(values);
}

function shareOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / items.length;
}
