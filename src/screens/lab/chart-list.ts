import { text } from './text.ts';
import { REWARDS } from '../../rl/rewards/index.ts';
import { fullConfig } from '../../rl/config.ts';
import { jawsOf } from '../../rl/jaws.ts';
import { canInvert } from '../../rl/shaping.ts';
import type { EvalRecord, StepRecord, TrainConfig } from '../../rl/types.ts';
import type { ChartProps, ChartSeries, ColorName } from '../../views/chart-props.ts';
import { compact, decimal } from '../../views/format.ts';
import { jawsChart } from '../../views/jaws-chart.ts';
import { column, smooth, stepsOf, type Column } from '../../rl/series.ts';

export type ChartSpec = Omit<ChartProps, 'xMax' | 'theme'> & { readonly id: string };

const words = text.chart;
const SMOOTHING = 0.7;

interface Line {
  readonly label: string;
  readonly metric: string;
  readonly color: ColorName;
  readonly dash?: readonly number[];
}

/** Rewards without a colour of their own are grey. */
const colorOf = (reward: string): ColorName =>
  reward === 'format' || reward === 'outcome' || reward === 'thinking' ? reward : 'muted';

/** A smoothed line with its raw values behind it. */
function lines(values: (metric: string) => Column, list: readonly Line[]): ChartSeries[] {
  return list.flatMap(({ metric, ...look }) => {
    const raw = values(metric);
    return [
      { ...look, values: raw, ghost: true },
      { ...look, values: smooth(raw, SMOOTHING) },
    ];
  });
}

/** Shown only where it can be anything but 0. */
const UNGATED: Line = {
  label: words.inversions.ungated,
  metric: 'gate/ungated_inversions',
  color: 'fail',
  dash: [6, 4],
};

/** Every small chart of the Lab from the records of a run. */
export function chartsOf(
  steps: readonly StepRecord[],
  evals: readonly EvalRecord[],
  config: TrainConfig | null,
): ChartSpec[] {
  const x = stepsOf(steps);
  const values = (metric: string): Column => column(steps, metric);
  const unit = { x, yRange: [0, 1], format: decimal } as const;
  return [
    { id: 'jaws', ...jawsChart(jawsOf(steps, evals, SMOOTHING)) },
    {
      id: 'rewards',
      ...words.rewards,
      ...unit,
      series: lines(
        values,
        REWARDS.map(({ name, symbol }) => ({
          label: `${symbol} ${name}`,
          metric: `rewards/${name}/mean`,
          color: colorOf(name),
          ...(name === 'format' ? { dash: [2, 3] } : {}),
        })),
      ),
    },
    {
      id: 'gate',
      ...words.gate,
      ...unit,
      series: lines(values, [
        { label: words.gate.open, metric: 'gate/open_rate', color: 'outcome' },
        { label: words.gate.withheld, metric: 'gate/withheld_share', color: 'thinking', dash: [6, 4] },
      ]),
    },
    {
      id: 'inversions',
      ...words.inversions,
      x,
      format: (v) => decimal(v, 0),
      integer: true,
      series: lines(values, [
        { label: words.inversions.thinking, metric: 'gate/thinking_inversions', color: 'thinking' },
        ...(config !== null && canInvert(fullConfig(config)) ? [UNGATED] : []),
      ]),
    },
    {
      id: 'health',
      ...words.health,
      ...unit,
      series: lines(values, [
        { label: words.health.mixed, metric: 'by_group/frac_mixed', color: 'outcome' },
        { label: words.health.flat, metric: 'frac_reward_zero_std', color: 'fail', dash: [6, 4] },
      ]),
    },
    {
      id: 'entropy',
      ...words.entropy,
      x,
      format: decimal,
      series: lines(values, [{ label: words.entropy.value, metric: 'entropy', color: 'muted' }]),
    },
    {
      id: 'kl',
      ...words.kl,
      about: words.kl.about(config?.beta === 0, config?.syncRefModel ?? false),
      x,
      format: compact,
      series: lines(values, [{ label: words.kl.value, metric: 'kl', color: 'muted' }]),
    },
    {
      id: 'length',
      ...words.length,
      x,
      format: (v) => decimal(v, 0),
      series: lines(values, [
        { label: words.length.mean, metric: 'completions/mean_length', color: 'muted' },
        {
          label: words.length.terminated,
          metric: 'completions/mean_terminated_length',
          color: 'format',
          dash: [6, 4],
        },
      ]),
    },
    {
      id: 'agreement',
      ...words.agreement,
      ...unit,
      series: lines(values, [{ label: words.agreement.value, metric: 'agreement', color: 'outcome' }]),
    },
  ];
}
