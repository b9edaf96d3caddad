/** What happened on the way: curves over seeds, and what the groups were good for. */
import { renderChart, type Chart, type Series } from '../../report/chart.ts';
import { METRICS } from '../../rl/metrics.ts';
import type { ArmAnalysis, PresetAnalysis } from '../analysis.ts';
import { domainOf, meaningOf, titleOf } from '../curve-info.ts';
import { type Curve, DATA_USE_METRICS } from '../curves.ts';
import { html, Markup, type Part, table } from './html.ts';
import { lookOf } from './looks.ts';

/** Arms that one figure can hold; more are spread over several, each with the others in grey. */
const ARMS_EACH = 6;
/** Up to so many still share a figure, so that none stands alone. */
const ARMS_AT_MOST = 8;

export function curveFigures({ arms, curves }: PresetAnalysis, document: Document): Markup {
  const figures = curves.map((curve) => ({ curve, charts: chartsOf(curve, arms) }));
  const whole = figures.filter(({ charts }) => charts.length === 1);
  const spread = figures.filter(({ charts }) => charts.length > 1);
  return html`${
    whole.length === 0
      ? null
      : gridOf(
          whole.flatMap(({ charts }) => charts),
          document,
        )
  }${spread.map(
    ({ curve, charts }) =>
      html`<section class="metric">
        <h3>${titleOf(curve)}</h3>
        <p class="note">${meaningOf(curve)}</p>
        ${gridOf(charts, document)}
      </section>`,
  )}`;
}

const gridOf = (charts: readonly Chart[], document: Document): Markup =>
  html`<div class="charts">
    ${charts.map((chart) => {
      const figure = renderChart(chart, document, true);
      return figure === null ? null : new Markup(figure);
    })}
  </div>`;

/** A curve of all arms. */
export function wholeChart(curve: Curve, arms: readonly ArmAnalysis[]): Chart {
  const { label, unit } = METRICS[curve.metric];
  const domain = domainOf(curve);
  return {
    title: titleOf(curve),
    caption: meaningOf(curve),
    unit: unit === '' ? label : unit,
    domain,
    series: curve.arms.map((each) => seriesOf(each, arms, domain)),
  };
}

/** One chart, or several where there are too many arms for one. */
function chartsOf(curve: Curve, arms: readonly ArmAnalysis[]): Chart[] {
  const whole = wholeChart(curve, arms);
  const groups = inGroups(whole.series);
  if (groups.length === 1) return [whole];
  return groups.map((group, i) => ({
    ...whole,
    title: `${whole.title}, ${i + 1} of ${groups.length}`,
    caption: '',
    series: [...whole.series.filter((each) => !group.includes(each)).map(asContext), ...group],
  }));
}

const asContext = ({ label, points }: Series): Series => ({ label, points, faint: true });

function inGroups(series: readonly Series[]): Series[][] {
  if (series.length <= ARMS_AT_MOST) return [[...series]];
  const groups = Math.ceil(series.length / ARMS_EACH);
  const size = Math.ceil(series.length / groups);
  return Array.from({ length: groups }, (_, i) => series.slice(i * size, (i + 1) * size));
}

function seriesOf(
  { arm, points }: Curve['arms'][number],
  arms: readonly ArmAnalysis[],
  [least, most]: readonly [number, number],
): Series {
  const place = arms.findIndex((each) => each.arm === arm);
  const inside = (value: number): number => Math.min(most, Math.max(least, value));
  return {
    label: arms[place]!.label,
    points: points.map(({ step, mean }) => ({ x: step, y: mean })),
    band: points.map(({ step, low, high }) => ({ x: step, low: inside(low), high: inside(high) })),
    look: lookOf(place),
  };
}

const percent = (value: number | null): string => (value === null ? '–' : `${Math.round(100 * value)} %`);

/** Shares of groups by thirds of the run. */
export function dataUseTable({ arms }: PresetAnalysis): Markup | null {
  const trained = arms.filter(({ dataUse }) => dataUse !== null);
  if (trained.length === 0) return null;
  const rows = trained.map(({ label, dataUse }): Part[] => [
    label,
    ...dataUse!.map(({ thirds }) => thirds.map(percent).join(' · ')),
  ]);
  const head = ['arm', ...DATA_USE_METRICS.map((metric) => METRICS[metric].label)];
  return html`${table('Data use', head, rows)}
    <p class="note">
      A group is the completions of one prompt. Shares of all groups, means over seeds, in the first · second
      · last third of the steps. The last column is the part of all learning signal, Σ|A|, that groups bring
      in whose completions all pass: from those, outcome-only training learns nothing.
    </p>`;
}
