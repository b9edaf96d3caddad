/**
 * Models of other people, as large as they come: their files as they are, in the file system that a browser keeps for a
 * site. A file has the name of its hash, so that models share it. What makes a model of files is a record that is written
 * when all of them are there; until then another record says what was begun.
 *
 * `models/files/HASH`, `models/whole/KEY.json`, `models/begun/KEY.json`, and `models/deleted/KEY` while a deletion can be
 * taken back.
 */
import * as v from 'valibot';
import { formatBytes, ModelInUseError, StorageFullError, StorageRefusedError } from './errors.ts';
import { holdLock, withFreeLock, withLock } from './locks.ts';
import { answered } from './silence.ts';
import type { Discarded } from './trash.ts';

const recordSchema = v.object({
  key: v.string(),
  /** Milliseconds since 1970. */
  created: v.number(),
  files: v.array(
    v.object({ name: v.string(), sizeBytes: v.number(), hash: v.pipe(v.string(), v.regex(/^\w+$/)) }),
  ),
  /** What its maker keeps of it; whoever reads it checks it. */
  about: v.unknown(),
});

export type ModelRecord = Readonly<v.InferOutput<typeof recordSchema>>;
export type ModelFile = ModelRecord['files'][number];

export interface KeptModel extends ModelRecord {
  /** Whether all files are there; otherwise its download was interrupted, or is going on. */
  readonly whole: boolean;
  /** Of its files, what is there. */
  readonly hereBytes: number;
  /** What deleting it makes free: files that another model has, too, stay. */
  readonly ownBytes: number;
}

/** A file while it is written. */
export interface WritableFile {
  readonly sizeBytes: number;
  read(at: number, count: number): Promise<Uint8Array>;
  write(bytes: Uint8Array, at: number): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
  close(whole: boolean): Promise<void>;
}

/** Where the files of one model are written. */
export interface ModelPlace {
  /** With what is there of it, from this model or another that has it, too. */
  open(file: ModelFile): Promise<WritableFile>;
}

export interface ModelFiles {
  /** Newest first; those that are whole and those that were begun. @throws StorageSilentError */
  list(): Promise<KeptModel[]>;
  /** A file of a model that is whole; null where it has none of this name. */
  file(model: ModelRecord, name: string): Promise<File | null>;
  /**
   * Writes a model: `work` brings its files. What it leaves when it fails is kept as a beginning.
   * To be called in a worker, where alone files can be written in place.
   * @throws ModelInUseError, StorageFullError, and what `work` throws
   */
  write(record: Omit<ModelRecord, 'created'>, work: (place: ModelPlace) => Promise<void>): Promise<void>;
  /** As that of a store. @throws ModelInUseError while it is downloaded */
  discard(key: string): Promise<Discarded>;
}

/** Held while a model is downloaded, by any tab: one at a time, so that no file has two writers. */
const DOWNLOAD = 'models:download';
/** Held while records change. */
const RECORDS = 'models:records';
const modelLock = (key: string): string => `models:${key}`;

type Folder = FileSystemDirectoryHandle;
type Kind = 'whole' | 'begun';

/**
 * @throws StorageRefusedError where the browser keeps no files for this page
 * @throws StorageSilentError where it does not answer
 */
export const openModelFiles = (name = 'models'): Promise<ModelFiles> => answered(open(name));

