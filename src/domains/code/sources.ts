import * as v from 'valibot';
import type { TaskSet, TaskSource } from '../domain.ts';
import { fileSource } from '../files/source.ts';
import { FAMILIES } from './starter/families/index.ts';
import type { StarterTask } from './starter/task.ts';
import type { CodeTask } from './task.ts';

/** Settings of the worlds that the project writes. */
interface WorldSettings {
  /** Only tasks of these families; all where nothing is said. */
  readonly families?: readonly string[] | undefined;
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
  },
  'must be an object with the setting “families”',
);

const only = (tasks: readonly StarterTask[], { families }: WorldSettings): StarterTask[] =>
  tasks.filter(({ family }) => families?.includes(family) ?? true);

const labelled = (task: StarterTask): StarterTask => ({ ...task, label: task.composition });

/** Worlds are built only where they are asked for: they take a second or two. */
async function starterSet(chosen: WorldSettings): Promise<TaskSet<StarterTask>> {
  const { referenceSolution, starterTasks } = await import('./starter/index.ts');
  const tasks = only(starterTasks(), chosen).map((task) => ({
    ...labelled(task),
    reference: referenceSolution(task).reasoning,
  }));
  return {
    train: tasks.filter(({ split }) => split === 'train'),
    heldOut: tasks.filter(({ split }) => split === 'held-out'),
  };
}

const starter: TaskSource<StarterTask, WorldSettings> = {
  name: 'starter',
  about:
    'Small Python functions over lists, words, digits and ranges; compositions in the held-out split are never trained on.',
  settings,
  load: starterSet,
};

const hard: TaskSource<StarterTask, WorldSettings> = {
  name: 'hard',
  about:
    'Two conditions at once, which the starter policy has never seen; evaluated on the held-out tasks of the starter world.',
  settings,
  async load(chosen) {
    const { hardTasks } = await import('./starter/hard.ts');
    return { train: only(hardTasks(), chosen).map(labelled), heldOut: (await starterSet(chosen)).heldOut };
  },
};

export const CODE_SOURCES: readonly TaskSource<CodeTask>[] = [starter, hard, fileSource('code')];
