import type * as Plots from '@observablehq/plot';
import { useCallback } from 'preact/hooks';
import { StaticPlot } from './static-plot.tsx';

export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  readonly good: boolean;
}

interface Props {
  readonly points: readonly ScatterPoint[];
  readonly xLabel: string;
  readonly yLabel: string;
  /** The plot in one sentence. */
  readonly summary: string;
}

const colorOf = ({ good }: ScatterPoint): string => (good ? 'var(--accent)' : 'var(--bad)');

/** Dots and rings over two numbers; the line is the least-squares fit. */
export function ScatterPlot({ points, xLabel, yLabel, summary }: Props) {
  const draw = useCallback(
    (plot: typeof Plots): Plots.PlotOptions => {
      // A line needs texts of two lengths, and through two points it says nothing.
      const fits = points.length > 2 && points.some(({ x }) => x !== points[0]?.x);
      return {
        x: { label: xLabel, nice: true, tickSize: 0 },
        y: { label: yLabel, nice: true, ticks: 6, tickSize: 0 },
        color: { type: 'identity' },
        marks: [
          plot.gridY({ ticks: 6, stroke: 'var(--grid)', strokeOpacity: 1 }),
          plot.dot(points, {
            x: 'x',
            y: 'y',
            r: 2.4,
            fill: (point: ScatterPoint) => (point.good ? colorOf(point) : 'transparent'),
            fillOpacity: 0.35,
            stroke: colorOf,
            strokeWidth: 1.2,
            strokeOpacity: 0.75,
          }),
          fits
            ? plot.linearRegressionY(points, {
                x: 'x',
                y: 'y',
                ci: 0,
                stroke: 'var(--ink-2)',
                strokeDasharray: '5 4',
                clip: 'frame',
              })
            : null,
        ],
      };
    },
    [points, xLabel, yLabel],
  );
  return <StaticPlot class="scatter" label={summary} height={300} draw={draw} />;
}
