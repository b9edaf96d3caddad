import { useState } from 'preact/hooks';
import { messageOf } from '../errors.ts';
import './downloads.css';

interface Props<K extends string> {
  readonly heading: string;
  readonly files: readonly { readonly kind: K; readonly label: string; readonly about: string }[];
  /** Makes the files of a kind and hands them to the browser. */
  readonly get: (kind: K) => Promise<void>;
  /** What is said where that failed. */
  readonly failed: (why: string) => string;
  /** Below all of them. */
  readonly note?: string;
}

/** Files to take along, each with what it holds. */
export function Downloads<K extends string>({ heading, files, get, failed, note }: Props<K>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const make = async (kind: K): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await get(kind);
    } catch (caught) {
      setError(messageOf(caught));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="card downloads" aria-label={heading}>
      <h2>{heading}</h2>
      <ul>
        {files.map(({ kind, label, about }) => (
          <li key={kind}>
            <button type="button" data-download={kind} disabled={busy} onClick={() => void make(kind)}>
              {label}
            </button>
            <p class="hint">{about}</p>
          </li>
        ))}
      </ul>
      {note !== undefined && <p class="hint">{note}</p>}
      {error !== null && (
        <p role="alert" class="field-error">
          {failed(error)}
        </p>
      )}
    </section>
  );
}
