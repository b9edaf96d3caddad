import { text } from '../text/index.ts';
import './limit-meter.css';

const words = text.limit;

interface Props {
  readonly label: string;
  /** `null` when it was not measured. */
  readonly value: number | null;
  readonly limit: number;
  readonly format: (value: number) => string;
}

/** What was used of a limit: in words, and as a bar. */
export function LimitMeter({ label, value, limit, format }: Props) {
  const share = value === null ? 0 : Math.min(1, value / limit);
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <span class="number">{value === null ? words.unknown : words.of(format(value), format(limit))}</span>
        <span class={`limit-meter ${share >= 0.9 ? 'full' : ''}`} aria-hidden="true">
          <i style={{ transform: `scaleX(${share})` }} />
        </span>
      </dd>
    </div>
  );
}
