import { useEffect, useRef } from 'preact/hooks';
import { keyName, type Command } from '../app/commands.ts';
import { text } from '../app/messages.ts';

interface Props {
  readonly commands: readonly Command[];
  readonly open: boolean;
  readonly onClose: () => void;
}

/** The list of commands with their keys, made from the registry. */
export function HelpDialog({ commands, open, onClose }: Props) {
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
          {commands.map((command) => (
            <tr key={command.id}>
              <td>
                <kbd>{keyName(command.keys[0] ?? '')}</kbd>
              </td>
              <td>{command.label}</td>
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
