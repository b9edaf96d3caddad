import type { Screen } from '../../app/screen.ts';
import { text } from './text.ts';

/** Models: everything that has weights, and what can be done with it. */
export const models: Screen = {
  id: 'models',
  title: text.title,
  key: '6',
  skip: { label: text.skip, to: 'models-list' },
  load: async () => ({ View: (await import('./models.tsx')).ModelsScreen }),
};
