import { copyParts, hashPart, isIntact, partBytes, readPart, type CutPart, type PartData } from './chunks.ts';
import {
  startingWith,
  write,
  type Database,
  type Manifest,
  type PartInfo,
  type RunPolicy,
  type RunRecord,
} from './database.ts';
import {
  CheckpointDamagedError,
  explained,
  formatBytes,
  NewerDatabaseError,
  StorageFullError,
  UnknownCheckpointError,
  UnknownRunError,
} from './errors.ts';
import { withFreeLock, withLock } from './locks.ts';

const FORMAT = 1;
const KEPT_GENERATIONS = 2;
/** Keys of this kind stand for themselves; all others are the ids of runs. */
export const MODEL_PREFIX = 'model:';

export interface Checkpoint {
  /** Steps done when it was taken. */
  readonly step: number;
  readonly parts: Readonly<Record<string, PartData>>;
  /** Configuration, random state, optimizer step, data cursor, …: anything that clones. */
  readonly meta: Readonly<Record<string, unknown>>;
}

export interface LoadedCheckpoint extends Checkpoint {
  /** What a person should know, e.g. that the newest generation was damaged; null when all is well. */
  readonly notice: string | null;
}

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

/** A run that comes with its first checkpoint. */
export interface Branch {
  readonly run: RunRecord;
  readonly policy: Omit<RunPolicy, 'run'> | null;
}

/**
 * Saves a new generation: chunks are written and read back first, then one small durable transaction writes the
 * manifest, moves `latest`, and stores the run of a branch. Whatever happens before that transaction, the previous
 * checkpoint stays the latest.
 * @throws StorageFullError before or during writing; UnknownRunError when the run was deleted meanwhile.
 */
export async function saveCheckpoint(
  database: Database,
  key: string,
  checkpoint: Checkpoint,
  branch: Branch | null = null,
): Promise<void> {
  const { step, meta } = checkpoint;
  // Copied, and the lock asked for, before anything is awaited: saves take effect in the order of the calls.
  const copies = copyParts(checkpoint.parts);
  await withLock(lockName(key), () =>
    explained(async () => {
      const cut = await Promise.all(copies.map(hashPart));
      await checkRoom(database, key, cut);
      const generation = await nextGeneration(database, key);
      let previous = 0;
      try {
        await writeChunks(database, key, generation, cut);
        for (const { info } of cut) {
          if (await isIntact(database, key, generation, info)) continue;
          throw new CheckpointDamagedError(
            `The part “${info.name}” did not read back as it was written, so the checkpoint of step ${step} was ` +
              'dropped; the previous one is kept. If this repeats, the disk may be failing.',
          );
        }
        const parts = cut.map(({ info }) => info);
        const manifest = {
          key,
          generation,
          format: FORMAT,
          step,
          created: Date.now(),
          meta,
          parts,
          damaged: false,
        };
        previous = (await database.get('latest', key)) ?? 0;
        await commit(database, manifest, branch);
      } catch (error) {
        // Frees the space at once; should even this fail, the next start collects the orphans.
        await database.delete('chunks', startingWith(key, generation)).catch(() => undefined);
        throw error;
      }
      await prune(database, key, previous, generation);
    }),
  );
}

/**
 * The latest checkpoint whose hashes are right; falls back to the generation before and says so.
 * @returns null when none was ever saved under this key.
 * @throws CheckpointDamagedError when all are damaged; NewerDatabaseError when this page is too old for it.
 */
