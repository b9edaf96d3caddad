import { commandsOn, type Command } from './commands.ts';
import type { Page } from './page.ts';
import { ui } from './ui-state.ts';

/** Elements with keys of their own: typing, and Space on what it presses. */
function claims(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('dialog[open], [popover]:popover-open')) return true;
  if (target instanceof HTMLInputElement && !['radio', 'checkbox', 'range'].includes(target.type))
    return true;
  if (target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement) return true;
  return key === ' ' && target.closest('button, a[href], summary, input') !== null;
}

/** Whether a key pressed there is meant for the command. */
function reaches({ within }: Command, { target, key }: KeyboardEvent): boolean {
  if (within === undefined) return !claims(target, key);
  return target instanceof Element && target.closest(`#${within}`) !== null;
}

/** Lets keys perform the commands of the open screen; returns a function that stops it. */
export function listenForKeys(page: Page): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const pressed = event.ctrlKey || event.metaKey ? `Mod+${event.key}` : event.key;
    const commands = commandsOn(ui.value.place.screen, page.screens);
    const command = commands.find(({ keys }) => keys.includes(pressed));
    if (!command || !reaches(command, event) || !command.enabled(page)) return;
    event.preventDefault();
    command.perform(page);
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}
