import type { Screen } from '../../app/screen.ts';
import { text } from './text.ts';

/** Diagnostics: what this browser offers, whether it computes right, how fast, and a report of it. */
export const diagnostics: Screen = {
  id: 'diagnostics',
  title: text.title,
  key: '7',
  skip: { label: text.skip, to: 'diagnostics' },
  load: async () => ({ View: (await import('./diagnostics.tsx')).DiagnosticsScreen }),
};
