import type { Screen } from '../../app/screen.ts';
import { RunMark } from './run-mark.tsx';
import { text } from './text.ts';

/** The Lab: set up a run, watch it learn, look at every completion of the latest step. */
export const lab: Screen = {
  id: 'lab',
  title: text.title,
  key: '1',
  windowTitle: ({ slice }) => {
    const [done, config] = [slice('steps').length, slice('config')];
    return config && done > 0 ? text.windowTitle(done, config.steps) : null;
  },
  parts: text.parts,
  skip: { label: text.skip, to: 'run' },
  Mark: RunMark,
  load: async () => {
    const [{ LabScreen }, { commands }] = await Promise.all([import('./lab.tsx'), import('./commands.ts')]);
    return { View: LabScreen, commands: Object.values(commands) };
  },
};
