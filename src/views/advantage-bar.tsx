import { text } from '../text/index.ts';
import { signed } from './format.ts';
import './advantage-bar.css';

/** Advantages beyond this are drawn at the edge: with 8 completions a z-score stays below 2.5. */
const LIMIT = 2.5;

const share = (advantage: number): number => Math.min(1, Math.abs(advantage) / LIMIT) * 50;

function bar(advantage: number, name: string) {
  // Mirrored rather than moved: a bar that keeps its place is no layout shift.
  return <i class={`${name} ${advantage < 0 ? 'left' : ''}`} style={{ width: `${share(advantage)}%` }} />;
}

interface Props {
  readonly advantage: number;
  readonly ungated: number;
}

/** The advantage to the right (positive) or left of the middle, with the ungated one as an outline. */
export function AdvantageBar({ advantage, ungated }: Props) {
  const label = text.group.advantageLabel(signed(advantage), signed(ungated));
  return (
    <span class="advantage-bar" title={label}>
      <span class="visually-hidden">{label}</span>
      {bar(ungated, 'ghost')}
      {bar(advantage, advantage < 0 ? 'negative' : 'positive')}
    </span>
  );
}
