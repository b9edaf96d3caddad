/** Writes what was changed as soon as the store is free; of each task the newest, and again what could not be written. */
import type { Store, StoredTask, StoredTaskSet, TaskSetChange } from '../../../store/index.ts';

export interface Saver {
  /** Takes a change over what was not yet written of the same list. */
  save(change: TaskSetChange): void;
  /** Resolves when nothing waits any more, or what waits could not be written. */
  written(): Promise<void>;
  /** Forgets what was not written of a list. */
  forget(set: string): void;
}

export interface SaverOptions {
  readonly store: () => Promise<Pick<Store, 'putTaskSet'>>;
  /** Hears how a writing ended: with nothing, or with what went wrong. What could not be written waits for the next. */
  readonly ended: (error: unknown) => void;
}

interface Waiting {
  set: StoredTaskSet;
  /** `null` for one that is deleted. */
  readonly tasks: Map<string, StoredTask | null>;
}

export function createSaver({ store, ended }: SaverOptions): Saver {
  let waiting = new Map<string, Waiting>();
  let writing: Promise<void> | null = null;

  const add = ({ set, put, remove }: TaskSetChange): void => {
    const known = waiting.get(set.id) ?? { set, tasks: new Map<string, StoredTask | null>() };
    known.set = set;
    for (const task of put) known.tasks.set(task.key, task);
    for (const key of remove) known.tasks.set(key, null);
    waiting.set(set.id, known);
  };
  const changeOf = ({ set, tasks }: Waiting): TaskSetChange => ({
    set,
    put: [...tasks.values()].filter((task) => task !== null),
    remove: [...tasks].flatMap(([key, task]) => (task === null ? [key] : [])),
  });
  /** Puts back what could not be written, under what has changed since. */
  const putBack = (failed: readonly TaskSetChange[]): void => {
    const newer = [...waiting.values()].map(changeOf);
    waiting = new Map();
    for (const change of [...failed, ...newer]) add(change);
  };
  const write = async (): Promise<void> => {
    let failed: unknown = null;
    while (waiting.size > 0 && failed === null) {
      const changes = [...waiting.values()].map(changeOf);
      waiting = new Map();
      try {
        const opened = await store();
        for (const change of changes) await opened.putTaskSet(change);
      } catch (error) {
        putBack(changes);
        failed = error;
      }
    }
    // At once: what is saved from here on begins a writing of its own.
    writing = null;
    ended(failed);
  };
  return {
    save(change) {
      add(change);
      writing ??= write();
    },
    async written() {
      await writing;
    },
    forget: (set) => void waiting.delete(set),
  };
}
