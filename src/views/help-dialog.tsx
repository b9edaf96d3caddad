import { useEffect, useRef } from 'preact/hooks';
import { text } from '../text/index.ts';
import './help-dialog.css';

interface Props {
  readonly rows: readonly {
    readonly id: string;
    /** What it does. */
    readonly label: string;
    /** As printed on the key. */
    readonly key: string;
  }[];
  readonly open: boolean;
  readonly onClose: () => void;
}

/** The list of commands with their keys. */
export function HelpDialog({ rows, open, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">{text.help.title}</h2>
      <table>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">{text.help.key}</th>
            <th scope="col">{text.help.does}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, key, label }) => (
            <tr key={id}>
              <td>
                <kbd>{key}</kbd>
              </td>
              <td>{label}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hint">{text.help.note}</p>
      <button type="button" onClick={onClose}>
        {text.help.close}
      </button>
    </dialog>
  );
}
