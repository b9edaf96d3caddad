import type { Screen } from '../../app/screen.ts';
import { BenchmarkMark } from './benchmark-mark.tsx';
import { ID, place } from './place.ts';
import { text } from './text.ts';

/** Benchmark: policies evaluated on held-out tasks, side by side. */
export const benchmark: Screen = {
  id: ID,
  title: text.title,
  key: '5',
  place,
  skip: { label: text.skip, to: 'benchmark' },
  Mark: BenchmarkMark,
  load: async () => {
    const [{ BenchmarkScreen }, { commands }] = await Promise.all([
      import('./benchmark.tsx'),
      import('./commands.ts'),
    ]);
    return { View: BenchmarkScreen, commands: Object.values(commands) };
  },
};
