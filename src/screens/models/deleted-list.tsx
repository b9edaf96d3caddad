import { useModels } from './state.ts';
import { text } from './text.ts';
import './deleted-list.css';

/** What was just deleted, and the way to bring it back. */
export function DeletedList() {
  const models = useModels();
  return (
    <div class="deleted-list" role="status">
      {models.state.value.deleted.map(({ id, name }) => (
        <div key={id} class="message notice">
          <p>
            <strong>{text.deleted(name)}</strong>
            <span>{text.deletedAbout}</span>
          </p>
          <button
            type="button"
            aria-label={text.action.named(text.action.undo, name)}
            onClick={() => void models.undo(id)}
          >
            {text.action.undo}
          </button>
        </div>
      ))}
    </div>
  );
}
