import * as Plot from '@observablehq/plot';

/** Line charts as SVG text: plain data in, markup out, so that a report needs no script and no page. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Series {
  readonly label: string;
  readonly points: readonly Point[];
}

export interface Chart {
  readonly title: string;
  /** What the curves show, in one sentence. */
  readonly caption: string;
  readonly series: readonly Series[];
  /** What y counts, as its axis is labelled. */
  readonly unit: string;
  /** Fixed limits of y; from the data where left out. */
  readonly domain?: readonly [number, number];
}

const WIDTH = 440;
const HEIGHT = 245;
/** Longer noisy series get a moving mean on top; the raw values stay visible behind it. */
const SMOOTH_FROM = 24;
const WINDOW = 9;
/** Values are shown on hover for at most this many points of a series. */
const HOVER_POINTS = 60;
/** Series are told apart by colour and by dashes, as `style.ts` has them in the legend. */
const COLORS = ['var(--accent)', 'var(--negative)', 'var(--ink-3)'];
const DASHES = ['none', '6 3', '2 3'];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (c) => ENTITIES[c] ?? c);

/** A number for reading: three significant digits or the whole part, no exponent where one can be avoided. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(1);
  return String(size >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}

/**
 * A `<figure>` with legend and caption, or `null` when no series has a value. Points that are not finite are left
 * out: a missing metric is never drawn as zero.
 * @param document makes the elements; nothing is added to it
 */
export function renderChart(chart: Chart, document: Document): string | null {
  const series = chart.series
    .map(({ label, points }) => ({ label, points: points.filter((p) => Number.isFinite(p.y)) }))
    .filter(({ points }) => points.length > 0);
  if (series.length === 0) return null;
  const legend = series.map(({ label }, i) => `<li class="c${i}">${escapeHtml(label)}</li>`).join('');
  return [
    '<figure>',
    `<h3>${escapeHtml(chart.title)}</h3><ul class="legend">${legend}</ul>`,
    drawn(chart, series, document),
    `<figcaption>${escapeHtml(chart.caption)}</figcaption>`,
    '</figure>',
  ].join('\n');
}

function drawn({ title, unit, domain }: Chart, series: readonly Series[], document: Document): string {
  const steps = series.flatMap(({ points }) => points.map(({ x }) => x));
  const span = steps.reduce((a, b) => Math.max(a, b)) - steps.reduce((a, b) => Math.min(a, b));
  const svg = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginTop: 28,
    marginRight: 12,
    marginBottom: 36,
    marginLeft: 46,
    // No more marks than steps, which are whole.
    x: { label: 'step', ticks: Math.max(1, Math.min(6, span)), tickFormat: 'd', tickSize: 0 },
    y: {
      label: unit,
      ticks: 5,
      tickSize: 0,
      tickFormat: formatNumber,
      ...(domain ? { domain: [...domain] } : { nice: true }),
    },
    marks: [
      Plot.gridY({ ticks: 5, stroke: 'var(--grid)', strokeOpacity: 1 }),
      ...series.flatMap(({ points }, i) => curve(points, i)),
    ],
  });
  // The report has one style sheet for all.
  svg.querySelector('style')?.remove();
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', spoken(title, series));
  return svg.outerHTML;
}

function curve(points: readonly Point[], index: number): Plot.Markish[] {
  const smoothed = points.length >= SMOOTH_FROM;
  const at = { x: 'x', y: 'y', stroke: COLORS[index] ?? 'currentColor' } as const;
  const strokeDasharray = DASHES[index] ?? 'none';
  const every = Math.ceil(points.length / HOVER_POINTS);
  const raw = smoothed
    ? Plot.line(points, { ...at, strokeWidth: 1, strokeOpacity: 0.35 })
    : Plot.line(points, { ...at, strokeWidth: 2, strokeDasharray });
  const mean = Plot.line(points, Plot.windowY({ k: WINDOW }, { ...at, strokeWidth: 2, strokeDasharray }));
  const values = Plot.dot(
    points.filter((_, i) => i % every === 0 || i === points.length - 1),
    {
      ...at,
      r: smoothed ? 5 : 2.5,
      fill: 'var(--surface)',
      title: ({ x, y }: Point) => `step ${x}: ${formatNumber(y)}`,
      className: smoothed ? 'hover' : 'dots',
    },
  );
  return smoothed ? [raw, mean, values] : [raw, values];
}

/** The chart for those who hear it: where every curve begins and ends. */
function spoken(title: string, series: readonly Series[]): string {
  const parts = series.map(({ label, points }) => {
    const [first] = points;
    const last = points.at(-1);
    if (first === undefined || last === undefined) return label;
    return `${label} from ${formatNumber(first.y)} at step ${first.x} to ${formatNumber(last.y)} at step ${last.x}`;
  });
  return `${title}: ${parts.join('; ')}`;
}
