import { DropZone } from '../../views/drop-zone.tsx';
import { FileButton } from '../../views/file-button.tsx';
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

/** What can be looked at: files, experiments that are kept here, and those of the site. */
export function ListPanel() {
  const experiments = useExperiments();
  const { stored, status } = experiments.state.value;
  const open = ([file]: Iterable<File>): void => {
    if (file) void experiments.take(file.name, file.text());
  };
  return (
    <section class="card experiment-files" aria-label={words.heading}>
      <DropZone class="experiment-list" onDrop={(dropped) => open(dropped.files)}>
        <FileButton
          id="experiment-file"
          label={words.open}
          accept=".json,.jsonl,application/json"
          onPick={open}
        />
        <p class="hint">{words.openAbout}</p>
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
      </DropZone>
    </section>
  );
}
