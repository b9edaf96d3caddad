import type { Screen } from '../../app/screen.ts';
import { ExperimentMark } from './experiment-mark.tsx';
import { ID, place } from './place.ts';
import { text } from './text.ts';

/** Compare: arms over seeds as a file says, and runs side by side that somebody chose. */
export const compare: Screen = {
  id: ID,
  formerly: ['experiments'],
  title: text.title,
  key: '3',
  place,
  skip: { label: text.skip, to: 'experiment' },
  Mark: ExperimentMark,
  load: async () => {
    const [{ CompareScreen }, { commands }] = await Promise.all([
      import('./compare.tsx'),
      import('./commands.ts'),
    ]);
    return { View: CompareScreen, commands: Object.values(commands) };
  },
};
