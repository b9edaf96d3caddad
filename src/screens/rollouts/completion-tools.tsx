import { useEffect, useState } from 'preact/hooks';
import { copied } from '../../app/copy.ts';
import type { Rollout } from '../../rl/types.ts';
import { useRollouts } from './state.ts';
import { text } from './text.ts';

const words = text.completion;

/** What can be done with one completion. */
export function CompletionTools({ rollout }: { readonly rollout: Rollout }) {
  const { browser, hunt, pins } = useRollouts();
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => setSaid(null), [rollout]);
  const shown = browser.shown.value;
  if (!shown) return null;
  const pin = { run: shown.run.id, config: shown.config, rollout };
  const isPinned = pins.has(pin);
  const { answer } = rollout;
  const copy = (): void => {
    void copied(rollout.text).then((done) => setSaid(done ? words.copied : words.noCopy));
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
        {said}
      </span>
    </div>
  );
}
