import { useEffect, useState } from 'preact/hooks';
import type { Rollout } from '../../rl/types.ts';
import { useRollouts } from './state.ts';
import { text } from './text.ts';

const words = text.completion;

/** What can be done with one completion. */
export function CompletionTools({ rollout }: { readonly rollout: Rollout }) {
  const { browser, hunt, pins } = useRollouts();
  const [copied, setCopied] = useState<string | null>(null);
  useEffect(() => setCopied(null), [rollout]);
  const shown = browser.shown.value;
  if (!shown) return null;
  const pin = { run: shown.run.id, config: shown.config, rollout };
  const isPinned = pins.has(pin);
  const { answer } = rollout;
  const copy = (): void => {
    navigator.clipboard.writeText(rollout.text).then(
      () => setCopied(words.copied),
      () => setCopied(words.noCopy),
    );
  };
  return (
    <div class="completion-tools" role="group" aria-label={words.tools}>
      <button type="button" aria-pressed={isPinned} onClick={() => pins.toggle(pin)}>
        {isPinned ? words.unpin : words.pin}
      </button>
      <button type="button" onClick={copy}>
        {words.copy}
      </button>
      {answer !== null && browser.source.keeps === 'all' && (
        <button type="button" onClick={() => void hunt.first(answer)}>
          {words.first}
        </button>
      )}
      <span class="hint" role="status">
        {copied}
      </span>
    </div>
  );
}
