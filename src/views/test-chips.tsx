import { text } from '../text/index.ts';
import type { Test, TestResult, Value, Verdict } from '../sandbox/types.ts';
import { formatValue } from '../sandbox/format-value.ts';
import { Icon } from './icons.tsx';
import './test-chips.css';

interface Props {
  readonly verdict: Verdict;
  readonly tests: readonly Test[];
  readonly entry: string;
}

function Got({ result }: { readonly result: TestResult | undefined }) {
  const { completion: words } = text;
  if (!result || result.status === 'not-run') return <span class="got none">{words.notRun}</span>;
  if (result.error !== undefined) return <code class="got">{result.error}</code>;
  return (
    <span class="got">
      {words.got} <code>{result.got === undefined ? '–' : formatValue(result.got)}</code>
    </span>
  );
}

const call = (entry: string, args: readonly Value[]): string =>
  `${entry}(${args.map(formatValue).join(', ')})`;

/** Every test of the suite with what was expected and what came back. */
export function TestChips({ verdict, tests, entry }: Props) {
  return (
    <ul class="test-chips">
      {tests.map((test, i) => {
        const result = verdict.tests[i];
        const status = result?.status ?? 'not-run';
        const icon = status === 'pass' ? 'pass' : status === 'not-run' ? 'none' : 'fail';
        return (
          <li key={i} class={icon}>
            <Icon name={icon} />
            <span class="visually-hidden">{text.test[status]}</span>
            <code class="call">{call(entry, test.args)}</code>
            <span class="expected">
              {text.completion.expected} <code>{formatValue(test.expected)}</code>
            </span>
            {status !== 'pass' && <Got result={result} />}
          </li>
        );
      })}
    </ul>
  );
}