export async function loadCheckpoint(database: Database, key: string): Promise<LoadedCheckpoint | null> {
  return explained(async () => {
    const latest = await database.get('latest', key);
    if (latest === undefined) return null;
    const manifests = (await database.getAll('manifests', startingWith(key))).toReversed();
    const damaged: Manifest[] = [];
    for (const manifest of manifests) {
      if (manifest.generation > latest) continue;
      if (manifest.format > FORMAT) {
        throw new NewerDatabaseError(
          `The checkpoint of step ${manifest.step} was written by a newer version of this page. It was left untouched; ` +
            'reload without the cache to get that version.',
        );
      }
      const parts = await readParts(database, manifest);
      if (parts !== null) {
        for (const bad of damaged) await database.put('manifests', { ...bad, damaged: true });
        const { step, meta } = manifest;
        return { step, meta, parts, notice: describeFallback(damaged, step) };
      }
      damaged.push(manifest);
    }
    throw new CheckpointDamagedError(
      `All ${damaged.length} saved checkpoints are damaged and none could be loaded. The recorded metrics and ` +
        'completions are kept; start a new run, or import exported weights.',
    );
  });
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
    if (damaged.length > 0) await database.put('manifests', { ...manifest, damaged: true });
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
    throw new CheckpointDamagedError(
      `What was saved at step ${step} is damaged and could not be read. Nothing was changed; go back to an earlier step, or ` +
        'use other weights.',
    );
  });
}

/**
 * Makes an earlier generation the one that a load begins with, or goes back to a later one. Later ones stay until the next
 * save. A run that goes on from here is no longer finished.
 * @throws UnknownCheckpointError
 */
