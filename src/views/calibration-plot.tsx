import type * as Plots from '@observablehq/plot';
import { useCallback, useMemo } from 'preact/hooks';
import type { CalibrationBin } from '../statistics/association.ts';
import { percent } from './format.ts';
import { StaticPlot } from './static-plot.tsx';

interface Props {
  readonly bins: readonly CalibrationBin[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly describe: (bin: CalibrationBin) => string;
}

/** Share right against predicted probability; the larger a dot, the more pairs; the diagonal is perfect. */
export function CalibrationPlot({ bins, xLabel, yLabel, describe }: Props) {
  const known = useMemo(
    () => bins.filter(({ predicted, right }) => predicted !== null && right !== null),
    [bins],
  );
  const draw = useCallback(
    (plot: typeof Plots): Plots.PlotOptions => {
      const floor = Math.floor(Math.min(0.5, ...known.map(({ right }) => right ?? 0.5)) * 10) / 10;
      const at = { x: 'predicted', y: 'right' } as const;
      return {
        x: { label: xLabel, domain: [0.5, 1], ticks: 5, tickFormat: percent, tickSize: 0 },
        y: { label: yLabel, domain: [floor, 1], ticks: 6, tickFormat: percent, tickSize: 0 },
        r: { range: [2, 10] },
        marks: [
          plot.gridY({ ticks: 6, stroke: 'var(--grid)', strokeOpacity: 1 }),
          plot.line(
            [
              [0.5, 0.5],
              [1, 1],
            ],
            { stroke: 'var(--line-strong)', strokeDasharray: '4 4' },
          ),
          plot.line(known, { ...at, stroke: 'var(--accent)', strokeWidth: 1.75 }),
          plot.dot(known, {
            ...at,
            r: 'pairs',
            fill: 'var(--accent)',
            fillOpacity: 0.5,
            stroke: 'var(--accent)',
            title: describe,
          }),
        ],
      };
    },
    [known, xLabel, yLabel, describe],
  );
  return <StaticPlot class="calibration" label={known.map(describe).join('; ')} height={300} draw={draw} />;
}
