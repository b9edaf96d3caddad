/** Deleting that can be taken back: marked first, and done when nobody can take it back any more. */
import { deleteCheckpoint, MODEL_PREFIX } from './checkpoints.ts';
import type { Database } from './database.ts';
import { explained, RunInUseError } from './errors.ts';
import { holdLock, runLock, withFreeLock } from './locks.ts';
import { deleteRun } from './runs.ts';

/** Something that was put into the trash; one of the two is called, once. */
export interface Discarded {
  /** Brings it back. */
  restore(): Promise<void>;
  /** Deletes it for good; what was saved under its key meanwhile stays. */
  remove(): Promise<void>;
}

/** @throws RunInUseError while the run trains, here or in another tab */
export async function discard(database: Database, key: string): Promise<Discarded> {
  // Held as long as it can be taken back: nobody trains it, and no other tab empties the trash of it.
  const release = await holdLock(runLock(key));
  if (!release) throw new RunInUseError();
  const released = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await explained(work);
    } finally {
      release();
    }
  };
  try {
    await explained(() => database.put('trash', { key }));
  } catch (error) {
    release();
    throw error;
  }
  return {
    restore: () => released(() => database.delete('trash', key)),
    remove: () => released(() => empty(database, key)),
  };
}

/** Deletes what earlier visits left in the trash, but for what another tab can still bring back. */
export async function collectTrash(database: Database): Promise<void> {
  for (const key of await explained(() => database.getAllKeys('trash')))
    await withFreeLock(runLock(key), () => empty(database, key));
}

async function empty(database: Database, key: string): Promise<void> {
  if ((await explained(() => database.getKey('trash', key))) === undefined) return;
  await (key.startsWith(MODEL_PREFIX) ? deleteCheckpoint(database, key) : deleteRun(database, key));
}
