import { signal } from '@preact/signals';
import type { LoadedScreen, Screen } from './screen.ts';

const loaded = signal<ReadonlyMap<Screen, LoadedScreen>>(new Map());

/** A screen as far as it is here; a view that asks is redrawn when it comes. */
export const loadedScreen = (screen: Screen): LoadedScreen | undefined => loaded.value.get(screen);

/** Brings a screen once: a second visit shows at once. */
export async function loadScreen(screen: Screen): Promise<void> {
  if (loaded.peek().has(screen)) return;
  const brought = await screen.load();
  loaded.value = new Map(loaded.peek()).set(screen, brought);
}
