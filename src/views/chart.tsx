import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { text } from '../app/messages.ts';
import { ChartTable } from './chart-table.tsx';
import { redraws } from './redraw.ts';
import type { Column } from './series.ts';

/** Name of a colour in `tokens.css`, without the dashes. */
export type ColorName = 'held-out' | 'visible' | 'format' | 'outcome' | 'thinking' | 'fail' | 'muted';

export interface ChartSeries {
  readonly label: string;
  readonly values: Column;
  readonly color: ColorName;
  readonly dash?: readonly number[];
  readonly width?: number;
  /** Dots at the points, for series with few of them. */
  readonly points?: boolean;
  /** Drawn thin and pale, and left out of legend and table: raw data under a smoothed line. */
  readonly ghost?: boolean;
}

/** A filled area between two columns. */
export interface ChartBand {
  readonly label: string;
  readonly upper: Column;
  readonly lower: Column;
  readonly color: ColorName;
}

export interface ChartProps {
  readonly title: string;
  readonly about: string;
  /** Ascending steps, one per row of every column. */
  readonly x: readonly number[];
  readonly xMax: number;
  readonly series: readonly ChartSeries[];
  readonly bands?: readonly ChartBand[];
  /** Fixed range of y; without it the axis starts at 0 and follows the data. */
  readonly yRange?: readonly [number, number];
  readonly format: (value: number) => string;
  /** Said in place of the curve while there is none. */
  readonly empty: string;
  /** A change of theme redraws, since a canvas does not follow CSS. */
  readonly theme: string;
  readonly className?: string;
}

function colorReader(host: HTMLElement): (name: string) => string {
  const probe = host.appendChild(document.createElement('i'));
  probe.hidden = true;
  return (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
}

const withAlpha = (color: string, alpha: number): string =>
  color.replace(/^rgba?\(([^,]+),([^,]+),([^,)]+).*$/, `rgba($1,$2,$3,${alpha})`);

/** All series in drawing order: the invisible edges of the bands, then the lines. */
function options(
  read: () => ChartProps,
  color: (name: string) => string,
): Omit<uPlot.Options, 'width' | 'height'> {
  const { series, bands = [] } = read();
  const axis = {
    stroke: () => color('ink-3'),
    font: '11px ' + getComputedStyle(document.body).fontFamily,
    ticks: { show: false },
    grid: { stroke: () => color('grid'), width: 1 },
  };
  return {
    legend: { show: false },
    padding: [10, 10, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'steps' }, points: { size: 7 } },
    scales: {
      x: { time: false, range: (_, __, max) => [0, Math.max(read().xMax, max ?? 0, 1)] },
      y: {
        range: (_, __, max) => {
          const fixed = read().yRange;
          return fixed ? [fixed[0], fixed[1]] : [0, (max ?? 0) > 0 ? max * 1.12 : 1];
        },
      },
    },
    axes: [
      { ...axis, size: 26, gap: 4, grid: { show: false }, space: 56 },
      { ...axis, size: 42, gap: 6, space: 34, values: (_, ticks) => ticks.map((t) => read().format(t)) },
    ],
    series: [
      {},
      ...bands.flatMap((): uPlot.Series[] => [
        { stroke: 'transparent', points: { show: false } },
        { stroke: 'transparent', points: { show: false } },
      ]),
      ...series.map((s): uPlot.Series => ({
        stroke: () => (s.ghost ? withAlpha(color(s.color), 0.28) : color(s.color)),
        width: s.ghost ? 1 : (s.width ?? 2),
        dash: s.dash ? [...s.dash] : [],
        spanGaps: true,
        points: s.points ? { show: true, size: 5, fill: () => color(s.color) } : { show: false },
      })),
    ],
    bands: bands.map((band, i) => ({
      series: [2 * i + 1, 2 * i + 2],
      fill: () => withAlpha(color(band.color), 0.14),
    })),
  };
}

function dataOf({ x, series, bands = [] }: ChartProps): uPlot.AlignedData {
  const columns = [...bands.flatMap((b) => [b.upper, b.lower]), ...series.map((s) => s.values)];
  return [[...x], ...columns.map((c) => [...c])];
}

