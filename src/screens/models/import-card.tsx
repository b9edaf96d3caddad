import { useRef, useState } from 'preact/hooks';
import { useModels } from './state.ts';
import { droppedFiles, pickedFiles } from './state/dropped.ts';
import { text } from './text.ts';
import './import-card.css';

const words = text.import;

/** A field for files behind a button of the page. */
function Picker({ id, label, folder, busy }: { id: string; label: string; folder: boolean; busy: boolean }) {
  const models = useModels();
  const input = useRef<HTMLInputElement>(null);
  const take = (field: HTMLInputElement): void => {
    if (field.files?.length) void models.take(pickedFiles(field.files));
    // The same folder, mended, can be picked again.
    field.value = '';
  };
  return (
    <>
      <input
        ref={input}
        id={id}
        type="file"
        multiple
        {...(folder ? { webkitdirectory: true } : {})}
        class="visually-hidden"
        tabIndex={-1}
        aria-label={label}
        onChange={(event) => take(event.currentTarget)}
      />
      <button type="button" disabled={busy} onClick={() => input.current?.click()}>
        {label}
      </button>
    </>
  );
}

/** The way in for models from elsewhere. */
export function ImportCard() {
  const models = useModels();
  const [over, setOver] = useState(false);
  const { importing } = models.state.value;
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer) void models.take(droppedFiles(event.dataTransfer));
  };
  const drag = (event: DragEvent): void => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div
      class={`card import-card ${over ? 'over' : ''}`}
      onDragOver={drag}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <h2>{words.heading}</h2>
      <p>{over ? words.drop : words.about}</p>
      <div class="import-buttons">
        <Picker id="import-folder" label={words.folder} folder busy={importing !== null} />
        <Picker id="import-files" label={words.files} folder={false} busy={importing !== null} />
      </div>
      <div role="status" class="import-status">
        {importing && (
          <>
            <p class="hint">{importing.label}</p>
            <progress aria-label={importing.label} value={importing.fraction ?? undefined} />
          </>
        )}
      </div>
      <p class="hint">{words.local}</p>
    </div>
  );
}
