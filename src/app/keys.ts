import type { Command, CommandContext } from './commands.ts';

/** Elements with keys of their own: typing, and Space on what it presses. */
function claims(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('dialog[open], [popover]:popover-open')) return true;
  if (target instanceof HTMLInputElement && !['radio', 'checkbox', 'range'].includes(target.type))
    return true;
  if (target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement) return true;
  return key === ' ' && target.closest('button, a[href], summary, input') !== null;
}

/** Lets keys perform commands; returns a function that stops it. */
export function listenForKeys(commands: readonly Command[], context: CommandContext): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (claims(event.target, event.key)) return;
    const command = commands.find((c) => c.keys.includes(event.key));
    if (!command?.enabled(context)) return;
    event.preventDefault();
    command.perform(context);
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}
