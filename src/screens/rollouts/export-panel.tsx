import { grouped } from '../../views/format.ts';
import { FORMATS } from './state/exports.ts';
import { useRollouts } from './state.ts';
import { text } from './text.ts';

const words = text.export;

/** The step, or the whole run, as files. */
export function ExportPanel() {
  const { exports } = useRollouts();
  const progress = exports.progress.value;
  return (
    <section class="card rollouts-card exports" aria-label={words.heading}>
      <h2>{words.heading}</h2>
      {(['step', 'run'] as const).map((what) => (
        <div key={what} class="export-row" role="group" aria-label={words[what]}>
          <span class="field-name">{words[what]}</span>
          {FORMATS.map((format) => (
            <button
              key={format}
              type="button"
              data-export={`${what}-${format}`}
              disabled={what === 'run' && progress !== null}
              aria-label={words.label(words[what], words.format[format])}
              onClick={() => void exports[what](format)}
            >
              {words.format[format]}
            </button>
          ))}
        </div>
      ))}
      {progress && (
        <div class="export-progress" role="status">
          <progress value={progress.done} max={progress.of} aria-label={words.heading} />
          <span class="hint">{words.writing(grouped(progress.done), grouped(progress.of))}</span>
          <button type="button" class="link" onClick={() => exports.stop()}>
            {words.stop}
          </button>
        </div>
      )}
    </section>
  );
}
