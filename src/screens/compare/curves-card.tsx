import { useMemo } from 'preact/hooks';
import { shownTheme } from '../../app/theme.ts';
import type { ArmAnalysis, PresetAnalysis } from '../../experiment/analysis.ts';
import { domainOf, meaningOf, titleOf } from '../../experiment/curve-info.ts';
import type { Curve } from '../../experiment/curves.ts';
import { COLORS, lookOf } from '../../experiment/report/looks.ts';
import type { ChartBand, ChartSeries, ColorName } from '../../views/chart-props.ts';
import { Chart } from '../../views/chart.tsx';
import { compact } from '../../views/format.ts';
import { ChartTools } from './chart-tools.tsx';
import { fileName } from './state/pictures.ts';
import { useCursor } from './state.ts';
import { text } from './text.ts';
import './curves-card.css';

const words = text.results;

interface Drawn {
  readonly x: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly bands: readonly ChartBand[];
}

/** Arms in the colours and dashes of the report. */
function drawn({ arms: curves }: Curve, arms: readonly ArmAnalysis[]): Drawn {
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

interface CurveProps {
  readonly curve: Curve;
  readonly arms: readonly ArmAnalysis[];
  readonly hero: boolean;
  readonly xMax: number;
}

function CurveChart({ curve, arms, hero, xMax }: CurveProps) {
  const cursor = useCursor();
  const data = useMemo(() => drawn(curve, arms), [curve, arms]);
  const title = titleOf(curve);
  const seeds = Math.max(...curve.arms.flatMap(({ points }) => points.map(({ n }) => n)));
  return (
    <Chart
      {...data}
      {...(hero ? { className: 'chart-hero' } : {})}
      title={title}
      about={`${meaningOf(curve)} ${hero ? words.curvesAbout(seeds) : ''}`}
      empty=""
      xMax={xMax}
      yRange={domainOf(curve)}
      format={compact}
      theme={shownTheme.value}
      cursor={cursor.value}
      onCursor={(step) => void (cursor.value = step)}
      tools={
        <ChartTools title={title} name={fileName(curve.metric)} drawn={{ kind: 'curve', curve, arms }} />
      }
    />
  );
}

/** Every metric over the steps, every arm, with bands over seeds; the first is the largest. */
export function CurvesCard({ preset: { curves, arms } }: { readonly preset: PresetAnalysis }) {
  const [first, ...others] = curves;
  if (!first) return null;
  const steps = curves.flatMap((curve) => curve.arms.flatMap(({ points }) => points.map(({ step }) => step)));
  const xMax = Math.max(1, ...steps);
  return (
    <section class="compare-charts" aria-label={words.curves}>
      <h2>{words.curves}</h2>
      <CurveChart key={first.metric} curve={first} arms={arms} hero xMax={xMax} />
      <div class="chart-grid">
        {others.map((curve) => (
          <CurveChart key={curve.metric} curve={curve} arms={arms} hero={false} xMax={xMax} />
        ))}
      </div>
    </section>
  );
}
