import { useMemo, useState } from 'preact/hooks';
import type { PresetAnalysis } from '../../experiment/analysis.ts';
import { domainOf, meaningOf, titleOf } from '../../experiment/curve-info.ts';
import type { Curve, CurveMetric } from '../../experiment/curves.ts';
import { COLORS, lookOf } from '../../experiment/report/looks.ts';
import { shownTheme } from '../../app/theme.ts';
import type { ChartBand, ChartSeries, ColorName } from '../../views/chart-props.ts';
import { Chart } from '../../views/chart.tsx';
import { compact } from '../../views/format.ts';
import { text } from './text.ts';
import './curves-card.css';

const words = text.results;

interface Drawn {
  readonly x: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly bands: readonly ChartBand[];
}

/** Arms in the colours and dashes of the report. */
function drawn({ arms: curves }: Curve, { arms }: PresetAnalysis): Drawn {
  const x = [...new Set(curves.flatMap(({ points }) => points.map(({ step }) => step)))].sort(
    (a, b) => a - b,
  );
  const parts = curves.map(({ arm, points }) => {
    const place = arms.findIndex((each) => each.arm === arm);
    const color: ColorName = `s${place % COLORS}`;
    const byStep = new Map(points.map((point) => [point.step, point]));
    const column = (of: 'mean' | 'low' | 'high') => x.map((step) => byStep.get(step)?.[of] ?? null);
    const { dash } = lookOf(place);
    return {
      series: {
        label: arms[place]!.label,
        values: column('mean'),
        color,
        points: points.length <= 12,
        ...(dash === 'none' ? {} : { dash: dash.split(' ').map(Number) }),
      },
      band: { color, upper: column('high'), lower: column('low') },
    };
  });
  return { x, series: parts.map(({ series }) => series), bands: parts.map(({ band }) => band) };
}

/** One metric over the steps, every arm, with bands over seeds. */
export function CurvesCard({ preset }: { readonly preset: PresetAnalysis }) {
  const { curves } = preset;
  const [chosen, choose] = useState<CurveMetric>('eval/pass@1');
  const curve = curves.find(({ metric }) => metric === chosen) ?? curves[0];
  const data = useMemo(() => curve && drawn(curve, preset), [curve, preset]);
  if (!curve || !data) return null;
  const seeds = Math.max(...curve.arms.flatMap(({ points }) => points.map(({ n }) => n)));
  return (
    <section class="experiment-curves" aria-label={words.curves}>
      <header class="results-head">
        <h2>{words.curves}</h2>
        <select
          aria-label={words.curve}
          value={curve.metric}
          onChange={({ currentTarget }) => choose(currentTarget.value as CurveMetric)}
        >
          {curves.map((each) => (
            <option key={each.metric} value={each.metric}>
              {titleOf(each)}
            </option>
          ))}
        </select>
      </header>
      <Chart
        key={curve.metric}
        {...data}
        className="chart-hero"
        title={titleOf(curve)}
        about={`${meaningOf(curve)} ${words.curvesAbout(seeds)}`}
        empty=""
        xMax={data.x.at(-1) ?? 1}
        yRange={domainOf(curve)}
        format={compact}
        theme={shownTheme.value}
      />
    </section>
  );
}
