import { REWARDS, type RewardName } from './rewards/index.ts';
import type { Metrics } from './types.ts';

export interface MetricInfo {
  /** Short, for an axis or a column. */
  readonly label: string;
  /** Empty for a pure number. */
  readonly unit: '' | 'share' | 'tokens' | 'nats' | 's' | 'ms' | 'tokens/s' | 'pairs';
  /** What the value can be at all; null where there is no bound. */
  readonly range: readonly [low: number | null, high: number | null];
  /** One sentence: what it is and what to read from it. */
  readonly meaning: string;
}

const share = (label: string, meaning: string): MetricInfo => ({
  label,
  unit: 'share',
  range: [0, 1],
  meaning,
});
const tokens = (label: string, meaning: string): MetricInfo => ({
  label,
  unit: 'tokens',
  range: [0, null],
  meaning,
});
const seconds = (label: string, meaning: string): MetricInfo => ({
  label,
  unit: 's',
  range: [0, null],
  meaning,
});
const value = (label: string, low: number | null, high: number | null, meaning: string): MetricInfo => ({
  label,
  unit: '',
  range: [low, high],
  meaning,
});

type RewardMetrics = { readonly [N in RewardName as `rewards/${N}/${'mean' | 'std'}`]: MetricInfo };

const REWARD_METRICS = Object.fromEntries(
  REWARDS.flatMap(({ name, symbol, values, range, meaning }) => [
    [
      `rewards/${name}/mean`,
      values === 'binary' ? share(name, meaning) : value(name, range[0], range[1], meaning),
    ],
    [
      `rewards/${name}/std`,
      value(`${name} spread`, 0, null, `Sample deviation of ${symbol} over the batch.`),
    ],
  ]),
) as RewardMetrics;

