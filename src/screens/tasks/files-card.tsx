import { useRef, useState } from 'preact/hooks';
import { useTasks } from './state.ts';
import { text } from './text.ts';
import './files-card.css';

const words = text.files;

/** Files of tasks: in, as a list of their own, and out. */
export function FilesCard() {
  const page = useTasks();
  const { tasks } = page;
  const { open, importing, checkingAll } = tasks.state.value;
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const busy = importing !== null || checkingAll !== null;
  const take = (files: FileList | null | undefined): void => {
    const [file] = files ?? [];
    if (file) void tasks.importFile(file);
    // The same file, changed, can be picked again.
    if (input.current) input.current.value = '';
  };
  return (
    <div
      class={over ? 'card tasks-card files-card over' : 'card tasks-card files-card'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <h2>{words.heading}</h2>
      <p class="hint">{over ? words.drop : words.about}</p>
      <input
        ref={input}
        id="tasks-import"
        type="file"
        class="visually-hidden"
        tabIndex={-1}
        aria-label={words.open}
        onChange={(event) => take(event.currentTarget.files)}
      />
      <div class="tasks-buttons">
        <button type="button" disabled={busy} onClick={() => input.current?.click()}>
          {words.open}
        </button>
        {importing && (
          <button type="button" onClick={tasks.cancel}>
            {words.stop}
          </button>
        )}
        {open && (
          <button type="button" title={words.downloadAbout(open.name)} onClick={() => void page.download()}>
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
    </div>
  );
}
