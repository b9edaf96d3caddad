import { useEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { ChartProps } from './chart-props.ts';
import { redraws } from './redraw.ts';
import { useSized } from './sized.ts';

/** The only file that knows uPlot: it turns {@link ChartProps} into a canvas and keeps that up to date. */

/** Distances between marks where only whole numbers make sense, as of steps. */
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

export const hasData = ({ series }: Pick<ChartProps, 'series'>): boolean =>
  series.some((s) => s.values.some((v) => v !== null));

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

/** Of numbers at an axis, in pixels: the canvas does not grow with the type around it. */
const fontSize = (): number =>
  Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize) * (11 / 14));

/** All series in drawing order: the invisible edges of the bands, then the lines. */
function options(
  read: () => ChartProps,
  color: (name: string) => string,
): Omit<uPlot.Options, 'width' | 'height'> {
  const { series, bands = [] } = read();
  const axis = {
    stroke: () => color('ink-3'),
    font: `${fontSize()}px ${getComputedStyle(document.body).fontFamily}`,
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
          const least = read().integer ? 4 : 1e-6;
          return fixed ? [fixed[0], fixed[1]] : [0, (max ?? 0) > 0 ? Math.max(max * 1.12, least) : 1];
        },
      },
    },
    axes: [
      { ...axis, size: 20, gap: 4, grid: { show: false }, space: 56, incrs: WHOLE },
      {
        ...axis,
        size: 42,
        gap: 6,
        space: (u) => Math.max(30, u.height / 6),
        ...(read().integer ? { incrs: WHOLE } : {}),
        values: (_, ticks) => (hasData(read()) ? ticks.map((t) => read().format(t)) : ticks.map(() => '')),
      },
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

/** A dashed line at each mark; what it says stands under the chart, where it can be read. */
function drawMarks(u: uPlot, marks: ChartProps['marks'], color: string): void {
  if (!marks || marks.length === 0) return;
  const { ctx, bbox } = u;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const { x } of marks) {
    const at = Math.round(u.valToPos(x, 'x', true));
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function dataOf({ x, series, bands = [] }: ChartProps): uPlot.AlignedData {
  const columns = [...bands.flatMap((b) => [b.upper, b.lower]), ...series.map((s) => s.values)];
  return [[...x], ...columns.map((c) => [...c])];
}

/** Creates the plot once per shape of data; draws at most four times a second, and only while on screen. */
export function usePlot(props: ChartProps, onCursor: (index: number | null) => void) {
  const host = useRef<HTMLDivElement>(null);
  const whenSized = useSized();
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  const visible = useRef(false);
  const resting = useRef(false);
  const had = useRef(hasData(props));
  latest.current = props;
  const shape = `${props.series.map((s) => s.label + s.ghost).join('|')}/${props.bands?.length ?? 0}`;
  /** Puts the cursor on the step where it rests, if there is one. */
  const rest = useMemo(
    () => () => {
      const { cursor = null, x } = latest.current;
      const u = plot.current;
      if (cursor === null || x.length === 0 || u === null || resting.current) return;
      const left = u.valToPos(cursor, 'x');
      if (!Number.isFinite(left)) return;
      resting.current = true;
      u.setCursor({ left: Math.max(0, left), top: 0 });
      resting.current = false;
    },
    [],
  );
  // uPlot knows new scales and sizes a microtask later.
  const restLater = useMemo(() => () => queueMicrotask(rest), [rest]);
  const draw = useMemo(
    () => () => {
      if (!visible.current) return;
      plot.current?.setData(dataOf(latest.current));
      const filled = hasData(latest.current);
      // An empty chart has no numbers at its axis, and uPlot writes them anew only where a scale has changed.
      if (filled !== had.current) plot.current?.redraw(false, true);
      had.current = filled;
      restLater();
    },
    [restLater],
  );

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const size = () => ({ width: Math.max(80, element.clientWidth), height: element.clientHeight });
    const color = colorReader(element);
    const made = new uPlot(
      {
        ...options(() => latest.current, color),
        ...size(),
        hooks: {
          setCursor: [
            (u) => {
              onCursor(u.cursor.idx ?? null);
              if (u.cursor.idx == null) rest();
            },
          ],
          draw: [(u) => drawMarks(u, latest.current.marks, color('ink-3'))],
        },
      },
      dataOf(latest.current),
      element,
    );
    plot.current = made;
    made.over.addEventListener('click', () => {
      const { x } = latest.current;
      const step = x[made.cursor.idx ?? -1];
      if (step !== undefined) latest.current.onCursor?.(step);
    });
    const stopSizing = whenSized(element, () => {
      made.setSize(size());
      restLater();
    });
    const watch = new IntersectionObserver((entries) => {
      visible.current = entries.some((e) => e.isIntersecting);
      redraws.request(draw);
    });
    watch.observe(element);
    return () => {
      redraws.forget(draw);
      stopSizing();
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape]);

  useEffect(() => redraws.request(draw), [props.x, props.series, props.bands, props.marks, props.xMax]);
  useEffect(() => plot.current?.redraw(false, true), [props.theme]);
  useEffect(restLater, [props.cursor, shape]);
  return { host, plot };
}
