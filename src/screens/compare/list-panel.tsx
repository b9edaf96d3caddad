import { useRef, useState } from 'preact/hooks';
import { KeptItem } from '../../views/kept-item.tsx';
import { Maths } from '../../views/maths.tsx';
import { useExperiments } from './state.ts';
import type { ListedExperiment } from './state/model.ts';
import { fetchSiteFile, SITE_FILES } from './state/site-files.ts';
import { text } from './text.ts';
import './list-panel.css';

const words = text.list;

function Stored({ listed: { id, title, ...stored } }: { readonly listed: ListedExperiment }) {
  const experiments = useExperiments();
  const { done, of } = experiments.runs.value.get(id)?.progress.value ?? stored;
  return (
    <KeptItem
      title={title}
      shown={experiments.run.value?.id === id}
      done={{
        short: words.cells(done, of),
        about: words.cellsAbout(done, of),
        running: experiments.computing.value?.id === id,
      }}
      words={words}
      confirm={words.confirm(done)}
      onView={() => experiments.view(id)}
      onRemove={() => void experiments.remove(id)}
    />
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
