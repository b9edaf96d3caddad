/** Tasks of one's own as a setting: one text, in the address and in the state alike. */
import type { TaskChoice } from '../domains/index.ts';
import {
  DEFAULT_HELD_OUT,
  DEFAULT_SPLIT,
  FILE_SOURCE,
  type FileSettings,
  type SplitBy,
  SPLITS,
} from '../domains/files/source.ts';

/** A stored file, and how its tasks are held out. */
export type OwnTasks = Pick<FileSettings, 'hash' | 'split' | 'heldOut'>;

/** The setting for the tasks of the preset. */
export const PRESET_TASKS = '';

export const ownTasks = (hash: string): OwnTasks => ({
  hash,
  split: DEFAULT_SPLIT,
  heldOut: DEFAULT_HELD_OUT,
});

export const writeOwnTasks = ({ hash, split, heldOut }: OwnTasks): string => `${hash}-${split}-${heldOut}`;

/** `null` for the preset's tasks, and for a text that says nothing. */
export function readOwnTasks(setting: string): OwnTasks | null {
  const [hash = '', split, share] = setting.split('-');
  const heldOut = Number(share);
  if (!/^[\da-f]{64}$/.test(hash) || !isSplit(split) || !(heldOut > 0 && heldOut <= 1)) return null;
  return { hash, split, heldOut };
}

const isSplit = (split: string | undefined): split is SplitBy =>
  (SPLITS as readonly (string | undefined)[]).includes(split);

/** The file that a run's tasks are of, by its name; absent for other tasks. */
export function tasksFile({ tasks, taskSettings }: TaskChoice): { readonly tasks?: string } {
  const { name } = (taskSettings ?? {}) as Partial<FileSettings>;
  return tasks === FILE_SOURCE && name !== undefined ? { tasks: name } : {};
}

/** The setting that stands for the tasks of a run. */
export function tasksSetting({ tasks, taskSettings }: TaskChoice): string {
  if (tasks !== FILE_SOURCE) return PRESET_TASKS;
  const { hash, split = DEFAULT_SPLIT, heldOut = DEFAULT_HELD_OUT } = taskSettings as Partial<OwnTasks>;
  return hash === undefined ? PRESET_TASKS : writeOwnTasks({ hash, split, heldOut });
}
