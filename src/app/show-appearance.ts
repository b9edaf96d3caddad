import { computed, effect } from '@preact/signals';
import { ui } from './ui-state.ts';

/** Keeps the document as the address wants it. */
export function startAppearance(): void {
  const as = computed(() => ui.value.place.as);
  effect(() => {
    document.documentElement.toggleAttribute('data-large', as.value.large);
    document.documentElement.toggleAttribute('data-embed', as.value.embed);
  });
}
