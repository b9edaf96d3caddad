import { useEffect, useState } from 'preact/hooks';
import { text } from '../../text/index.ts';
import { formatBytes } from '../../store/errors.ts';
import { usePage } from '../page.ts';

/** The screen that says more: what is kept, whether the browser promised to keep it, what can be deleted. */
const MODELS = 'models';

interface Estimate {
  readonly usage: number;
  readonly quota: number;
}

/** How much is stored in this browser, and the way to where it can be deleted; nothing where the browser does not say. */
export function StorageNote() {
  const { slice, goTo } = usePage();
  const [estimate, setEstimate] = useState<Estimate | null>(null);
  const stored = slice('stored');
  useEffect(() => {
    const ask = async (): Promise<void> => {
      const { usage, quota } = (await navigator.storage?.estimate()) ?? {};
      if (usage !== undefined && quota !== undefined && quota > 0) setEstimate({ usage, quota });
    };
    // A browser that does not say is one without the note.
    ask().catch(() => {});
  }, [stored]);
  if (!estimate) return null;
  const { usage, quota } = estimate;
  return (
    <p class="storage-note">
      <meter aria-label={text.app.storageLabel} min={0} max={quota} high={quota * 0.9} value={usage} />
      <button type="button" class="link" onClick={() => goTo(MODELS)}>
        {text.app.storage(formatBytes(usage), formatBytes(quota))}
      </button>
    </p>
  );
}
