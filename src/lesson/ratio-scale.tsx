import { decimal } from '../views/format.ts';
import './ratio-scale.css';

const words = {
  label: (ratio: string, low: string, high: string) => `Ratio ${ratio}; bounds ${low} and ${high}.`,
  cut: 'no push',
};

const W = 320;
const LOW = 0.4;
const HIGH = 1.8;
const xOf = (ratio: number): number =>
  8 + ((Math.max(LOW, Math.min(HIGH, ratio)) - LOW) / (HIGH - LOW)) * (W - 16);

interface Props {
  readonly ratio: number;
  readonly bounds: readonly [low: number, high: number];
  readonly advantage: number;
}

/** Where a ratio stands between the bounds of the clip; shaded where it has no gradient for this advantage. */
export function RatioScale({ ratio, bounds: [low, high], advantage }: Props) {
  const [from, to] = advantage < 0 ? [LOW, low] : [high, HIGH];
  return (
    <svg
      class="ratio-scale"
      viewBox={`0 0 ${W} 58`}
      role="img"
      aria-label={words.label(decimal(ratio, 3), decimal(low), decimal(high))}
    >
      <path class="axis" d={`M8 30H${W - 8}`} />
      {to > from && advantage !== 0 && (
        <>
          <rect class="cut" x={xOf(from)} y="20" width={xOf(to) - xOf(from)} height="20" />
          <text x={(xOf(from) + xOf(to)) / 2} y="14" text-anchor="middle">
            {words.cut}
          </text>
        </>
      )}
      {[low, 1, high].map((at) => (
        <g key={at}>
          <path class={at === 1 ? 'one' : 'bound'} d={`M${xOf(at)} 20V40`} />
          <text x={xOf(at)} y="54" text-anchor="middle">
            {decimal(at)}
          </text>
        </g>
      ))}
      <path class="at" d={`M${xOf(ratio)} 30L${xOf(ratio) - 5} 18H${xOf(ratio) + 5}Z`} />
    </svg>
  );
}
