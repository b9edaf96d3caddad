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
  /** Fixed limits of y; from the data where left out. */
  readonly domain?: readonly [number, number];
}

const WIDTH = 440;
const HEIGHT = 220;
const MARGIN = { top: 10, right: 12, bottom: 26, left: 46 };
/** Longer noisy series get a moving average on top; the raw values stay visible behind it. */
const SMOOTH_FROM = 24;
const SMOOTHING = 0.85;
/** Values are shown on hover for at most this many points of a series. */
const HOVER_POINTS = 60;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (c) => ENTITIES[c] ?? c);

/** A number for reading: three significant digits or the whole part, no exponent where one can be avoided. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(1);
  return String(size >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}

/** Round values that cover `[low, high]`, about `count` of them, at 1, 2 or 5 times a power of ten. */
export function ticks(low: number, high: number, count: number): number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(span / count));
  const step =
    [1, 2, 5, 10].map((factor) => factor * power).find((size) => span / size <= count) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Exponential moving average with the bias of its start removed; as long as its input. */
export function smooth(points: readonly Point[], weight = SMOOTHING): Point[] {
  let total = 0;
  let mass = 0;
  return points.map(({ x, y }) => {
    total = weight * total + (1 - weight) * y;
    mass = weight * mass + (1 - weight);
    return { x, y: total / mass };
  });
}

function extent(values: readonly number[]): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (low < high) return [low, high];
  const half = Math.abs(low) * 0.1 || 0.5;
  return [low - half, high + half];
}

type Scale = (value: number) => number;

const linear =
  ([low, high]: readonly [number, number], from: number, to: number): Scale =>
  (value) =>
    from + ((value - low) / (high - low)) * (to - from);

const path = (points: readonly Point[], x: Scale, y: Scale): string =>
  points.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.x).toFixed(1)} ${y(p.y).toFixed(1)}`).join('');

/**
 * A `<figure>` with legend and caption, or `null` when no series has a value. Points that are not finite are left
 * out: a missing metric leaves a gap, never a zero.
 */
export function renderChart(chart: Chart): string | null {
  const series = chart.series
    .map(({ label, points }) => ({ label, points: points.filter((p) => Number.isFinite(p.y)) }))
    .filter(({ points }) => points.length > 0);
  if (series.length === 0) return null;
  const all = series.flatMap(({ points }) => points);
  const xDomain = extent(all.map((p) => p.x));
  const yDomain = chart.domain ?? extent(all.map((p) => p.y));
  const x = linear(xDomain, MARGIN.left, WIDTH - MARGIN.right);
  const y = linear(yDomain, HEIGHT - MARGIN.bottom, MARGIN.top);
  const legend = series.map(({ label }, i) => `<li class="c${i}">${escapeHtml(label)}</li>`).join('');
  return [
    '<figure>',
    `<h3>${escapeHtml(chart.title)}</h3><ul class="legend">${legend}</ul>`,
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(spoken(chart.title, series))}">`,
    axes(xDomain, yDomain, x, y),
    ...series.map(({ points }, i) => curve(points, i, x, y)),
    '</svg>',
    `<figcaption>${escapeHtml(chart.caption)}</figcaption>`,
    '</figure>',
  ].join('\n');
}

function axes(
  xDomain: readonly [number, number],
  yDomain: readonly [number, number],
  x: Scale,
  y: Scale,
): string {
  const right = WIDTH - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const rows = ticks(...yDomain, 5).map((value) => {
    const at = y(value).toFixed(1);
    return (
      `<line class="grid" x1="${MARGIN.left}" x2="${right}" y1="${at}" y2="${at}"/>` +
      `<text x="${MARGIN.left - 6}" y="${at}" dy=".32em" text-anchor="end">${formatNumber(value)}</text>`
    );
  });
  const columns = ticks(...xDomain, 6)
    .filter(Number.isInteger)
    .map(
      (value) => `<text x="${x(value).toFixed(1)}" y="${bottom + 16}" text-anchor="middle">${value}</text>`,
    );
  return [...rows, ...columns].join('');
}

function curve(points: readonly Point[], index: number, x: Scale, y: Scale): string {
  const smoothed = points.length >= SMOOTH_FROM;
  const raw = `<path class="c${index}${smoothed ? ' ghost' : ''}" d="${path(points, x, y)}"/>`;
  const average = smoothed ? `<path class="c${index}" d="${path(smooth(points), x, y)}"/>` : '';
  const every = Math.ceil(points.length / HOVER_POINTS);
  const dots = points
    .filter((_, i) => i % every === 0 || i === points.length - 1)
    .map(
      (p) =>
        `<circle class="c${index}${smoothed ? ' hover' : ''}" cx="${x(p.x).toFixed(1)}" cy="${y(p.y).toFixed(1)}" ` +
        `r="${smoothed ? 5 : 2.5}"><title>step ${p.x}: ${formatNumber(p.y)}</title></circle>`,
    );
  return raw + average + dots.join('');
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
