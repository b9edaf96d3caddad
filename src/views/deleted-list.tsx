import { text } from '../text/index.ts';
import './deleted-list.css';
import './messages-list.css';

interface Props {
  readonly deleted: readonly { readonly id: string; readonly name: string }[];
  readonly onUndo: (id: string) => void;
}

/** What was just deleted, and the way to bring it back. */
export function DeletedList({ deleted, onUndo }: Props) {
  const words = text.deleted;
  return (
    <div class="deleted-list" role="status">
      {deleted.map(({ id, name }) => (
        <div key={id} class="message notice">
          <p>
            <strong>{words.what(name)}</strong>
            <span>{words.about}</span>
          </p>
          <button type="button" aria-label={words.undoOf(name)} onClick={() => onUndo(id)}>
            {words.undo}
          </button>
        </div>
      ))}
    </div>
  );
}
