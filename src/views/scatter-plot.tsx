import { axis, project } from './plot-scale.ts';
import './plain-plot.css';
import './scatter-plot.css';

export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  readonly good: boolean;
}

interface Props {
  readonly points: readonly ScatterPoint[];
  readonly xLabel: string;
  readonly yLabel: string;
  /** The plot in one sentence. */
  readonly summary: string;
}

/** Marks are round numbers already. */
const tickText = (tick: number): string => String(tick).replace('-', '−');

const [WIDTH, HEIGHT] = [460, 250];
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 10, 10, 34];

/** Dots and rings over two numbers; the line is the least-squares fit. */
export function ScatterPlot({ points, xLabel, yLabel, summary }: Props) {
  const [across, up] = [axis(points.map(({ x }) => x)), axis(points.map(({ y }) => y))];
  const [x, y] = [project(across, LEFT, WIDTH - RIGHT), project(up, HEIGHT - BOTTOM, TOP)];
  const line = fit(points);
  return (
    <svg class="plain-plot scatter" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={summary}>
      {up.ticks.map((tick) => (
        <g key={tick}>
          <path class="grid" d={`M${LEFT} ${y(tick)}H${WIDTH - RIGHT}`} />
          <text class="tick end" x={LEFT - 6} y={y(tick) + 3.5}>
            {tickText(tick)}
          </text>
        </g>
      ))}
      {across.ticks.map((tick) => (
        <text key={tick} class="tick middle" x={x(tick)} y={HEIGHT - BOTTOM + 14}>
          {tickText(tick)}
        </text>
      ))}
      {points.map((point, i) => (
        <circle key={i} class={point.good ? 'good' : 'bad'} cx={x(point.x)} cy={y(point.y)} r="2.4" />
      ))}
      {line && (
        <path
          class="fit"
          d={`M${x(across.low)} ${y(line(across.low))}L${x(across.high)} ${y(line(across.high))}`}
          clip-path="inset(0)"
        />
      )}
      <text class="label middle" x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 3}>
        {xLabel}
      </text>
      <text class="label middle" transform={`translate(10 ${(HEIGHT - BOTTOM + TOP) / 2}) rotate(-90)`}>
        {yLabel}
      </text>
    </svg>
  );
}

function fit(points: readonly ScatterPoint[]): ((x: number) => number) | null {
  const n = points.length;
  if (n < 3) return null;
  const [mx, my] = [points.reduce((t, p) => t + p.x, 0) / n, points.reduce((t, p) => t + p.y, 0) / n];
  const xx = points.reduce((t, p) => t + (p.x - mx) ** 2, 0);
  if (xx === 0) return null;
  const slope = points.reduce((t, p) => t + (p.x - mx) * (p.y - my), 0) / xx;
  return (x) => my + slope * (x - mx);
}