/** Every metric of a run under TRL's name where TRL has one, in the order in which reports list them. */
export const METRICS = {
  reward: value(
    'reward',
    null,
    null,
    'Mean of the gated total reward over all completions of the step, with its weights and punishments.',
  ),
  reward_extra: value(
    'beside the rewards',
    null,
    null,
    'Mean of what the total reward has beside the rewards: a punishment for length, KL in the reward.',
  ),
  reward_std: value(
    'reward spread',
    0,
    null,
    'Mean over groups of the sample deviation of the total reward; newer versions of TRL take it over the batch.',
  ),
  frac_reward_zero_std: share(
    'groups without signal',
    'Share of groups whose total rewards are all equal; their advantages are zero and teach nothing.',
  ),
  ...REWARD_METRICS,
  'by_group/frac_mixed': share(
    'mixed groups',
    'Share of groups in which some completions pass and some fail.',
  ),
  'by_group/frac_all_good': share(
    'all-pass groups',
    'Share of groups in which every completion passes: outcome-only training learns nothing there, the posterior reward does.',
  ),
  'by_group/frac_all_bad': share(
    'all-fail groups',
    'Share of groups in which none passes: the gate stays shut and only the form is rewarded.',
  ),
  'dynamic_sampling/resamples': value(
    'resamples',
    0,
    null,
    'How often the step sampled again in place of groups that teach nothing.',
  ),
  'dynamic_sampling/dropped_groups': value(
    'dropped groups',
    0,
    null,
    'Groups that the step sampled and did not learn from, because they teach nothing.',
  ),
  'grading/weak_fraction': share(
    'weak tests',
    'Share of completions judged by tests that ran where the program could interfere with them; absent when none was.',
  ),
  'gate/open_rate': share(
    'gate open',
    'Mean share of R_t that the gate lets through: with the posterior gate, the share of completions that passed.',
  ),
  'gate/withheld_share': share(
    'thinking withheld',
    'The part of all R_t that the gate keeps back: 0 without a gate, 1 where R_t never counts.',
  ),
  'gate/inversions': {
    label: 'inversions',
    unit: 'pairs',
    range: [0, null],
    meaning:
      'Pairs in a group where the total reward of a failing completion is above that of a passing one; zero unless weights, punishments or rewards of one’s own allow it.',
  },
  'gate/ungated_inversions': {
    label: 'ungated inversions',
    unit: 'pairs',
    range: [0, null],
    meaning:
      'Pairs in a group where R_f + R_o + R_t ranks a failing completion above a passing one; zero unless weights, punishments or rewards of one’s own allow it, since a pass implies the form and R_t stays in [0, 1].',
  },
  'gate/thinking_inversions': {
    label: 'thinking inversions',
    unit: 'pairs',
    range: [0, null],
    meaning:
      'Pairs in a group where a failing completion’s reasoning scores above a passing one’s: what a reward on reasoning alone would get wrong.',
  },
  'thinking/mean_given_pass': value('thinking | pass', 0, 1, 'Mean R_t of the completions that pass.'),
  'thinking/mean_given_fail': value(
    'thinking | fail',
    0,
    1,
    'Mean R_t of the completions that fail; near the value for passes, the reward model cannot tell them apart.',
  ),
  'advantage/share_from_all_good': share(
    'signal from all-pass groups',
    'Sum of |A| in all-pass groups divided by the sum over all groups: the data that only the posterior reward can use.',
  ),
  agreement: share(
    'reasoning = answer',
    'Share of completions whose answer is what their reasoning says, where both can be read.',
  ),
  'steps/valid': share(
    'right steps',
    'Share of the steps of a reasoning that are true and belong to the problem, averaged over the completions that have the form.',
  ),
  'steps/sound': share(
    'sound reasoning',
    'Share of the completions with the form whose steps are all right and lead to the right answer.',
  ),
  'steps/unsound_given_pass': share(
    'lucky answers',
    'Share of the completions with the right answer whose steps do not lead to it: what an outcome reward cannot see.',
  ),
  'completions/mean_length': tokens('length', 'Mean completion length, end-of-text included.'),
  'completions/min_length': tokens('shortest', 'Length of the shortest completion.'),
  'completions/max_length': tokens('longest', 'Length of the longest completion.'),
  'completions/mean_terminated_length': tokens(
    'length, ended',
    'Mean length of the completions that reached end-of-text.',
  ),
  'completions/min_terminated_length': tokens(
    'shortest, ended',
    'Shortest completion that reached end-of-text.',
  ),
  'completions/max_terminated_length': tokens(
    'longest, ended',
    'Longest completion that reached end-of-text.',
  ),
  'completions/clipped_ratio': share(
    'cut off',
    'Share of completions without end-of-text within the budget.',
  ),
  entropy: {
    label: 'entropy',
    unit: 'nats',
    range: [0, null],
    meaning: 'Mean entropy of the policy per sampled token; near zero it no longer explores.',
  },
  kl: {
    label: 'KL to the start',
    unit: 'nats',
    range: [0, null],
    meaning:
      'Mean k3 estimate per token of the divergence from the reference policy; with β = 0 over the completions of the first micro-batch alone.',
  },
  loss: value(
    'loss',
    null,
    null,
    'The clipped surrogate; on-policy with β = 0 its value is about 0 by construction while its gradient is not.',
  ),
  'clip_ratio/low_mean': share(
    'clipped low',
    'Share of tokens whose gradient the lower clip removed; with one inner iteration the ratio is 1 and this stays 0.',
  ),
  'clip_ratio/high_mean': share('clipped high', 'Share of tokens whose gradient the upper clip removed.'),
  'clip_ratio/dual_mean': share('clipped by c', 'Share of tokens whose gradient the dual clip removed.'),
  'clip_ratio/region_mean': share('clipped', 'Share of tokens clipped on either side.'),
  'sampling/sampling_logp_difference/mean': {
    label: 'sampler gap',
    unit: 'nats',
    range: [0, null],
    meaning:
      'Mean |log-probability when sampled − when scored| per token; large means the two graphs disagree. With top-k or top-p the first is that of all tokens, computed after sampling.',
  },
  'sampling/sampling_logp_difference/max': {
    label: 'sampler gap, most',
    unit: 'nats',
    range: [0, null],
    meaning: 'Largest |log-probability when sampled − when scored| of a token.',
  },
  grad_norm: value('gradient norm', 0, null, 'Global L2 norm of the gradient before clipping.'),
  learning_rate: value('learning rate', 0, null, 'Step size of AdamW at this step.'),
  num_tokens: tokens(
    'tokens sampled',
    'Completion tokens that the step sampled, dropped groups included; TRL counts those of prompts too, since the start.',
  ),
  step_time: seconds('step time', 'Wall-clock time of the whole step.'),
  'time/sample': seconds('sampling', 'Time to sample all completions of the step.'),
  'time/execute': seconds('execution', 'Time to run all programs against the visible tests.'),
  'time/score': seconds('scoring', 'Time to score the reasoning and the log-probabilities.'),
  'time/update': seconds('update', 'Time for the gradient and the optimizer.'),
  'time/eval': seconds('evaluation', 'Time of a held-out evaluation.'),
  tokens_per_second: {
    label: 'speed',
    unit: 'tokens/s',
    range: [0, null],
    meaning: 'Completion tokens sampled per second of the whole step.',
  },
  'eval/pass@1': share(
    'held-out pass@1',
    'Share of held-out tasks whose sampled program passes the strict tests, the visible ones included.',
  ),
  'eval/visible_pass@1': share(
    'visible pass@1',
    'The same programs judged by the lenient visible tests alone; the gap to the strict ones is what tests miss.',
  ),
} as const satisfies Record<string, MetricInfo>;

export type MetricName = keyof typeof METRICS;

/**
 * What is known about a name: those of {@link METRICS}, `eval/pass@k` for any k, and the `/low` and `/high` ends of
 * 95 % intervals. Null for a name that no part of the project writes.
 */
export function metricInfo(name: string): MetricInfo | null {
  if (isMetricName(name)) return METRICS[name];
  const end = /^(.*)\/(low|high)$/.exec(name);
  if (end?.[1] !== undefined) {
    const of = metricInfo(end[1]);
    const side = end[2] === 'low' ? 'Lower' : 'Upper';
    return (
      of && {
        ...of,
        label: `${of.label}, ${end[2]}`,
        meaning: `${side} end of the 95 % interval of ${end[1]}.`,
      }
    );
  }
  const k = /^eval\/(visible_)?pass@([1-9]\d*)$/.exec(name);
  if (k === null) return null;
  const suite = k[1] === undefined ? 'strict' : 'visible';
  const label = `${k[1] === undefined ? 'held-out' : 'visible'} pass@${k[2]}`;
  return share(
    label,
    `Estimated share of held-out tasks that one of ${k[2]} samples solves by the ${suite} tests.`,
  );
}

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

/** The same metrics without those that are not finite, so that NaN never reaches a store or a chart. */
export function definedMetrics(values: Readonly<Record<string, number | null | undefined>>): Metrics {
  const defined: Record<string, number> = {};
  for (const [name, number] of Object.entries(values)) {
    if (typeof number === 'number' && Number.isFinite(number)) defined[name] = number;
  }
  return defined;
}
