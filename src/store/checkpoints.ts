/** Weights with all that goes with them: saved, loaded and deleted, the latest of each key and the one before. */
import {
  copyParts,
  hashPart,
  isIntact,
  partBytes,
  readParts,
  storedGenerations,
  type CutPart,
  type PartData,
} from './chunks.ts';
import {
  startingWith,
  write,
  type Database,
  type Manifest,
  type RunPolicy,
  type RunRecord,
} from './database.ts';
import {
  CheckpointDamagedError,
  explained,
  formatBytes,
  NewerDatabaseError,
  StorageFullError,
  UnknownRunError,
} from './errors.ts';
import { listGenerations, markDamaged, type Generation } from './generations.ts';
import { checkpointLock, withFreeLock, withLock } from './locks.ts';

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
  await withLock(checkpointLock(key), () =>
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
        for (const bad of damaged) await markDamaged(database, bad);
        const { step, meta } = manifest;
        return { step, meta, parts, notice: describeFallback(damaged, step) };
      }
      damaged.push(manifest);
    }
    throw new CheckpointDamagedError(
      `${damaged.length === 1 ? 'The saved checkpoint is' : `All ${damaged.length} saved checkpoints are`} damaged and could not be ` +
        'loaded. The recorded metrics and completions are kept; start a new run, or import exported weights.',
    );
  });
}

export async function deleteCheckpoint(database: Database, key: string): Promise<void> {
  await withLock(checkpointLock(key), () =>
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
      await withFreeLock(checkpointLock(key), async () => {
        const orphaned = (await database.getKey('manifests', [key, generation])) === undefined;
        if (orphaned) await database.delete('chunks', startingWith(key, generation));
      });
    }
  });
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
  const all = (await listGenerations(database)).filter(({ current }) => current);
  const others = all.filter((other) => other.key !== key).toSorted((a, b) => b.bytes - a.bytes);
  const advice = others.slice(0, 3).map((other) => `${nameOf(other)} (${formatBytes(other.bytes)})`);
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

function nameOf({ key, meta }: Generation): string {
  if (!key.startsWith(MODEL_PREFIX)) return `the run ${key.slice(0, 8)}`;
  const { name } = meta;
  return `the model “${typeof name === 'string' ? name : key.slice(MODEL_PREFIX.length)}”`;
}
