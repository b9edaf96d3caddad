/** What is kept of checkpoints: looked at, checked, gone back to and renamed. */
import { isIntact, partBytes, readParts } from './chunks.ts';
import type { Checkpoint, LoadedCheckpoint } from './checkpoints.ts';
import {
  startingWith,
  write,
  type Database,
  type Manifest,
  type PartInfo,
  type RunRecord,
} from './database.ts';
import { CheckpointDamagedError, explained, RunInUseError, UnknownCheckpointError } from './errors.ts';
import { checkpointLock, holdLock, runLock, withLock } from './locks.ts';

export interface CheckpointSummary {
  readonly key: string;
  readonly generation: number;
  readonly step: number;
  readonly created: number;
  readonly bytes: number;
}

/** What is kept of a key at one time, without its weights. */
export interface Generation extends CheckpointSummary {
  /** Whether a load or a check found a hash wrong. */
  readonly damaged: boolean;
  /** Whether it is the one that a load begins with. */
  readonly current: boolean;
  readonly meta: Checkpoint['meta'];
  readonly parts: readonly PartInfo[];
}

/** The latest checkpoint of every key, without reading their chunks. */
export async function listCheckpoints(database: Database): Promise<CheckpointSummary[]> {
  return explained(async () => {
    const all = await listGenerations(database);
    return all
      .filter(({ current }) => current)
      .map(({ key, generation, step, created, bytes }) => ({ key, generation, step, created, bytes }));
  });
}

/** Every kept generation, oldest first within its key; without what is in the trash. */
export async function listGenerations(database: Database): Promise<Generation[]> {
  return explained(async () => {
    const tx = database.transaction(['manifests', 'latest', 'trash']);
    const latest = tx.objectStore('latest');
    const [manifests, keys, values, trash] = await Promise.all([
      tx.objectStore('manifests').getAll(),
      latest.getAllKeys(),
      latest.getAll(),
      tx.objectStore('trash').getAllKeys(),
    ]);
    const current = new Map(keys.map((key, i) => [key, values[i]]));
    return manifests
      .filter(({ key }) => !trash.includes(key))
      .map(({ key, generation, step, created, damaged, meta, parts }) => ({
        key,
        generation,
        step,
        created,
        damaged,
        meta,
        parts,
        current: current.get(key) === generation,
        bytes: parts.reduce((total, part) => total + partBytes(part), 0),
      }));
  });
}

/** What the check of a generation found. */
export interface IntegrityReport {
  readonly chunks: number;
  readonly bytes: number;
  /** Names of the parts of which a chunk is missing or is not as its hash says. */
  readonly damaged: readonly string[];
}

/**
 * Reads every chunk of a generation and compares its hash; one that is damaged is marked, so that it is not kept in place
 * of a good one. `report` hears how many of the parts were read.
 * @throws UnknownCheckpointError
 */
export async function checkGeneration(
  database: Database,
  key: string,
  generation: number,
  report: (done: number, total: number) => void = () => {},
): Promise<IntegrityReport> {
  return explained(async () => {
    const manifest = await manifestOf(database, key, generation);
    const { parts } = manifest;
    const damaged: string[] = [];
    for (const [i, part] of parts.entries()) {
      report(i, parts.length);
      if (!(await isIntact(database, key, generation, part))) damaged.push(part.name);
    }
    // One that was deleted meanwhile, as a save does with an old one, is missing and not damaged.
    if (damaged.length > 0 && !(await markDamaged(database, manifest))) throw new UnknownCheckpointError(key);
    return {
      chunks: parts.reduce((total, { chunks }) => total + chunks.length, 0),
      bytes: parts.reduce((total, part) => total + partBytes(part), 0),
      damaged,
    };
  });
}

/** One generation with its weights. @throws UnknownCheckpointError, CheckpointDamagedError */
export async function loadGeneration(
  database: Database,
  key: string,
  generation: number,
): Promise<LoadedCheckpoint> {
  return explained(async () => {
    const manifest = await manifestOf(database, key, generation);
    const parts = await readParts(database, manifest);
    const { step, meta } = manifest;
    if (parts !== null) return { step, meta, parts, notice: null };
    if (!(await markDamaged(database, manifest))) throw new UnknownCheckpointError(key);
    throw new CheckpointDamagedError(
      `What was saved at step ${step} is damaged and could not be read. Nothing was changed; go back to an earlier step, or ` +
        'use other weights.',
    );
  });
}

/**
 * Makes an earlier generation the one that a load begins with, or goes back to a later one. Later ones stay until the next
 * save. A run that goes on from here is no longer finished.
 * @throws UnknownCheckpointError; RunInUseError while its run trains, here or in another tab
 */
export async function restoreGeneration(database: Database, key: string, generation: number): Promise<void> {
  const release = await holdLock(runLock(key));
  if (!release) throw new RunInUseError();
  try {
    await withLock(checkpointLock(key), () =>
      explained(() =>
        write(database, ['runs', 'manifests', 'latest'], 'strict', async (tx) => {
          const manifest = await tx.objectStore('manifests').get([key, generation]);
          if (manifest === undefined) throw new UnknownCheckpointError(key);
          const run = await tx.objectStore('runs').get(key);
          return [
            () => tx.objectStore('latest').put(generation, key),
            ...(run ? [() => tx.objectStore('runs').put(restored(run, manifest.step))] : []),
          ];
        }),
      ),
    );
  } finally {
    release();
  }
}

const restored = (run: RunRecord, step: number): RunRecord => ({
  ...run,
  status: step < run.config.steps ? 'paused' : 'finished',
});

/** Calls a model by another name. @throws UnknownCheckpointError */
export async function renameModel(database: Database, key: string, name: string): Promise<void> {
  await withLock(checkpointLock(key), () =>
    explained(() =>
      write(database, ['manifests'], 'strict', async (tx) => {
        const manifests = await tx.objectStore('manifests').getAll(startingWith(key));
        if (manifests.length === 0) throw new UnknownCheckpointError(key);
        return manifests.map(
          (manifest) => () =>
            tx.objectStore('manifests').put({ ...manifest, meta: { ...manifest.meta, name } }),
        );
      }),
    ),
  );
}

async function manifestOf(database: Database, key: string, generation: number): Promise<Manifest> {
  const manifest = await database.get('manifests', [key, generation]);
  if (manifest === undefined) throw new UnknownCheckpointError(key);
  return manifest;
}

/** So that pruning does not keep it in place of a good one; whether it is still there to be marked. */
export async function markDamaged(database: Database, { key, generation }: Manifest): Promise<boolean> {
  let found = false;
  await write(database, ['manifests'], 'relaxed', async (tx) => {
    const manifest = await tx.objectStore('manifests').get([key, generation]);
    found = manifest !== undefined;
    return manifest ? [() => tx.objectStore('manifests').put({ ...manifest, damaged: true })] : [];
  });
  return found;
}
