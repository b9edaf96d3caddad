import { text } from './text.ts';
import type { TrainingStep } from './state/training.ts';
import { DIMENSIONS } from '../../reward/pairs/types.ts';
import type { ChartProps, ChartSeries, ColorName } from '../../views/chart-props.ts';
import { decimal } from '../../views/format.ts';
import { column, smooth, stepsOf, type Column } from '../../rl/series.ts';

export type ChartSpec = Omit<ChartProps, 'xMax' | 'theme'> & { readonly id: string };

const words = text.train.chart;
const SMOOTHING = 0.8;
const DIMENSION_COLORS: readonly ColorName[] = ['held-out', 'thinking', 'fail'];
const DASHES = [[], [6, 4], [2, 3]] as const;

/** A smoothed line with its raw values behind it. */
function line(values: Column, look: Omit<ChartSeries, 'values' | 'ghost'>): ChartSeries[] {
  return [
    { ...look, values, ghost: true },
    { ...look, values: smooth(values, SMOOTHING) },
  ];
}

/** A range a little wider than all values, which may be negative. */
function around(...columns: readonly Column[]): readonly [number, number] {
  const known = columns.flat().filter((value) => value !== null);
  if (known.length === 0) return [-1, 1];
  const low = known.reduce((a, b) => Math.min(a, b), 0);
  const high = known.reduce((a, b) => Math.max(a, b), 0);
  const room = 0.08 * (high - low) || 1;
  return [low === 0 ? 0 : low - room, high + room];
}

/** The curves of a training, from the metrics of its steps. */
export function trainCharts(curve: readonly TrainingStep[]): ChartSpec[] {
  const x = stepsOf(curve);
  const values = (name: string): Column => column(curve, name);
  const [low, high] = [values('min_reward'), values('max_reward')];
  return [
    {
      id: 'loss',
      ...words.loss,
      x,
      format: decimal,
      series: line(values('loss'), { label: words.loss.value, color: 'muted' }),
    },
    {
      id: 'accuracy',
      ...words.accuracy,
      x,
      yRange: [0, 1],
      format: decimal,
      series: [
        ...line(values('accuracy'), { label: words.accuracy.step, color: 'muted' }),
        { label: words.accuracy.held, values: values('eval/accuracy'), color: 'held-out', points: true },
      ],
    },
    {
      id: 'margin',
      ...words.margin,
      x,
      yRange: around(low, high),
      format: (v) => decimal(v, 1),
      bands: [{ label: words.margin.range, upper: high, lower: low, color: 'muted' }],
      series: [
        ...line(values('margin'), { label: words.margin.margin, color: 'held-out' }),
        ...line(values('mean_reward'), { label: words.margin.mean, color: 'thinking', dash: [6, 4] }),
      ],
    },
    {
      id: 'length',
      ...words.length,
      x,
      yRange: [-1, 1],
      format: decimal,
      series: [
        ...line(values('length_correlation'), { label: words.length.step, color: 'muted' }),
        {
          label: words.length.held,
          values: values('eval/length_correlation'),
          color: 'held-out',
          points: true,
        },
      ],
    },
    {
      id: 'dimension',
      ...words.dimension,
      x,
      yRange: [0, 1],
      format: decimal,
      series: DIMENSIONS.map((dimension, i) => ({
        label: text.dimension[dimension],
        values: values(`eval/accuracy/${dimension}`),
        color: DIMENSION_COLORS[i]!,
        dash: DASHES[i]!,
        points: true,
      })),
    },
  ];
}
