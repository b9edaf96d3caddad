/** Tasks of a file as a source: which file, and which of its tasks are held out. */
import * as v from 'valibot';
import { Random } from '../../random.ts';
import { type Task, type TaskFile, TaskFileError, type TaskSet, type TaskSource } from '../domain.ts';

/** Name of the source in every domain. */
export const FILE_SOURCE = 'file';

/** By what tasks are held out: each by itself, or whole families. */
export const SPLITS = ['id', 'family'] as const;
export type SplitBy = (typeof SPLITS)[number];

export const DEFAULT_SPLIT: SplitBy = 'id';
/** Share of the tasks, or of the families, that are never trained on. */
export const DEFAULT_HELD_OUT = 0.2;

export interface FileSettings {
  /** The hash of the checked tasks. */
  readonly hash: string;
  /** What the file was called, for people. */
  readonly name: string;
  readonly split: SplitBy;
  readonly heldOut: number;
}

const settings = v.strictObject(
  {
    hash: v.pipe(
      v.string('must be the hash of a file that was opened'),
      v.regex(/^[\da-f]{64}$/, 'must be a SHA-256 in hexadecimal'),
    ),
    name: v.optional(v.string('must be a text'), 'tasks'),
    split: v.optional(v.picklist(SPLITS, `must be one of ${SPLITS.join(', ')}`), DEFAULT_SPLIT),
    heldOut: v.optional(
      v.pipe(
        v.number('must be a number'),
        v.gtValue(0, 'must be above 0, or nothing is left to evaluate on'),
        v.maxValue(1, 'must be at most 1'),
      ),
      DEFAULT_HELD_OUT,
    ),
  },
  'must be an object with the hash of a file',
);

/** In [0, 1) and the same wherever the task stands: other tasks do not move it to another split. */
const placeOf = (key: string): number => new Random(0, 0, `held out ${key}`).uniform();

/**
 * Tasks whose place is below the share are held out. Where the share is neither all nor none, at least one task, or
 * family, is on either side.
 */
function divided<T extends Task>(file: TaskFile<T>, { name, split, heldOut }: FileSettings): TaskSet<T> {
  const keyOf = (task: Omit<T, 'split'>): string => (split === 'id' ? task.id : task.family);
  const keys = [...new Set(file.tasks.map(keyOf))].sort(
    (a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1),
  );
  const below = keys.filter((key) => placeOf(key) < heldOut).length;
  const count = heldOut === 1 ? keys.length : Math.min(Math.max(below, 1), keys.length - 1);
  if (count === 0)
    throw new TaskFileError(
      split === 'family'
        ? `All tasks of ${name} are of one family, so none can be held out by family: split by id, or hold all out to evaluate on them alone (heldOut 1).`
        : `${name} has one task, so it cannot be trained on and held out: add tasks, or hold all out to evaluate on it alone (heldOut 1).`,
    );
  const held = new Set(keys.slice(0, count));
  const of = (side: boolean, name: Task['split']): T[] =>
    file.tasks
      .filter((task) => held.has(keyOf(task)) === side)
      .map((task) => ({ ...task, split: name }) as unknown as T);
  return { train: of(false, 'train'), heldOut: of(true, 'held-out') };
}

/** The tasks of one domain in a file. */
export const fileSource = <T extends Task>(domain: string): TaskSource<T, FileSettings> => ({
  name: FILE_SOURCE,
  about: 'Tasks of a file of your own, checked when it was opened.',
  settings,
  fileOf: ({ hash }) => hash,
  async load(chosen, file) {
    const { name, hash } = chosen;
    if (!file)
      throw new TaskFileError(
        `The tasks of ${name} (${hash.slice(0, 12)}…) are not stored here any more. Open the file again; what was computed with them is kept.`,
      );
    if (file.domain !== domain)
      throw new TaskFileError(`${name} holds tasks of the domain ${file.domain}, not of ${domain}.`);
    return divided(file, chosen);
  },
});
