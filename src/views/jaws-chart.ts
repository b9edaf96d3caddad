import { gapOf, type Jaws } from '../rl/jaws.ts';
import { text } from '../text/index.ts';
import type { ChartProps } from './chart-props.ts';
import { decimal } from './format.ts';

const words = text.chart.jaws;

/** Mean R_t against held-out pass@1, the gap shaded, with R_t of passes and of failures. */
export function jawsChart(jaws: Jaws): Omit<ChartProps, 'xMax' | 'theme'> {
  const { x, thinking, heldOut, pass, fail } = jaws;
  return {
    title: words.title,
    about: words.about,
    empty: words.empty,
    x,
    yRange: [0, 1],
    format: decimal,
    bands: [{ label: words.gap, upper: gapOf(jaws), lower: heldOut, color: 'thinking' }],
    series: [
      { label: words.thinking, values: thinking, color: 'thinking' },
      { label: words.heldOut, values: heldOut, color: 'held-out' },
      { label: words.pass, values: pass, color: 'muted', width: 1.25 },
      { label: words.fail, values: fail, color: 'fail', width: 1.25, dash: [3, 3] },
    ],
  };
}
