import { useState } from 'preact/hooks';
import { messageOf } from '../../errors.ts';
import { type NamedText, save } from './state/downloads.ts';
import { text } from './text.ts';
import './downloads.css';

const words = text.download;

export type DownloadKind = keyof typeof words.kind;

export interface Download {
  readonly kind: DownloadKind;
  readonly make: () => Promise<readonly NamedText[]>;
}

/** Files to take along. */
export function Downloads({ files }: { readonly files: readonly Download[] }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const get = async (make: Download['make']): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      for (const file of await make()) save(file);
    } catch (caught) {
      setError(messageOf(caught));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="card experiment-card" aria-label={words.heading}>
      <h2>{words.heading}</h2>
      <ul class="downloads">
        {files.map(({ kind, make }) => (
          <li key={kind}>
            <button type="button" data-download={kind} disabled={busy} onClick={() => void get(make)}>
              {words.kind[kind].label}
            </button>
            <p class="hint">{words.kind[kind].about}</p>
          </li>
        ))}
      </ul>
      <p class="hint">{words.pictures}</p>
      {error !== null && (
        <p role="alert" class="field-error">
          {words.failed(error)}
        </p>
      )}
    </section>
  );
}
