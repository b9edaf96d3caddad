import { computed, effect, signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const key = 'posterior.theme';

function stored(): Theme {
  try {
    return THEMES.find((t) => t === localStorage.getItem(key)) ?? 'system';
  } catch {
    return 'system'; // storage is refused in some private windows; the theme is then not remembered
  }
}

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
    try {
      localStorage.setItem(key, theme.value);
    } catch {
      // as above
    }
  });
}
