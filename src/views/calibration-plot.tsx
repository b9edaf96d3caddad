import type { CalibrationBin } from '../statistics/association.ts';
import { percent } from './format.ts';
import { project } from './plot-scale.ts';
import './calibration-plot.css';
import './plain-plot.css';

interface Props {
  readonly bins: readonly CalibrationBin[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly describe: (bin: CalibrationBin) => string;
}

const [WIDTH, HEIGHT] = [300, 250];
const [LEFT, RIGHT, TOP, BOTTOM] = [48, 12, 10, 34];
const TICKS = [0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Share right against predicted probability; the area of a dot is its number of pairs, the diagonal is perfect. */
export function CalibrationPlot({ bins, xLabel, yLabel, describe }: Props) {
  const lowest = Math.min(0.5, ...bins.flatMap(({ right }) => right ?? []));
  const floor = Math.floor(lowest * 10) / 10;
  const x = project({ low: 0.5, high: 1, ticks: [] }, LEFT, WIDTH - RIGHT);
  const y = project({ low: floor, high: 1, ticks: [] }, HEIGHT - BOTTOM, TOP);
  const most = Math.max(1, ...bins.map(({ pairs }) => pairs));
  const known = bins.flatMap((bin) =>
    bin.predicted === null || bin.right === null
      ? []
      : [{ ...bin, predicted: bin.predicted, right: bin.right }],
  );
  const marks = Array.from({ length: Math.round((1 - floor) * 10) + 1 }, (_, i) => floor + i / 10);
  return (
    <svg
      class="plain-plot calibration"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={known.map(describe).join('; ')}
    >
      {marks
        .filter((_, i) => marks.length < 8 || i % 2 === 0)
        .map((mark) => (
          <g key={mark}>
            <path class="grid" d={`M${LEFT} ${y(mark)}H${WIDTH - RIGHT}`} />
            <text class="tick end" x={LEFT - 6} y={y(mark) + 3.5}>
              {percent(mark)}
            </text>
          </g>
        ))}
      {TICKS.map((tick) => (
        <text key={tick} class="tick middle" x={x(tick)} y={HEIGHT - BOTTOM + 14}>
          {percent(tick)}
        </text>
      ))}
      <path class="perfect" d={`M${x(0.5)} ${y(0.5)}L${x(1)} ${y(1)}`} />
      <path
        class="curve"
        d={known.map((bin, i) => `${i ? 'L' : 'M'}${x(bin.predicted)} ${y(bin.right)}`).join('')}
      />
      {known.map((bin) => (
        <circle key={bin.low} cx={x(bin.predicted)} cy={y(bin.right)} r={3 + 6 * Math.sqrt(bin.pairs / most)}>
          <title>{describe(bin)}</title>
        </circle>
      ))}
      <text class="label middle" x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 3}>
        {xLabel}
      </text>
      <text class="label middle" transform={`translate(10 ${(HEIGHT - BOTTOM + TOP) / 2}) rotate(-90)`}>
        {yLabel}
      </text>
    </svg>
  );
}
