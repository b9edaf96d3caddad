import type { Screen } from '../../app/screen.ts';
import { ExperimentMark } from './experiment-mark.tsx';
import { ID, place } from './place.ts';
import { text } from './text.ts';

/** Experiments: arms compared over seeds, as a file says. */
export const experiments: Screen = {
  id: ID,
  title: text.title,
  key: '3',
  place,
  skip: { label: text.skip, to: 'experiment' },
  Mark: ExperimentMark,
  load: async () => {
    const [{ ExperimentsScreen }, { commands }] = await Promise.all([
      import('./experiments.tsx'),
      import('./commands.ts'),
    ]);
    return { View: ExperimentsScreen, commands: Object.values(commands) };
  },
};
