import { useState } from 'preact/hooks';
import { messageOf } from '../../errors.ts';
import { fileOf, type NamedText, reportOf, save, tablesOf } from './state/downloads.ts';
import type { ExperimentRun } from './state/experiment-run.ts';
import { text } from './text.ts';
import './downloads.css';

const words = text.download;

/** The results to take along: a report to read, tables for other programs, and the file itself. */
export function Downloads({ run }: { readonly run: ExperimentRun }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const get = async (make: () => Promise<readonly NamedText[]>): Promise<void> => {
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
  const tables = (ending: string) => async () =>
    (await tablesOf(run)).filter(({ name }) => name.endsWith(ending));
  const choices = [
    ['report', words.report, words.reportAbout, async () => [await reportOf(run, document)]],
    ['csv', words.csv, words.csvAbout, tables('.csv')],
    ['jsonl', words.jsonl, words.jsonlAbout, tables('.jsonl')],
    ['file', words.file, words.fileAbout, async () => [fileOf(run)]],
  ] as const;
  return (
    <section class="card experiment-card" aria-label={words.heading}>
      <h2>{words.heading}</h2>
      <ul class="downloads">
        {choices.map(([kind, label, about, make]) => (
          <li key={kind}>
            <button type="button" data-download={kind} disabled={busy} onClick={() => void get(make)}>
              {label}
            </button>
            <p class="hint">{about}</p>
          </li>
        ))}
      </ul>
      {error !== null && (
        <p role="alert" class="field-error">
          {words.failed(error)}
        </p>
      )}
    </section>
  );
}