async function open(name: string): Promise<ModelFiles> {
  const root = await rootFolder(name);
  const [files, whole, begun, deleted] = await Promise.all(
    ['files', 'whole', 'begun', 'deleted'].map((each) => root.getDirectoryHandle(each, { create: true })),
  ) as [Folder, Folder, Folder, Folder]; // prettier-ignore
  const folders = { whole, begun };

  const records = async (kind: Kind): Promise<ModelRecord[]> => {
    const read: ModelRecord[] = [];
    for await (const [, handle] of folders[kind].entries()) {
      const parsed = v.safeParse(recordSchema, await contentOf(handle));
      if (parsed.success) read.push(parsed.output);
    }
    return read;
  };
  const sizeOf = async ({ hash }: Pick<ModelFile, 'hash'>): Promise<number> =>
    (await fileOf(files, hash))?.size ?? 0;

  const list = async (): Promise<KeptModel[]> => {
    const [finished, started, gone] = await Promise.all([
      records('whole'),
      records('begun'),
      namesIn(deleted),
    ]);
    const known = new Set(finished.map(({ key }) => key));
    const all = [...finished, ...started.filter(({ key }) => !known.has(key))];
    const users = new Map<string, number>();
    for (const { hash } of all.flatMap((each) => each.files)) users.set(hash, (users.get(hash) ?? 0) + 1);
    const kept = all
      .filter(({ key }) => !gone.has(key))
      .map(async (record): Promise<KeptModel> => {
        const sizes = await Promise.all(record.files.map(sizeOf));
        const isOwn = ({ hash }: ModelFile): boolean => users.get(hash) === 1;
        return {
          ...record,
          whole: known.has(record.key) && record.files.every(({ sizeBytes }, i) => sizes[i] === sizeBytes),
          hereBytes: sum(sizes),
          ownBytes: sum(sizes.filter((_, i) => isOwn(record.files[i]!))),
        };
      });
    return (await Promise.all(kept)).toSorted((a, b) => b.created - a.created);
  };

  /** Deletes files that belong to no model. */
  const collect = async (): Promise<void> => {
    const used = new Set(
      [...(await records('whole')), ...(await records('begun'))].flatMap((each) =>
        each.files.map(({ hash }) => hash),
      ),
    );
    for (const hash of await namesIn(files)) if (!used.has(hash)) await remove(files, hash);
  };
  const forget = async (key: string): Promise<void> => {
    for (const folder of [whole, begun]) await remove(folder, `${key}.json`);
    await remove(deleted, key);
    await collect();
  };
  // What was deleted in an earlier visit, but for what another tab can still bring back.
  await withLock(RECORDS, async () => {
    for (const key of await namesIn(deleted)) await withFreeLock(modelLock(key), () => forget(key));
  });

  return {
    list: () => answered(list()),
    file: async (model, wanted) => {
      const found = model.files.find((each) => each.name === wanted);
      return found ? fileOf(files, found.hash) : null;
    },
    async write(record, work) {
      const release = await held([DOWNLOAD, modelLock(record.key)]);
      try {
        await checkRoom(record.files, sizeOf);
        const dated = { ...record, created: Date.now() };
        await withLock(RECORDS, async () => {
          await remove(deleted, record.key);
          // A record that is there stays as it is: while it is written, it is not there, and its files are nobody's.
          const before = (await records('begun')).find(({ key }) => key === record.key);
          if (JSON.stringify(before?.files) !== JSON.stringify(record.files)) await writeRecord(begun, dated);
          await collect();
        });
        await work({ open: (file) => openFile(files, file, record.files) });
        await withLock(RECORDS, async () => {
          await writeRecord(whole, dated);
          await remove(begun, `${record.key}.json`);
        });
      } finally {
        release();
      }
    },
    async discard(key) {
      const release = await held([modelLock(key)]);
      try {
        await deleted.getFileHandle(key, { create: true });
      } catch (error) {
        release();
        throw error;
      }
      const released = async (work: () => Promise<void>): Promise<void> => {
        try {
          await withLock(RECORDS, work);
        } finally {
          release();
        }
      };
      return {
        restore: () => released(() => remove(deleted, key)),
        remove: () => released(() => forget(key)),
      };
    },
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

async function rootFolder(name: string): Promise<Folder> {
  try {
    const site = await navigator.storage.getDirectory();
    return await site.getDirectoryHandle(name, { create: true });
  } catch (cause) {
    throw new StorageRefusedError(
      'The browser keeps no files for this page, so no model can be kept. Open the page outside private windows, at an https address or on this machine.',
      { cause },
    );
  }
}

/** Takes all of these locks, or none. @throws ModelInUseError */
async function held(names: readonly string[]): Promise<() => void> {
  const releases: (() => void)[] = [];
  const release = (): void => releases.forEach((each) => each());
  for (const name of names) {
    const taken = await holdLock(name);
    if (taken) {
      releases.push(taken);
      continue;
    }
    release();
    throw new ModelInUseError();
  }
  return release;
}

async function namesIn(folder: Folder): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const name of folder.keys()) names.add(name);
  return names;
}

