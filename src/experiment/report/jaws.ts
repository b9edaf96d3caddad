/** Mean R_t against held-out pass@1, an arm beside the other. */
import { type Chart, type Point, renderChart, type Series } from '../../report/chart.ts';
import { gapOf, type Jaws } from '../../rl/jaws.ts';
import type { Column } from '../../rl/series.ts';
import { jawsOver } from '../curves.ts';
import type { PresetAnalysis } from '../analysis.ts';
import type { ComparedCell } from '../results.ts';
import { html, Markup } from './html.ts';

const CAPTION =
  'Shaded: where mean R_t is above held-out pass@1. The gap opens where reasoning scores rise and correctness does not.';

const solid = (color: string) => ({ color: `var(--${color})`, dash: 'none' });

export function jawsFigure(title: string, jaws: Jaws): Chart {
  const points = (column: Column): Point[] =>
    jaws.x.flatMap((x, i) => (column[i] === null || column[i] === undefined ? [] : [{ x, y: column[i] }]));
  const gap = gapOf(jaws).flatMap((high, i) => {
    const low = jaws.heldOut[i];
    if (high === null || low === null || low === undefined) return [];
    return [{ x: jaws.x[i]!, low: Math.min(low, high), high }];
  });
  const series: Series[] = [
    { label: 'mean R_t', points: points(jaws.thinking), band: gap, look: solid('thinking') },
    { label: 'held-out pass@1', points: points(jaws.heldOut), band: [], look: solid('accent') },
    {
      label: 'R_t given pass',
      points: points(jaws.pass),
      band: [],
      look: { color: 'var(--ink-2)', dash: '7 3' },
    },
    {
      label: 'R_t given fail',
      points: points(jaws.fail),
      band: [],
      look: { color: 'var(--bad)', dash: '2 3' },
    },
  ];
  return { title, caption: CAPTION, unit: 'R_t, pass@1', domain: [0, 1], series };
}

/** Of each arm that was trained, means over its seeds. */
export function jawsFigures(
  { arms, preset }: PresetAnalysis,
  results: readonly ComparedCell[],
  document: Document,
): Markup | null {
  const figures = arms.flatMap(({ arm, label }) => {
    const own = results.filter((cell) => cell.arm === arm && cell.preset === preset);
    const jaws = jawsOver(own);
    if (jaws.thinking.every((value) => value === null)) return [];
    const figure = renderChart(jawsFigure(label, jaws), document, true);
    return figure === null ? [] : [new Markup(figure)];
  });
  return figures.length === 0 ? null : html`<div class="charts">${figures}</div>`;
}
