import type { Screen } from '../../app/screen.ts';
import { ID, place } from './place.ts';
import { text } from './text.ts';

/** The Lesson: what Posterior-GRPO does and why, on recorded runs. */
export const lesson: Screen = {
  id: ID,
  title: text.title,
  key: '0',
  welcome: true,
  place,
  parts: { contents: text.chapters },
  skip: { label: text.skip, to: 'lesson' },
  load: async () => {
    const [{ LessonScreen }, { commands }] = await Promise.all([
      import('./lesson.tsx'),
      import('./commands.ts'),
    ]);
    return { View: LessonScreen, commands };
  },
};
