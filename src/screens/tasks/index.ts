import type { Screen } from '../../app/screen.ts';
import { TASK_ID } from './ids.ts';
import { ID, place } from './place.ts';
import { text } from './text.ts';

/** Tasks: those that somebody writes, checks, keeps and uses. */
export const tasks: Screen = {
  id: ID,
  title: text.title,
  key: '8',
  place,
  skip: { label: text.skip, to: TASK_ID },
  load: async () => {
    const [{ TasksScreen }, { commands }, { enclosure }] = await Promise.all([
      import('./tasks.tsx'),
      import('./commands.ts'),
      import('./enclosure.ts'),
    ]);
    return { View: TasksScreen, commands: Object.values(commands), enclosure };
  },
};
