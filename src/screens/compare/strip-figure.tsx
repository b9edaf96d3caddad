import type { ArmAnalysis } from '../../experiment/analysis.ts';
import { type MeasureName, MEASURES } from '../../experiment/measures.ts';
import { COLORS } from '../../experiment/report/looks.ts';
import { amount, between } from '../../experiment/report/numbers.ts';
import { ticksOf } from '../../experiment/report/ticks.ts';
import { DotFigure, type Tick, Ticks } from '../../views/dot-figure.tsx';
import { Maths } from '../../views/maths.tsx';
import { text } from './text.ts';
import './strip-figure.css';

const words = text.results;

interface Props {
  readonly arms: readonly ArmAnalysis[];
  readonly seeds: readonly number[];
  readonly measure: MeasureName;
}

type Place = (value: number) => string;

interface Scale {
  readonly at: Place;
  readonly ticks: readonly Tick[];
  /** Where the untrained start is, if there is one. */
  readonly start: number | null;
}

/** The range of all that is drawn, with a little room. */
function scaleOf(arms: readonly ArmAnalysis[], measure: MeasureName): Scale {
  const values = arms.flatMap(({ measures }) => {
    const { bySeed = [], interval = null } = measures[measure] ?? {};
    return [...bySeed.filter((value) => value !== null), ...(interval ? [interval.low, interval.high] : [])];
  });
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = 0.04 * (most - least) || 0.1 * Math.abs(most) || 1;
  const [low, high] = [least - room, most + room];
  const at: Place = (value) => `${((100 * (value - low)) / (high - low)).toFixed(2)}%`;
  return {
    at,
    ticks: ticksOf(low, high).map((tick) => ({ at: at(tick), label: String(tick).replace('-', '−') })),
    start: arms.find(({ frozen }) => frozen)?.measures[measure]?.mean ?? null,
  };
}

function Strip({
  arm,
  index,
  scale: { at, ticks, start },
  seeds,
  measure,
}: Omit<Props, 'arms'> & {
  readonly arm: ArmAnalysis;
  readonly index: number;
  readonly scale: Scale;
}) {
  const estimate = arm.measures[measure];
  if (!estimate) return null;
  const { bySeed, mean, interval } = estimate;
  const values = bySeed.map((value) => amount(measure, value)).join(', ');
  const spoken = `${arm.label}: ${amount(measure, mean)}${interval ? `, ${between(measure, interval)}` : ''}; ${words.bySeed(values)}`;
  return (
    <li>
      <span class="name">
        <Maths text={arm.label} />
      </span>
      <b class="number">{amount(measure, mean)}</b>
      <svg role="img" aria-label={spoken} style={{ color: `var(--s${index % COLORS})` }}>
        <Ticks ticks={ticks} />
        {start !== null && <line class="start" x1={at(start)} x2={at(start)} y1="0" y2="100%" />}
        {interval && <line class="range" x1={at(interval.low)} x2={at(interval.high)} y1="23" y2="23" />}
        <line class="mean" x1={at(mean)} x2={at(mean)} y1="17" y2="29" />
        {bySeed.map(
          (value, i) =>
            value !== null && (
              <circle key={seeds[i]} cx={at(value)} cy="9" r="4">
                <title>{words.ofSeed(seeds[i]!, amount(measure, value))}</title>
              </circle>
            ),
        )}
      </svg>
    </li>
  );
}

/** Every seed of every arm on one axis, with means and intervals. */
export function StripFigure({ arms, seeds, measure }: Props) {
  const scale = scaleOf(arms, measure);
  const about = `${MEASURES[measure].about} ${words.stripAbout}`;
  const caption = scale.start === null ? about : `${about} ${words.stripStart}`;
  return (
    <DotFigure kind="strip-figure" caption={caption} ticks={scale.ticks}>
      {arms.map((arm, index) => (
        <Strip key={arm.arm} arm={arm} index={index} scale={scale} seeds={seeds} measure={measure} />
      ))}
    </DotFigure>
  );
}