export async function restoreGeneration(database: Database, key: string, generation: number): Promise<void> {
  await withLock(lockName(key), () =>
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
}

const restored = (run: RunRecord, step: number): RunRecord => ({
  ...run,
  status: step < run.config.steps ? 'paused' : 'finished',
});

/** Calls a model by another name. @throws UnknownCheckpointError */
export async function renameModel(database: Database, key: string, name: string): Promise<void> {
  await withLock(lockName(key), () =>
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

export async function deleteCheckpoint(database: Database, key: string): Promise<void> {
  await withLock(lockName(key), () =>
    explained(async () => {
      await write(database, ['manifests', 'latest', 'chunks', 'trash'], 'strict', (tx) => [
        () => tx.objectStore('trash').delete(key),
        () => tx.objectStore('manifests').delete(startingWith(key)),
        () => tx.objectStore('latest').delete(key),
        () => tx.objectStore('chunks').delete(startingWith(key)),
      ]);
    }),
  );
}

/**
 * Deletes chunks without a manifest, as a save that was cut off leaves them. A key that another tab is saving under
 * right now is left alone.
 */
export async function collectOrphans(database: Database): Promise<void> {
  await explained(async () => {
    for (const { key, generation } of await storedGenerations(database)) {
      await withFreeLock(lockName(key), async () => {
        const orphaned = (await database.getKey('manifests', [key, generation])) === undefined;
        if (orphaned) await database.delete('chunks', startingWith(key, generation));
      });
    }
  });
}

/** The distinct (key, generation) pairs that have chunks, by skipping from one to the next. */
async function storedGenerations(database: Database): Promise<{ key: string; generation: number }[]> {
  const found: { key: string; generation: number }[] = [];
  const tx = database.transaction('chunks');
  let cursor = await tx.store.openKeyCursor();
  while (cursor !== null) {
    const [key, generation] = cursor.key;
    found.push({ key, generation });
    cursor = await tx.store.openKeyCursor(IDBKeyRange.lowerBound([key, generation, []]));
  }
  await tx.done;
  return found;
}

async function readParts(database: Database, manifest: Manifest): Promise<Record<string, PartData> | null> {
  const parts: Record<string, PartData> = {};
  for (const info of manifest.parts) {
    const data = await readPart(database, manifest.key, manifest.generation, info);
    if (data === null) return null;
    parts[info.name] = data;
  }
  return parts;
}

async function writeChunks(
  database: Database,
  key: string,
  generation: number,
  cut: readonly CutPart[],
): Promise<void> {
  await write(database, ['chunks'], 'strict', (tx) =>
    cut.flatMap(({ info, chunks }) =>
      chunks.map(
        (chunk, index) => () => tx.objectStore('chunks').put(chunk, [key, generation, info.name, index]),
      ),
    ),
  );
}

async function commit(database: Database, manifest: Manifest, branch: Branch | null): Promise<void> {
  const { key, generation } = manifest;
  const stores = ['runs', 'runPolicies', 'manifests', 'latest', 'trash'] as const;
  await write(database, stores, 'strict', async (tx) => {
    const owned =
      branch !== null ||
      key.startsWith(MODEL_PREFIX) ||
      (await tx.objectStore('runs').getKey(key)) !== undefined;
    if (!owned) throw new UnknownRunError(key);
    return [
      ...(branch ? [() => tx.objectStore('runs').add(branch.run)] : []),
      ...(branch?.policy ? [() => tx.objectStore('runPolicies').put({ ...branch.policy!, run: key })] : []),
      () => tx.objectStore('manifests').put(manifest),
      () => tx.objectStore('latest').put(generation, key),
      // What is saved anew is not to go with what was deleted under its name.
      () => tx.objectStore('trash').delete(key),
    ];
  });
}

/** Keeps the newest of those that led here: not what came after an earlier one that was gone back to. */
async function prune(database: Database, key: string, previous: number, saved: number): Promise<void> {
  const manifests = (await database.getAll('manifests', startingWith(key))).toReversed();
  const kept = new Set(
    manifests
      .filter(({ damaged, generation }) => !damaged && (generation <= previous || generation >= saved))
      .slice(0, KEPT_GENERATIONS),
  );
  await write(database, ['manifests', 'chunks'], 'relaxed', (tx) =>
    manifests
      .filter((manifest) => !kept.has(manifest))
      .flatMap(({ generation }) => [
        () => tx.objectStore('manifests').delete([key, generation]),
        () => tx.objectStore('chunks').delete(startingWith(key, generation)),
      ]),
  );
}

/** Above every generation that has a manifest or a chunk, so that nothing is ever overwritten. */
async function nextGeneration(database: Database, key: string): Promise<number> {
  const [manifests, stored] = await Promise.all([
    database.getAllKeys('manifests', startingWith(key)),
    storedGenerations(database),
  ]);
  const used = stored.filter((chunk) => chunk.key === key).map(({ generation }) => generation);
  return Math.max(0, ...manifests.map(([, generation]) => generation), ...used) + 1;
}

async function checkRoom(database: Database, key: string, cut: readonly CutPart[]): Promise<void> {
  const needed = cut.reduce((total, { info }) => total + partBytes(info), 0);
  const { quota, usage } = (await navigator.storage?.estimate()) ?? {};
  if (quota === undefined || usage === undefined || needed <= quota - usage) return;
  const all = await listCheckpoints(database);
  const others = all.filter((other) => other.key !== key).toSorted((a, b) => b.bytes - a.bytes);
  const advice = others.slice(0, 3).map((other) => `${describeKey(other.key)} (${formatBytes(other.bytes)})`);
  const previous = all.find((other) => other.key === key);
  throw new StorageFullError(
    `The checkpoint needs ${formatBytes(needed)} but only ${formatBytes(Math.max(0, quota - usage))} are free, so it ` +
      `was not written. ${previous ? `The previous one, of step ${previous.step}, is kept. ` : ''}` +
      `Make room by deleting ${advice.length > 0 ? advice.join(' or ') : 'old runs, or other sites’ data'}, then continue.`,
  );
}

function describeFallback(damaged: readonly Manifest[], step: number): string | null {
  const [newest] = damaged;
  if (newest === undefined) return null;
  return `The checkpoint of step ${newest.step} was damaged; the one before it, of step ${step}, is used instead.`;
}

function describeKey(key: string): string {
  return key.startsWith(MODEL_PREFIX)
    ? `the model “${key.slice(MODEL_PREFIX.length)}”`
    : `the run ${key.slice(0, 8)}`;
}

function lockName(key: string): string {
  return `checkpoint:${key}`;
}
