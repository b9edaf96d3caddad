import { useState } from 'preact/hooks';
import { messageOf } from '../../errors.ts';
import type { BenchmarkRun } from './state/benchmark-run.ts';
import { download, type Kind, KINDS } from './state/exports.ts';
import { text } from './text.ts';
import './downloads.css';

const words = text.download;

/** The results to take along: what the command line writes, and tables for other programs. */
export function Downloads({ run }: { readonly run: BenchmarkRun }) {
  const [error, setError] = useState<string | null>(null);
  const get = (kind: Kind): void => {
    setError(null);
    download(run, kind).catch((caught: unknown) => setError(messageOf(caught)));
  };
  return (
    <section class="card benchmark-card" aria-labelledby="benchmark-download">
      <h2 id="benchmark-download">{words.heading}</h2>
      <ul class="benchmark-downloads">
        {KINDS.map((kind) => {
          const [label, about] = words.kinds[kind];
          return (
            <li key={kind}>
              <button type="button" data-download={kind} onClick={() => get(kind)}>
                {label}
              </button>
              <p class="hint">{about}</p>
            </li>
          );
        })}
      </ul>
      {error !== null && (
        <p role="alert" class="field-error">
          {words.failed(error)}
        </p>
      )}
    </section>
  );
}
