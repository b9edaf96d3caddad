import { text } from '../text/index.ts';
import type { Shown } from '../domains/domain.ts';
import { Icon } from './icons.tsx';
import './verdict-word.css';

interface Props {
  readonly outcome: Shown['outcome'];
  readonly weak: boolean;
}

/** Icon and word; some outcomes also say how many checks hold. */
export function VerdictWord({ outcome, weak }: Props) {
  const { tone, word, count } = outcome;
  return (
    <span class={`verdict ${tone}`}>
      <Icon name={tone} />
      {word}
      {count !== null && <small>{` ${count}`}</small>}
      {weak && <small title={text.completion.weakAbout}>{` ${text.completion.weak}`}</small>}
    </span>
  );
}
