import type { Screen } from '../../app/screen.ts';
import { LIST_ID } from './ids.ts';
import { ID, place } from './place.ts';
import { text } from './text.ts';

/** Rollouts: every completion of every stored step, down to the token. */
export const rollouts: Screen = {
  id: ID,
  title: text.title,
  key: '4',
  place,
  skip: { label: text.skip, to: LIST_ID },
  load: async () => {
    const [{ RolloutsScreen }, { commands }] = await Promise.all([
      import('./rollouts.tsx'),
      import('./commands.ts'),
    ]);
    return { View: RolloutsScreen, commands: Object.values(commands) };
  },
};
