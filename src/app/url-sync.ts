import { computed, effect } from '@preact/signals';
import type { LabController, LabMessage } from './controller-types.ts';
import { text } from './messages.ts';
import { START, type Place } from './place.ts';
import { look, ui } from './ui-state.ts';
import { readHash, writeHash } from './url.ts';

function tell(message: Omit<LabMessage, 'id' | 'kind'>): void {
  const others = ui.value.messages.filter((m) => m.id !== 'hash');
  look({ messages: [...others, { id: 'hash', kind: 'notice', ...message }] });
}

const here = computed(() => ui.value.place);

/** Goes to another screen or tab; the way back is the browser's. */
export function goTo(controller: LabController, change: Partial<Place>): void {
  const place = { ...ui.value.place, ...change };
  history.pushState(null, '', writeHash(controller.state.peek().settings, place));
  look({ place });
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
    if (found.kind === 'empty') look({ place: START });
    if (found.kind !== 'settings') return;
    look({ place: found.place });
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
    const place = here.value;
    if (presets.length === 0) return;
    if (!read) {
      read = true;
      queueMicrotask(take);
      return;
    }
    const hash = writeHash(settings, place);
    if (location.hash !== hash) history.replaceState(null, '', hash);
  });
  addEventListener('hashchange', take);
  return () => {
    stop();
    removeEventListener('hashchange', take);
  };
}
