import { computed, effect, signal } from '@preact/signals';
import { remember, remembered } from '../remembered.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const stored = (): Theme => THEMES.find((each) => each === remembered('theme')) ?? 'system';

const systemIsDark = signal(false);

export const theme = signal<Theme>('system');
/** The theme on screen, for what CSS cannot reach (canvas). */
export const shownTheme = computed<'light' | 'dark'>(() =>
  theme.value === 'system' ? (systemIsDark.value ? 'dark' : 'light') : theme.value,
);

/** Takes the stored choice, then keeps it, the document and the system's theme in step with the signals. */
export function startTheme(): void {
  const darkSystem = matchMedia('(prefers-color-scheme: dark)');
  systemIsDark.value = darkSystem.matches;
  darkSystem.addEventListener('change', (event) => (systemIsDark.value = event.matches));
  theme.value = stored();
  effect(() => {
    if (theme.value === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme.value;
    remember('theme', theme.value);
  });
}
