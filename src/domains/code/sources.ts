import * as v from 'valibot';
import type { TaskSet, TaskSource } from '../domain.ts';
import { fileSource } from '../files/source.ts';
import { type Half, halfOf, HALVES } from '../halves.ts';
import { FAMILIES } from './starter/families/index.ts';
import type { StarterTask } from './starter/task.ts';
import type { CodeTask } from './task.ts';

/** Settings of the worlds that the project writes. */
interface WorldSettings {
  /** Only tasks of these families; all where nothing is said. */
  readonly families?: readonly string[] | undefined;
}

interface StarterSettings extends WorldSettings {
  /** Only the train tasks of one half; held-out tasks are the same. */
  readonly half?: Half | undefined;
  /** Share of the train tasks whose visible tests try the edge case once; 0 where nothing is said. */
  readonly edgeShare?: number | undefined;
}

const names = FAMILIES.map(({ name }) => name);

const families = v.optional(
  v.pipe(
    v.array(v.picklist(names, `must be among ${names.join(', ')}`), 'must be a list of families'),
    v.nonEmpty('must name at least one family'),
  ),
);
const SHARE = 'must be a number from 0 to 1';

const worldSettings = v.strictObject({ families }, 'must be an object with the setting “families”');

const starterSettings = v.strictObject(
  {
    families,
    half: v.optional(v.picklist(HALVES, `must be one of ${HALVES.join(', ')}`)),
    edgeShare: v.optional(v.pipe(v.number(SHARE), v.minValue(0, SHARE), v.maxValue(1, SHARE))),
  },
  'must be an object with the settings “families”, “half” and “edgeShare”',
);

const only = (tasks: readonly StarterTask[], { families: wanted }: WorldSettings): StarterTask[] =>
  tasks.filter(({ family }) => wanted?.includes(family) ?? true);

const labelled = (task: StarterTask): StarterTask => ({ ...task, label: task.composition });

/** Worlds are built only where they are asked for: they take a second or two. */
async function starterSet(chosen: StarterSettings): Promise<TaskSet<StarterTask>> {
  const { half, edgeShare = 0 } = chosen;
  const { referenceSolution, starterTasks, withVisibleEdge } = await import('./starter/index.ts');
  const tasks = only(starterTasks(), chosen).map((task) => ({
    ...labelled(task),
    reference: referenceSolution(task).reasoning,
  }));
  return {
    train: tasks
      .filter(({ split }) => split === 'train')
      .filter(({ composition }) => half === undefined || halfOf(composition) === half)
      .map((task) => withVisibleEdge(task, edgeShare)),
    heldOut: tasks.filter(({ split }) => split === 'held-out'),
  };
}

const starter: TaskSource<StarterTask, StarterSettings> = {
  name: 'starter',
  about:
    'Small Python functions over lists, words, digits and ranges; compositions in the held-out split are never trained on.',
  settings: starterSettings,
  load: starterSet,
};

const hard: TaskSource<StarterTask, WorldSettings> = {
  name: 'hard',
  about:
    'Two conditions at once, which the starter policy has never seen; evaluated on the held-out tasks of the starter world.',
  settings: worldSettings,
  async load(chosen) {
    const { hardTasks } = await import('./starter/hard.ts');
    return { train: only(hardTasks(), chosen).map(labelled), heldOut: (await starterSet(chosen)).heldOut };
  },
};

export const CODE_SOURCES: readonly TaskSource<CodeTask>[] = [starter, hard, fileSource('code')];
