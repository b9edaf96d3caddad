import { DropZone } from '../../views/drop-zone.tsx';
import { FileButton } from '../../views/file-button.tsx';
import { useModels } from './state.ts';
import { droppedFiles, pickedFiles } from './state/dropped.ts';
import { text } from './text.ts';
import './import-card.css';

const words = text.import;

/** The way in for models from elsewhere. */
export function ImportCard() {
  const models = useModels();
  const { importing } = models.state.value;
  const busy = importing !== null;
  const take = (files: readonly File[]): void => void models.take(pickedFiles(files));
  return (
    <DropZone class="card import-card" onDrop={(dropped) => void models.take(droppedFiles(dropped))}>
      {(over) => (
        <>
          <h2>{words.heading}</h2>
          <p>{over ? words.drop : words.about}</p>
          <div class="import-buttons">
            <FileButton
              id="import-folder"
              label={words.folder}
              takes="folder"
              disabled={busy}
              onPick={take}
            />
            <FileButton id="import-files" label={words.files} takes="files" disabled={busy} onPick={take} />
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
        </>
      )}
    </DropZone>
  );
}
