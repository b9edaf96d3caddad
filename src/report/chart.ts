import * as Plot from '@observablehq/plot';

/** Line charts as SVG text: plain data in, markup out, so that a report needs no script and no page. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A vertical range, as of an interval around a point. */
export interface Range {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** How a series is told from the others: a CSS colour, and dashes as SVG has them. */
export interface Look {
  readonly color: string;
  readonly dash: string;
}

export interface Series {
  readonly label: string;
  readonly points: readonly Point[];
  /** Shaded behind the points, which are then drawn as they are and not smoothed. */
  readonly band?: readonly Range[];
  /** By its place among the first three where left out. */
  readonly look?: Look;
  /** To compare with alone: a thin line without values and without a place in the legend. */
  readonly faint?: boolean;
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

/** In CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

const SIZE: Size = { width: 440, height: 245 };
const MARGIN = { marginTop: 28, marginRight: 12, marginBottom: 36, marginLeft: 46 };
/** Longer noisy series get a moving mean on top; the raw values stay visible behind it. */
const SMOOTH_FROM = 24;
const WINDOW = 9;
/** Values are shown on hover for at most this many points of a series, or of several with bands together. */
const HOVER_POINTS = 60;
/** Points that are few enough stay visible. */
const DOTS_UP_TO = 12;
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
 * @param played with its points and its scale for a script that moves a cursor through it (`experiment/report/player.ts`)
 */
export function renderChart(chart: Chart, document: Document, played = false): string | null {
  const plotted = plotOf(chart, document, SIZE);
  if (plotted === null) return null;
  const { svg, named } = plotted;
  return [
    played ? `<figure ${playedData(plotted)}>` : '<figure>',
    `<h3>${escapeHtml(chart.title)}</h3><ul class="legend">${named.map(legendEntry).join('')}</ul>`,
    svg.outerHTML,
    `<figcaption>${escapeHtml(chart.caption)}</figcaption>`,
    '</figure>',
  ].join('\n');
}

/** The ends of x and where they are drawn, the upper and the lower end of y, and the points of each series: numbers alone. */
function playedData({ named, xScale }: PlottedChart): string {
  const [low, high, from, to] = xScale;
  // Steps stay whole, or the last of a long run would lie beyond the end.
  const places = [from, to, MARGIN.marginTop, SIZE.height - MARGIN.marginBottom].map(round);
  const scale = [low, high, ...places];
  const points = named.map((each) => each.points.map(({ x, y }) => [x, round(y)]));
  return `data-scale="${scale.join(' ')}" data-points="${JSON.stringify(points)}"`;
}

const round = (value: number): number => Number(value.toPrecision(4));

function legendEntry({ label, look }: Series, index: number): string {
  if (look === undefined) return `<li class="c${index}">${escapeHtml(label)}</li>`;
  return `<li class="keyed">${keyOf(look)}${escapeHtml(label)}</li>`;
}

/** A piece of line as a series has it, to stand before its name. */
export const keyOf = ({ color, dash }: Look): string =>
  '<svg class="key" width="30" height="8" aria-hidden="true"><line x1="1" x2="29" y1="4" y2="4" ' +
  `style="stroke:${escapeHtml(color)}" stroke-width="2.5" stroke-dasharray="${escapeHtml(dash)}"/></svg>`;

export interface PlottedChart {
  readonly svg: SVGElement;
  /** Series with values and a name, in order. */
  readonly named: readonly Series[];
  /** Ends of x, and where they are drawn. */
  readonly xScale: readonly [low: number, high: number, from: number, to: number];
}

/** The curves and axes alone; `null` when no series has a value. */
export function plotOf(chart: Chart, document: Document, { width, height }: Size): PlottedChart | null {
  const { title, unit, domain } = chart;
  const series = chart.series
    .map((each) => ({ ...each, points: each.points.filter((p) => Number.isFinite(p.y)) }))
    .filter(({ points }) => points.length > 0);
  const named = series.filter(({ faint }) => !faint);
  if (named.length === 0) return null;
  const steps = series.flatMap(({ points }) => points.map(({ x }) => x));
  const span = steps.reduce((a, b) => Math.max(a, b)) - steps.reduce((a, b) => Math.min(a, b));
  const svg = Plot.plot({
    document,
    width,
    height,
    ...MARGIN,
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
      ...series.filter(({ faint }) => faint).map(context),
      ...named.flatMap(banded),
      ...named.flatMap((each, i) => curve(each, i, named.length)),
    ],
  });
  // The report has one style sheet for all.
  svg.querySelector('style')?.remove();
  // The picture has one name. Parts of it may not have theirs by ARIA, and nobody hears them.
  if (named.some(({ band }) => band !== undefined))
    for (const part of svg.querySelectorAll('g[aria-label]')) part.removeAttribute('aria-label');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', spoken(title, named));
  const { domain: ends = [0, 1], range: places = [0, 1] } = svg.scale('x') ?? {};
  const xScale = [...ends, ...places].map(Number) as [number, number, number, number];
  return { svg: svg as unknown as SVGElement, named, xScale };
}

const context = ({ points }: Series): Plot.Markish =>
  Plot.line(points, { x: 'x', y: 'y', stroke: 'var(--ink-3)', strokeWidth: 1, strokeOpacity: 0.3 });

function banded({ band, look }: Series): Plot.Markish[] {
  if (band === undefined) return [];
  const fill = look?.color ?? 'currentColor';
  return [Plot.areaY(band, { x: 'x', y1: 'low', y2: 'high', fill, fillOpacity: 0.12 })];
}

function curve({ points, band, look }: Series, index: number, count: number): Plot.Markish[] {
  const smoothed = band === undefined && points.length >= SMOOTH_FROM;
  const at = { x: 'x', y: 'y', stroke: look?.color ?? COLORS[index] ?? 'currentColor' } as const;
  const strokeDasharray = look?.dash ?? DASHES[index] ?? 'none';
  const limit = band === undefined ? HOVER_POINTS : Math.max(DOTS_UP_TO, Math.floor(HOVER_POINTS / count));
  const every = Math.ceil(points.length / limit);
  const raw = smoothed
    ? Plot.line(points, { ...at, strokeWidth: 1, strokeOpacity: 0.35 })
    : Plot.line(points, { ...at, strokeWidth: 2, strokeDasharray });
  const mean = Plot.line(points, Plot.windowY({ k: WINDOW }, { ...at, strokeWidth: 2, strokeDasharray }));
  const ranges = new Map(band?.map((range) => [range.x, range]));
  const hidden = smoothed || (band !== undefined && points.length > DOTS_UP_TO);
  const values = Plot.dot(
    points.filter((_, i) => i % every === 0 || i === points.length - 1),
    {
      ...at,
      r: hidden ? 5 : 2.5,
      fill: 'var(--surface)',
      // Numbers alone: linkedom does not escape the text of a title.
      title: ({ x, y }: Point) => {
        const range = ranges.get(x);
        if (range === undefined) return `step ${x}: ${formatNumber(y)}`;
        return `step ${x}: ${formatNumber(y)} (${formatNumber(range.low)} to ${formatNumber(range.high)})`;
      },
      className: hidden ? 'hover' : 'dots',
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
