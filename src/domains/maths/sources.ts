import * as v from 'valibot';
import type { TaskSource } from '../domain.ts';
import { fileSource } from '../files/source.ts';
import { type Half, halfOf, HALVES } from '../halves.ts';
import { FAMILIES } from './starter/families/index.ts';
import type { StarterTask } from './starter/world.ts';
import type { MathsTask } from './task.ts';

interface WorldSettings {
  /** Only tasks of these families; all where nothing is said. */
  readonly families?: readonly string[] | undefined;
  /** Only the train tasks of one half; held-out tasks are the same. */
  readonly half?: Half | undefined;
}

const names = FAMILIES.map(({ name }) => name);

const settings = v.strictObject(
  {
    families: v.optional(
      v.pipe(
        v.array(v.picklist(names, `must be among ${names.join(', ')}`), 'must be a list of families'),
        v.nonEmpty('must name at least one family'),
      ),
    ),
    half: v.optional(v.picklist(HALVES, `must be one of ${HALVES.join(', ')}`)),
  },
  'must be an object with the settings “families” and “half”',
);

const starter: TaskSource<StarterTask, WorldSettings> = {
  name: 'starter',
  about:
    'Arithmetic in several steps, stories, linear equations, digits and fractions; the held-out split has new compositions, more steps and larger numbers.',
  settings,
  async load({ families, half }) {
    const { referenceSolution, starterTasks } = await import('./starter/index.ts');
    const tasks = starterTasks()
      .filter(({ family }) => families?.includes(family) ?? true)
      .map((task) => ({
        ...task,
        label: task.composition,
        reference: referenceSolution(task).reasoning,
      }));
    return {
      train: tasks
        .filter(({ split }) => split === 'train')
        .filter(({ composition }) => half === undefined || halfOf(composition) === half),
      heldOut: tasks.filter(({ split }) => split === 'held-out'),
    };
  },
};

export const MATHS_SOURCES: readonly TaskSource<MathsTask>[] = [starter, fileSource('maths')];
