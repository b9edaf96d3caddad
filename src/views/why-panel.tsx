import { text } from '../text/index.ts';
import { decimal, percent, rate, signed } from './format.ts';
import { Maths } from './maths.tsx';
import type { Pushed, Why } from './why.ts';
import './why-panel.css';

const words = text.why;

function pushedWords(kind: 'up' | 'down', { place, advantage, passes, by }: Pushed): string {
  const reason = by && words.by(by.symbol, decimal(by.value), decimal(by.mean));
  return words[kind](place, signed(advantage), passes, reason ?? '');
}

/** What there is to say of a group, most telling first. */
export function sentencesOf(why: Why): readonly string[] {
  const { size, passing, equal, spread, up, down, withheld, spared, lifted, push, update } = why;
  const parts = spread.map(({ symbol, share }) => `${percent(share)} ${symbol}`).join(', ');
  return [
    equal === null ? words.mixed(passing, size) : words.equal(passing, size, decimal(equal)),
    ...(parts === '' ? [] : [words.spread(parts)]),
    ...(up ? [pushedWords('up', up)] : []),
    ...(down ? [pushedWords('down', down)] : []),
    ...(withheld > 0 ? [words.withheld(withheld, spared)] : []),
    ...(lifted > 0 ? [words.lifted(lifted)] : []),
    ...(equal === null ? [words.push(percent(push))] : []),
    ...(update
      ? [words.update(rate(update.learningRate), decimal(update.gradNorm), percent(update.clipped))]
      : []),
  ];
}

interface Props {
  readonly why: Why;
  /** Label of the gate that is looked through, where it is not the run's own. */
  readonly otherGate: string | null;
}

/** Why the step did to this group what it did. */
export const WhyPanel = ({ why, otherGate }: Props) => (
  <details class="why">
    <summary>{words.title}</summary>
    {otherGate !== null && <p class="hint">{words.otherGate(otherGate)}</p>}
    <ul>
      {sentencesOf(why).map((sentence) => (
        <li key={sentence}>
          <Maths text={sentence} />
        </li>
      ))}
    </ul>
  </details>
);
