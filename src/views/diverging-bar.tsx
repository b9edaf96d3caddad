import './diverging-bar.css';

interface Props {
  readonly value: number;
  /** The size at which a bar is full. */
  readonly largest: number;
}

/** A bar to the right of the middle for what raises, to the left for what lowers; the number stands beside it. */
export function DivergingBar({ value, largest }: Props) {
  const share = largest > 0 ? Math.min(1, Math.abs(value) / largest) : 0;
  return (
    <span class={`diverging ${value < 0 ? 'down' : 'up'}`} aria-hidden="true">
      <i style={{ width: `${share * 50}%` }} />
    </span>
  );
}
