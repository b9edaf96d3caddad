import type { Screen } from '../../app/screen.ts';
import { commands } from './commands.ts';
import { RunMark } from './run-mark.tsx';
import { text } from './text.ts';

/** The Lab: set up a run, watch it learn, look at every completion of the latest step. */
export const lab: Screen = {
  id: 'lab',
  title: text.title,
  key: '1',
  commands: Object.values(commands),
  windowTitle: ({ slice }) => {
    const [done, config] = [slice('steps').length, slice('config')];
    return config && done > 0 ? text.windowTitle(done, config.steps) : null;
  },
  skip: { label: text.skip, to: 'run' },
  Mark: RunMark,
  load: async () => (await import('./lab.tsx')).LabScreen,
};
