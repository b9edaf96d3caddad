import type { text as benchmark } from '../../screens/benchmark/text.ts';
import type { text as compare } from '../../screens/compare/text.ts';
import type { text as diagnostics } from '../../screens/diagnostics/text.ts';
import type { text as lesson } from '../../screens/lesson/text.ts';
import type { text as models } from '../../screens/models/text.ts';
import type { text as rewardLab } from '../../screens/reward-lab/text.ts';
import type { text as rollouts } from '../../screens/rollouts/text.ts';
import type { text as tasks } from '../../screens/tasks/text.ts';
import type { Some } from '../../text/spoken.ts';
import { app } from './app.ts';
import { lab } from './lab.ts';
import { tryIt } from './try-it.ts';

/** German, by the names of the catalogues. Whole: the page itself, the Lab and Try it; of the others, their names. */
const de = {
  app,
  lab,
  tryIt,
  lesson: {
    title: 'Lektion',
    skip: 'Zur Lektion springen',
    chapters: 'Kapitel',
    predicted: 'Vorhersage gemacht',
    chapter: (n: number) => `Kapitel ${n}`,
    next: 'Nächstes Kapitel',
    back: 'Voriges Kapitel',
    loading: 'Die Aufzeichnung wird geholt',
  } satisfies Some<typeof lesson>,
  rewardLab: { title: 'Belohnungslabor' } satisfies Some<typeof rewardLab>,
  compare: { title: 'Vergleich' } satisfies Some<typeof compare>,
  rollouts: { title: 'Rollouts' } satisfies Some<typeof rollouts>,
  benchmark: { title: 'Benchmark' } satisfies Some<typeof benchmark>,
  models: { title: 'Modelle' } satisfies Some<typeof models>,
  tasks: { title: 'Aufgaben' } satisfies Some<typeof tasks>,
  diagnostics: { title: 'Diagnose' } satisfies Some<typeof diagnostics>,
};
export default de;
