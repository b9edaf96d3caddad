import { text } from '../text/index.ts';
import type { ShownCheck } from '../domains/domain.ts';
import { Icon } from './icons.tsx';
import './test-chips.css';

function Got({ got }: { readonly got: NonNullable<ShownCheck['got']> }) {
  const { completion: words } = text;
  if (got.kind === 'error') return <code class="got">{got.text}</code>;
  return (
    <span class="got">
      {words.got} <code>{got.text}</code>
    </span>
  );
}

/** Every check of the suite with what was expected and what came back. */
export function TestChips({ checks }: { readonly checks: readonly ShownCheck[] }) {
  return (
    <ul class="test-chips">
      {checks.map(({ tone, word, question, expected, got, heldOut }, i) => (
        <li key={i} class={tone}>
          <Icon name={tone} />
          <code class="call">{question}</code>
          <span class="expected">
            <b class="word">{word}</b>
            {expected !== '' && (
              <>
                {' '}
                {text.completion.expected} <code>{expected}</code>
              </>
            )}
          </span>
          {tone !== 'pass' && got !== null && <Got got={got} />}
          {heldOut && <small class="held-out-test">{text.completion.heldOut}</small>}
        </li>
      ))}
    </ul>
  );
}
