/** What happened on the way: curves over seeds, and what the groups were good for. */
import { renderChart, type Chart, type Series } from '../../report/chart.ts';
import { METRICS, type MetricInfo } from '../../rl/metrics.ts';
import type { ArmAnalysis, PresetAnalysis } from '../analysis.ts';
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
      const figure = renderChart(chart, document);
      return figure === null ? null : new Markup(figure);
    })}
  </div>`;

const meaningOf = ({ metric, window }: Curve): string =>
  `${METRICS[metric].meaning}${window === 1 ? '' : ` Each point is the mean of ${window} steps.`}`;

/** Longer than a label, where that is too short for a title. */
const TITLES: Partial<Record<Curve['metric'], string>> = {
  'rewards/thinking/mean': 'reward for the reasoning, R_t',
  'rewards/outcome/mean': 'reward for passing, R_o',
  agreement: 'answer is what the reasoning says',
  'gate/withheld_share': 'share of R_t that the gate withholds',
};
const titleOf = ({ metric }: Curve): string => TITLES[metric] ?? METRICS[metric].label;

/** One chart, or several where there are too many arms for one. */
function chartsOf(curve: Curve, arms: readonly ArmAnalysis[]): Chart[] {
  const { label, unit, range } = METRICS[curve.metric];
  const domain = domainOf(curve, range);
  const all = curve.arms.map((each) => seriesOf(each, arms, domain));
  const groups = inGroups(all);
  return groups.map((group, i) => ({
    title: groups.length === 1 ? titleOf(curve) : `${titleOf(curve)}, ${i + 1} of ${groups.length}`,
    caption: groups.length === 1 ? meaningOf(curve) : '',
    unit: unit === '' ? label : unit,
    domain,
    series: [...all.filter((each) => !group.includes(each)).map(asContext), ...group],
  }));
}

const asContext = ({ label, points }: Series): Series => ({ label, points, faint: true });

function inGroups(series: readonly Series[]): Series[][] {
  if (series.length <= ARMS_AT_MOST) return [[...series]];
  const groups = Math.ceil(series.length / ARMS_EACH);
  const size = Math.ceil(series.length / groups);
  return Array.from({ length: groups }, (_, i) => series.slice(i * size, (i + 1) * size));
}

/** Wide enough for every mean and, within what is possible at all, for every band. */
function domainOf({ arms }: Curve, [least, most]: MetricInfo['range']): [number, number] {
  const points = arms.flatMap((arm) => arm.points);
  const low = Math.min(...points.map((point) => point.low));
  const high = Math.max(...points.map((point) => point.high));
  const margin = 0.03 * (high - low) || 0.1 * Math.abs(high) || 1;
  return [Math.max(low - margin, least ?? -Infinity), Math.min(high + margin, most ?? Infinity)];
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
