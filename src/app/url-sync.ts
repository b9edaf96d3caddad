import { batch, computed, effect } from '@preact/signals';
import { text } from '../text/index.ts';
import type { LabController } from './controller-types.ts';
import { landing, moved, type Place, startOf } from './place.ts';
import { remember, remembered } from '../remembered.ts';
import type { Screen } from './screen.ts';
import { look, tell, ui } from './ui-state.ts';
import { readHash, writeHash } from './url.ts';

interface Addressed {
  readonly controller: LabController;
  readonly screens: readonly Screen[];
}

const here = computed(() => ui.value.place);

/** Goes to a screen, and there to what is given of its place. */
export function goTo(
  { controller, screens }: Addressed,
  screen: string,
  at: Readonly<Record<string, string>> = {},
): void {
  const place = moved(ui.value.place, screen, at);
  // Where the last screen was scrolled to means nothing here.
  if (screen !== ui.value.place.screen) scrollTo(0, 0);
  history.pushState(null, '', writeHash(controller.state.peek().settings, place, screens));
  look({ place });
}

/** Where an address leads that names no place: what was a link, to what it is for; none at all, to where one was. */
const elsewhere = (kind: 'empty' | 'other-version', screens: readonly Screen[]): Place =>
  kind === 'empty' ? landing(screens, remembered('screen')) : startOf(screens);

/** Takes the place in the address, before anything is shown. */
export function startPlace(screens: readonly Screen[]): void {
  const found = readHash(location.hash, [], screens);
  look({ place: found.kind === 'settings' ? found.place : elsewhere(found.kind, screens) });
}

/** Browsers refuse to write the address more often than a hundred times in half a minute. */
const ADDRESS_MS = 350;

/** Writes at once, and no sooner than {@link ADDRESS_MS} again: what is asked for meanwhile is one writing at the end. */
function spacedOut(write: () => void): { readonly write: () => void; readonly forget: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting = false;
  const next = (): void => {
    timer = undefined;
    if (!waiting) return;
    waiting = false;
    write();
    timer = setTimeout(next, ADDRESS_MS);
  };
  return {
    write() {
      waiting = true;
      if (timer === undefined) next();
    },
    forget: () => void (waiting = false),
  };
}

/** Reads the settings in the address once the presets are known, then keeps the two in step. */
export function startUrlSync({ controller, screens }: Addressed): () => void {
  let read = false;
  const take = (): void => {
    const { presets } = controller.state.peek();
    const found = readHash(
      location.hash,
      presets.map((p) => p.name),
      screens,
    );
    if (found.kind === 'other-version')
      tell('hash', { what: text.notice.hashVersion, todo: text.notice.hashTodo });
    if (found.kind === 'empty') look({ place: elsewhere(found.kind, screens) });
    if (found.kind !== 'settings') return;
    const { screen, at, as } = found.place;
    look({ place: { screen, at: { ...ui.value.place.at, ...at }, as } });
    if (found.ignored.length > 0) {
      tell('hash', {
        what: text.notice.hashKey(found.ignored.join(', ')),
        kept: text.notice.hashKept,
        todo: text.notice.hashTodo,
      });
    }
    if (Object.keys(found.change).length > 0) controller.configure(found.change);
  };
  const address = spacedOut(() => {
    const hash = writeHash(controller.state.peek().settings, here.peek(), screens);
    if (location.hash !== hash) history.replaceState(null, '', hash);
  });
  const stop = effect(() => {
    const { presets } = controller.state.value;
    void here.value;
    if (presets.length === 0) return;
    if (!read) {
      read = true;
      // At once: the address is not to be written from half of what it says.
      queueMicrotask(() => batch(take));
      return;
    }
    address.write();
  });
  const stopRemembering = effect(() => remember('screen', here.value.screen));
  const changed = (): void => batch(take);
  // An address that the browser went back to is read, not written over.
  addEventListener('popstate', address.forget);
  addEventListener('hashchange', changed);
  return () => {
    stop();
    stopRemembering();
    address.forget();
    removeEventListener('popstate', address.forget);
    removeEventListener('hashchange', changed);
  };
}
