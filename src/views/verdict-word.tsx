import { text } from '../text/index.ts';
import type { Verdict } from '../sandbox/types.ts';
import { Icon } from './icons.tsx';
import './verdict-word.css';

/** Icon and word; wrong answers also say how many tests passed. */
export function VerdictWord({ verdict }: { readonly verdict: Verdict }) {
  const passes = verdict.status === 'pass';
  const none = verdict.status === 'no-code' || verdict.status === 'infrastructure';
  return (
    <span class={`verdict ${passes ? 'pass' : none ? 'none' : 'fail'}`}>
      <Icon name={passes ? 'pass' : none ? 'none' : 'fail'} />
      {text.verdict[verdict.status]}
      {verdict.status === 'wrong' && <small>{` ${verdict.passed}/${verdict.total}`}</small>}
      {verdict.weak && <small title={text.completion.weakAbout}>{` ${text.completion.weak}`}</small>}
    </span>
  );
}