const absent = (error: unknown): null => {
  if (error instanceof DOMException && error.name === 'NotFoundError') return null;
  throw error;
};

const fileOf = async (folder: Folder, name: string): Promise<File | null> =>
  (await folder.getFileHandle(name).catch(absent))?.getFile().catch(absent) ?? null;

const remove = async (folder: Folder, name: string): Promise<void> =>
  void (await folder.removeEntry(name).catch(absent));

/** The JSON of a file; null where it was not written to its end. */
async function contentOf(handle: FileSystemHandle): Promise<unknown> {
  try {
    return JSON.parse(await (await (handle as FileSystemFileHandle).getFile()).text()) as unknown;
  } catch {
    return null;
  }
}

async function writeRecord(folder: Folder, record: ModelRecord): Promise<void> {
  const file = await folder.getFileHandle(`${record.key}.json`, { create: true });
  const handle = await file.createSyncAccessHandle();
  try {
    const bytes = new TextEncoder().encode(JSON.stringify(record));
    handle.truncate(0);
    if (handle.write(bytes, { at: 0 }) < bytes.byteLength) throw new DOMException('', 'QuotaExceededError');
    handle.flush();
  } catch (error) {
    throw isFull(error) ? full(0) : error;
  } finally {
    handle.close();
  }
}

async function openFile(
  folder: Folder,
  { hash }: ModelFile,
  all: readonly ModelFile[],
): Promise<WritableFile> {
  const entry = await folder.getFileHandle(hash, { create: true });
  const handle = await entry.createSyncAccessHandle();
  return {
    sizeBytes: handle.getSize(),
    async read(at, count) {
      const bytes = new Uint8Array(count);
      return bytes.subarray(0, handle.read(bytes, { at }));
    },
    async write(bytes, at) {
      let written = 0;
      try {
        written = handle.write(bytes, { at });
      } catch (error) {
        if (!isFull(error)) throw error;
      }
      if (written < bytes.byteLength) {
        handle.truncate(at);
        throw full(sum(all.map(({ sizeBytes }) => sizeBytes)));
      }
    },
    truncate: async (bytes) => handle.truncate(bytes),
    async close() {
      const left = handle.getSize();
      handle.flush();
      handle.close();
      if (left === 0) await remove(folder, hash);
    },
  };
}

const isFull = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'QuotaExceededError';

const full = (bytes: number): StorageFullError =>
  new StorageFullError(
    `The browser’s storage is full before the model${bytes > 0 ? ` of ${formatBytes(bytes)}` : ''} is whole. What has come is kept: delete a run or a model that you no longer need and go on, or delete what has come.`,
  );

/** @throws StorageFullError where what is missing cannot fit */
async function checkRoom(
  files: readonly ModelFile[],
  sizeOf: (file: ModelFile) => Promise<number>,
): Promise<void> {
  const here = await Promise.all(files.map(sizeOf));
  const missing = sum(files.map(({ sizeBytes }, i) => Math.max(0, sizeBytes - here[i]!)));
  const { quota, usage } = await navigator.storage.estimate();
  if (quota === undefined || usage === undefined || missing <= quota - usage) return;
  throw new StorageFullError(
    `The model needs ${formatBytes(missing)} more but only ${formatBytes(Math.max(0, quota - usage))} are free, so nothing was downloaded. Make room on this machine, or delete runs and models that you no longer need; then try again.`,
  );
}
