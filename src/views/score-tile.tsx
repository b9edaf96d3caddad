import { Maths } from './maths.tsx';
import './score-tile.css';

interface Props {
  readonly label: string;
  readonly about: string;
  readonly value: string;
  /** A second, smaller line: where it came from, or how sure it is. */
  readonly note?: string | undefined;
  readonly accent?: string;
}

/** One number with its name. */
export function ScoreTile({ label, about, value, note, accent }: Props) {
  return (
    <div class="score-tile" style={accent ? { '--tile': `var(--${accent})` } : {}}>
      <dt title={about}>{label}</dt>
      <dd>
        <b class="number">{value}</b>
        <span class="hint">
          <Maths text={note ?? about} />
        </span>
      </dd>
    </div>
  );
}
