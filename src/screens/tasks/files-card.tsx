import { DropZone } from '../../views/drop-zone.tsx';
import { FileButton } from '../../views/file-button.tsx';
import { useTasks } from './state.ts';
import { text } from './text.ts';
import './files-card.css';

const words = text.files;

/** Files of tasks: in, as a list of their own, and out. */
export function FilesCard() {
  const page = useTasks();
  const { tasks } = page;
  const { open, importing, checkingAll } = tasks.state.value;
  const busy = importing !== null || checkingAll !== null;
  const take = ([file]: Iterable<File>): void => {
    if (file) void tasks.importFile(file);
  };
  return (
    <DropZone class="card tasks-card files-card" onDrop={(dropped) => take(dropped.files)}>
      {(over) => (
        <>
          <h2>{words.heading}</h2>
          <p class="hint">{over ? words.drop : words.about}</p>
          <div class="tasks-buttons">
            <FileButton id="tasks-import" label={words.open} disabled={busy} onPick={take} />
            {importing && (
              <button type="button" onClick={tasks.cancel}>
                {words.stop}
              </button>
            )}
            {open && (
              <button
                type="button"
                title={words.downloadAbout(open.name)}
                onClick={() => void page.download()}
              >
                {words.download}
              </button>
            )}
          </div>
          <div role="status">
            {importing && (
              <>
                <p class="hint number">{words.checking(importing.name, importing.done, importing.total)}</p>
                <progress
                  aria-label={words.open}
                  value={importing.total === 0 ? undefined : importing.done}
                  max={Math.max(1, importing.total)}
                />
              </>
            )}
          </div>
        </>
      )}
    </DropZone>
  );
}
