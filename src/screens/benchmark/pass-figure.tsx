import type { Estimate } from '../../evaluation/report.ts';
import { interval, number } from '../../evaluation/summary.ts';
import { DotFigure, Ticks } from '../../views/dot-figure.tsx';
import { text } from './text.ts';
import './pass-figure.css';

const words = text.results;

interface Policy {
  readonly name: string;
  readonly strict: Estimate;
  readonly visible: Estimate;
}

interface Props {
  readonly k: number;
  readonly policies: readonly Policy[];
}

const at = (share: number): string => `${100 * share}%`;
const TICKS = [0, 0.25, 0.5, 0.75, 1].map((share) => ({ at: at(share), label: String(share) }));
const spoken = ({ value, bootstrap }: Estimate): string => `${number(value)} ${interval(bootstrap)}`;

function Mark({ of: { value, bootstrap }, suite, y }: { of: Estimate; suite: string; y: number }) {
  return (
    <g class={suite}>
      {bootstrap && <line class="range" x1={at(bootstrap.low)} x2={at(bootstrap.high)} y1={y} y2={y} />}
      <circle cx={at(value)} cy={y} r="4.5" />
    </g>
  );
}

/** What the visible tests say of each policy above what every test says: the gap is what they miss. */
export function PassFigure({ k, policies }: Props) {
  const caption = (
    <>
      {words.figure(k)}{' '}
      <span class="key visible">
        <i aria-hidden="true" /> {text.matrix.suites.visible}
      </span>{' '}
      <span class="key strict">
        <i aria-hidden="true" /> {text.matrix.suites.strict}
      </span>
    </>
  );
  return (
    <DotFigure kind="pass-figure" caption={caption} ticks={TICKS}>
      {policies.map(({ name, strict, visible }, i) => (
        <li key={i}>
          <span class="name">{name}</span>
          <b class="number">{number(strict.value)}</b>
          <svg role="img" aria-label={words.spoken(name, spoken(strict), spoken(visible))}>
            <Ticks ticks={TICKS} />
            <Mark of={visible} suite="visible" y={10} />
            <Mark of={strict} suite="strict" y={25} />
          </svg>
        </li>
      ))}
    </DotFigure>
  );
}
