import { ariaKey, keyName, type Command } from '../app/commands.ts';
import { useLab } from '../app/lab-context.ts';
import { Icon, type IconName } from '../views/icons.tsx';

interface Props {
  readonly command: Command;
  readonly icon: IconName;
  /** Where the word depends on the state; otherwise the command's own. */
  readonly label?: string;
  readonly kind?: 'primary' | 'plain';
}

/** A button for a command of the registry, with its key. */
export function CommandButton({ command, icon, label = command.label, kind = 'plain' }: Props) {
  const { perform, enabled } = useLab();
  const key = command.keys[0] ?? '';
  return (
    <button
      type="button"
      class={`command ${kind}`}
      data-command={command.id}
      disabled={!enabled(command)}
      aria-keyshortcuts={ariaKey(key)}
      title={`${label} (${keyName(key)})`}
      onClick={() => perform(command)}
    >
      <Icon name={icon} />
      <span>{label}</span>
    </button>
  );
}
