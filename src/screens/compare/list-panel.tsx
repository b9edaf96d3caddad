import { useRef, useState } from 'preact/hooks';
import { Maths } from '../../views/maths.tsx';
import { useExperiments } from './state.ts';
import type { ListedExperiment } from './state/model.ts';
import { fetchSiteFile, SITE_FILES } from './state/site-files.ts';
import { text } from './text.ts';
import './list-panel.css';

const words = text.list;

/** A stored experiment: a click shows it; deleting it asks once more, since its cells took their time. */
function Stored({ listed: { id, title, ...stored } }: { readonly listed: ListedExperiment }) {
  const experiments = useExperiments();
  const [asking, setAsking] = useState(false);
  const shown = experiments.run.value?.id === id;
  const { done, of } = experiments.runs.value.get(id)?.progress.value ?? stored;
  const running = experiments.computing.value?.id === id;
  return (
    <li class="stored-experiment" aria-current={shown ? 'true' : undefined}>
      <button type="button" class="link" onClick={() => experiments.view(id)}>
        {title}
      </button>
      <span class="number" title={words.cellsAbout(done, of)}>
        {running && <span class="status-dot running" />}
        <span class="visually-hidden">{words.cellsAbout(done, of)}</span>
        <span aria-hidden="true">{words.cells(done, of)}</span>
      </span>
      {asking ? (
        <p class="confirm">
          <span>{words.confirm(done)}</span>
          <button type="button" onClick={() => void experiments.remove(id)}>
            {words.remove}
          </button>
          <button type="button" onClick={() => setAsking(false)}>
            {words.keep}
          </button>
        </p>
      ) : (
        <button
          type="button"
          class="link remove"
          aria-label={words.removeAbout(title)}
          onClick={() => setAsking(true)}
        >
          {words.remove}
        </button>
      )}
    </li>
  );
}

function Opening() {
  const experiments = useExperiments();
  const input = useRef<HTMLInputElement>(null);
  const open = (picked: FileList | null): void => {
    const [file] = picked ?? [];
    if (file) void experiments.take(file.name, file.text());
    // The same file, changed, can be picked again.
    if (input.current) input.current.value = '';
  };
  return (
    <>
      <input
        ref={input}
        id="experiment-file"
        type="file"
        accept=".json,.jsonl,application/json"
        class="visually-hidden"
        tabIndex={-1}
        aria-label={words.open}
        onChange={(event) => open(event.currentTarget.files)}
      />
      <button type="button" onClick={() => input.current?.click()}>
        {words.open}
      </button>
      <p class="hint">{words.openAbout}</p>
    </>
  );
}

/** What can be looked at: files, experiments that are kept here, and those of the site. */
export function ListPanel() {
  const experiments = useExperiments();
  const { stored, status } = experiments.state.value;
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer?.files ?? [];
    if (file) void experiments.take(file.name, file.text());
  };
  return (
    <section class="card experiment-files" aria-label={words.heading}>
      <div
        class={over ? 'experiment-list over' : 'experiment-list'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Opening />
        {status === 'opening' && <p class="hint">{text.opening} …</p>}
        {status === 'failed' && (
          <button type="button" onClick={() => void experiments.open()}>
            {text.error.again}
          </button>
        )}
        {stored.length > 0 && (
          <>
            <h2>{words.stored}</h2>
            <ul data-list="stored">
              {stored.map((listed) => (
                <Stored key={listed.id} listed={listed} />
              ))}
            </ul>
          </>
        )}
        <h2>{words.site}</h2>
        <ul data-list="site">
          {SITE_FILES.map((name) => (
            <li key={name}>
              <button
                type="button"
                class="link"
                data-site={name}
                onClick={() => void experiments.take(`${name}.json`, fetchSiteFile(name))}
              >
                {words.siteFile[name].title}
              </button>
              <p class="hint">
                <Maths text={words.siteFile[name].about} />
              </p>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
