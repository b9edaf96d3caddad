import { Icon, type IconName } from '../../views/icons.tsx';
import { ariaKey, keyName, type Command } from '../commands.ts';
import { usePage } from '../page.ts';

interface Props {
  readonly command: Command;
  readonly icon: IconName;
  /** Where the word depends on the state; otherwise the command's own. */
  readonly label?: string;
  readonly kind?: 'primary' | 'plain';
}

/** A button for a command of the registry, with its key. */
export function CommandButton({ command, icon, label = command.label, kind = 'plain' }: Props) {
  const { perform, enabled } = usePage();
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
