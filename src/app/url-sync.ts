import { effect } from '@preact/signals';
import type { LabController, LabMessage } from './controller-types.ts';
import { text } from './messages.ts';
import { look, ui } from './ui-state.ts';
import { readHash, writeHash } from './url.ts';

function tell(message: Omit<LabMessage, 'id' | 'kind'>): void {
  const others = ui.value.messages.filter((m) => m.id !== 'hash');
  look({ messages: [...others, { id: 'hash', kind: 'notice', ...message }] });
}

/** Reads the settings in the address once the presets are known, then keeps the two in step. */
export function startUrlSync(controller: LabController): () => void {
  let read = false;
  const take = (): void => {
    const { presets } = controller.state.peek();
    const found = readHash(
      location.hash,
      presets.map((p) => p.name),
    );
    if (found.kind === 'other-version') tell({ what: text.notice.hashVersion, todo: text.notice.hashTodo });
    if (found.kind !== 'settings') return;
    if (found.ignored.length > 0) {
      tell({
        what: text.notice.hashKey(found.ignored.join(', ')),
        kept: text.notice.hashKept,
        todo: text.notice.hashTodo,
      });
    }
    if (Object.keys(found.change).length > 0) controller.configure(found.change);
  };
  const stop = effect(() => {
    const { presets, settings } = controller.state.value;
    if (presets.length === 0) return;
    if (!read) {
      read = true;
      queueMicrotask(take);
      return;
    }
    const hash = writeHash(settings);
    if (location.hash !== hash) history.replaceState(null, '', hash);
  });
  addEventListener('hashchange', take);
  return () => {
    stop();
    removeEventListener('hashchange', take);
  };
}