/** Creates the plot once per shape of data; draws at most four times a second, and only while on screen. */
function usePlot(props: ChartProps, onCursor: (index: number | null) => void) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  const visible = useRef(false);
  latest.current = props;
  const shape = `${props.series.map((s) => s.label + s.ghost).join('|')}/${props.bands?.length ?? 0}`;
  const draw = useMemo(
    () => () => {
      if (visible.current) plot.current?.setData(dataOf(latest.current));
    },
    [],
  );

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const size = () => ({ width: Math.max(80, element.clientWidth), height: element.clientHeight });
    const made = new uPlot(
      {
        ...options(() => latest.current, colorReader(element)),
        ...size(),
        hooks: { setCursor: [(u) => onCursor(u.cursor.idx ?? null)] },
      },
      dataOf(latest.current),
      element,
    );
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize(size()));
    resize.observe(element);
    const watch = new IntersectionObserver((entries) => {
      visible.current = entries.some((e) => e.isIntersecting);
      redraws.request(draw);
    });
    watch.observe(element);
    return () => {
      redraws.forget(draw);
      resize.disconnect();
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape]);

  useEffect(() => redraws.request(draw), [props.x, props.series, props.bands, props.xMax]);
  useEffect(() => plot.current?.redraw(false, true), [props.theme]);
  return { host, plot };
}

/** A line chart over steps: labelled, walked with the arrow keys, and readable as a table. */
export function Chart(props: ChartProps) {
  const { title, about, x, series, bands = [], format } = props;
  const [cursor, setCursor] = useState<number | null>(null);
  const { host, plot } = usePlot(props, setCursor);
  const lines = series.filter((s) => !s.ghost);
  const last = x.length - 1;
  const at = cursor !== null && cursor <= last ? cursor : last;
  const hasData = lines.some((s) => s.values.some((v) => v !== null));

  const valueOf = (s: ChartSeries): string => {
    // Between two evaluations the newest known value is shown.
    const known = s.values.slice(0, at + 1).findLast((v) => v !== null);
    return known === undefined || known === null ? '–' : format(known);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last };
    const to = moves[event.key];
    const u = plot.current;
    if (to === undefined || !u || !hasData) return;
    event.preventDefault();
    const index = Math.min(last, Math.max(0, to));
    u.setCursor({ left: u.valToPos(x[index] ?? 0, 'x'), top: 0 });
    setCursor(index);
  };

  return (
    <figure class={`chart card ${props.className ?? ''}`}>
      <figcaption>
        <h3>{title}</h3>
        <p class="about">{about}</p>
        <ul class="legend">
          {lines.map((s) => (
            <li key={s.label}>
              <svg
                class="swatch"
                viewBox="0 0 18 8"
                aria-hidden="true"
                style={{ color: `var(--${s.color})` }}
              >
                <path d="M0 4H18" stroke-dasharray={s.dash?.map((d) => d / 1.6).join(' ')} />
              </svg>
              <span>{s.label}</span> <b>{valueOf(s)}</b>
            </li>
          ))}
          {bands.map((b) => (
            <li key={b.label} class="band">
              <i class="swatch" style={{ background: `var(--${b.color})` }} />
              <span>{b.label}</span>
            </li>
          ))}
        </ul>
      </figcaption>
      <div
        class="plot"
        ref={host}
        role="slider"
        tabIndex={0}
        aria-label={`${title} ${text.chart.keys}`}
        aria-valuemin={x[0] ?? 0}
        aria-valuemax={x[last] ?? 0}
        aria-valuenow={x[at] ?? 0}
        aria-valuetext={
          hasData
            ? `${text.chart.at(x[at] ?? 0)}: ${lines.map((s) => `${s.label} ${valueOf(s)}`).join(', ')}`
            : text.chart.noData
        }
        onKeyDown={onKeyDown}
      />
      {!hasData && <p class="empty">{props.empty}</p>}
      {hasData && <ChartTable title={title} x={x} series={lines} format={format} />}
    </figure>
  );
}
