import { openDB, unwrap, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb';
import type { TaskFile } from '../domains/domain.ts';
import type { EvalRecord, Rollout, StepRecord, TrainConfig } from '../rl/types.ts';
import { NewerDatabaseError, StorageRefusedError } from './errors.ts';
import { openTransactions, watchTransactions } from './leaving.ts';
import { SILENT_MS } from './silence.ts';

/** Raise it with every change of the object stores, and add a case to {@link upgrade}. */
export const DATABASE_VERSION = 6;

export type RunStatus = 'running' | 'paused' | 'finished' | 'failed';

export interface RunRecord {
  readonly id: string;
  readonly config: TrainConfig;
  /** The device as shown to the person, e.g. `wasm, 2 threads`. */
  readonly device: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly status: RunStatus;
  /** Largest recorded step, null before the first. */
  readonly lastStep: number | null;
  /** What a person called it. */
  readonly name?: string;
  /** The weights that it began with, where they were chosen; `step` is that of the run that they are from. */
  readonly branchedFrom?: { readonly name: string; readonly step: number | null };
}

/** The shape and the vocabulary of a run's policy, where they are not the site's. Whoever reads it checks it. */
export interface RunPolicy {
  readonly run: string;
  /** As `config.json` has it. */
  readonly config: unknown;
  /** As `tokenizer.json` has it. */
  readonly tokenizer: unknown;
  /** As `tokenizer_config.json` has it; absent where the model has no chat template. */
  readonly tokenizerConfig?: unknown;
  /** With LoRA: where the model is kept that the factors stand beside. */
  readonly base?: unknown;
}

export interface ChunkInfo {
  readonly bytes: number;
  /** SHA-256 in hexadecimal. */
  readonly hash: string;
}

export interface PartInfo {
  readonly name: string;
  readonly type: 'float32' | 'uint8';
  readonly chunks: readonly ChunkInfo[];
}

/** What makes the chunks of one generation a checkpoint. */
export interface Manifest {
  readonly key: string;
  readonly generation: number;
  /** Version of this layout, for checkpoints older than the page. */
  readonly format: number;
  readonly step: number;
  readonly created: number;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly parts: readonly PartInfo[];
  /** Set when a load found a hash wrong, so that pruning does not keep it in place of a good one. */
  readonly damaged: boolean;
}

/** What a list shows of a file of tasks. */
export interface StoredTaskFile {
  readonly hash: string;
  readonly name: string;
  readonly domain: string;
  /** Number of its tasks. */
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** The first of the records that were left out when it was opened, and how many there were. */
  readonly leftOut: readonly { readonly line: number; readonly id?: string; readonly reason: string }[];
  readonly leftOutCount: number;
}

/** A named list of tasks that somebody writes. */
export interface StoredTaskSet {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  /** Milliseconds since 1970. */
  readonly changed: number;
  /** Keys of its tasks, in order. */
  readonly order: readonly string[];
}

/** A task of such a list as it was typed, whether or not it can be used; whoever reads it checks it. */
export interface StoredTask {
  readonly set: string;
  readonly key: string;
  readonly content: unknown;
}

/** An experiment as it was opened. */
export interface StoredExperiment {
  /** Hash of all that it says. */
  readonly id: string;
  /** Its file. */
  readonly json: unknown;
  /** Keys of its cells, in order; arms with the same settings share one. */
  readonly cells: readonly string[];
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Set while it is computed: where nobody computes it, that was interrupted. */
  readonly running: boolean;
}

/** What came of a cell; whoever reads it checks it. */
export interface StoredCell {
  readonly key: string;
  readonly result: unknown;
}

/** Policies that are evaluated on the same tasks. */
export interface StoredBenchmark {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** What is evaluated, and what is known of each evaluation; whoever reads it checks it. */
  readonly content: unknown;
}

/** Samples of an evaluation: those of consecutive tasks. */
export interface StoredPart {
  readonly benchmark: string;
  /** Place of the evaluation in the benchmark. */
  readonly evaluation: number;
  /** Place of the first of the tasks. */
  readonly at: number;
  /** Whoever reads it checks it. */
  readonly content: unknown;
}

export interface Schema extends DBSchema {
  runs: { key: string; value: RunRecord };
  steps: { key: [run: string, step: number]; value: { run: string; step: number; record: StepRecord } };
  evals: { key: [run: string, step: number]; value: { run: string; step: number; record: EvalRecord } };
  rollouts: {
    key: [run: string, step: number];
    value: { run: string; step: number; rollouts: readonly Rollout[] };
  };
  manifests: { key: [key: string, generation: number]; value: Manifest };
  latest: { key: string; value: number };
  chunks: { key: ChunkKey; value: ArrayBuffer };
  taskFiles: { key: string; value: StoredTaskFile };
  taskContents: { key: string; value: TaskFile };
  taskSets: { key: string; value: StoredTaskSet };
  ownTasks: { key: [set: string, key: string]; value: StoredTask };
  experiments: { key: string; value: StoredExperiment };
  cells: { key: string; value: StoredCell };
  runPolicies: { key: string; value: RunPolicy };
  benchmarks: { key: string; value: StoredBenchmark };
  benchmarkParts: { key: [benchmark: string, evaluation: number, at: number]; value: StoredPart };
  /** Keys of checkpoints, and with them of runs, that are deleted for good when nobody can take that back any more. */
  trash: { key: string; value: { key: string } };
}

export type ChunkKey = [key: string, generation: number, part: string, index: number];
export type Database = IDBPDatabase<Schema>;

/**
 * Opens or creates the database.
 *
 * `notify` hears, for the life of the connection, that another tab blocks us or that we had to make way for one.
 * @throws NewerDatabaseError, StorageRefusedError
 */
export async function openDatabase(name: string, notify: (message: string) => void): Promise<Database> {
  if (
    globalThis.indexedDB === undefined ||
    globalThis.crypto?.subtle === undefined ||
    !globalThis.navigator?.locks
  ) {
    throw new StorageRefusedError(
      'This page cannot save anything here: the browser offers storage only over https or on localhost, and not in ' +
        'every private window. Training works, but nothing of it will be kept.',
    );
  }
  const silent = setTimeout(
    () =>
      notify('The browser’s storage does not answer. Close other tabs of this site, and reload this one.'),
    SILENT_MS,
  );
  try {
    const open = openTransactions(globalThis.window ?? null);
    const database = await openDB<Schema>(name, DATABASE_VERSION, {
      upgrade(created, oldVersion, _, transaction) {
        open.add(unwrap(transaction));
        upgrade(created, oldVersion);
      },
      blocked: () =>
        notify(
          'Another tab with an older version of this page holds the storage. Close or reload that tab to go on.',
        ),
      blocking: (_current, _blocked, event) => {
        (event.target as IDBDatabase).close();
        notify(
          'A newer version of this page needs the storage, so this tab stopped saving. Reload it to go on.',
        );
      },
      terminated: () =>
        notify('The browser closed the storage, perhaps because site data was cleared. Reload this tab.'),
    });
    watchTransactions(unwrap(database), open);
    return database;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'VersionError') {
      throw new NewerDatabaseError(
        'The saved runs were written by a newer version of this page. They were left untouched; reload without the ' +
          'cache to get that version, or export and delete them there.',
        { cause: error },
      );
    }
    throw new StorageRefusedError(
      'The browser refused storage for this page, as it does in some private windows or when site data is blocked. ' +
        'Training works, but nothing of it will be kept.',
      { cause: error },
    );
  } finally {
    clearTimeout(silent);
  }
}

function upgrade(database: IDBPDatabase<Schema>, oldVersion: number): void {
  if (oldVersion < 1) {
    database.createObjectStore('runs', { keyPath: 'id' });
    for (const name of ['steps', 'evals', 'rollouts'] as const) {
      database.createObjectStore(name, { keyPath: ['run', 'step'] });
    }
    database.createObjectStore('manifests', { keyPath: ['key', 'generation'] });
    database.createObjectStore('latest');
    database.createObjectStore('chunks');
  }
  if (oldVersion < 2) {
    for (const name of ['taskFiles', 'taskContents'] as const)
      database.createObjectStore(name, { keyPath: 'hash' });
  }
  if (oldVersion < 3) {
    database.createObjectStore('experiments', { keyPath: 'id' });
    database.createObjectStore('cells', { keyPath: 'key' });
  }
  if (oldVersion < 4) {
    database.createObjectStore('runPolicies', { keyPath: 'run' });
    database.createObjectStore('trash', { keyPath: 'key' });
  }
  if (oldVersion < 5) {
    database.createObjectStore('taskSets', { keyPath: 'id' });
    database.createObjectStore('ownTasks', { keyPath: ['set', 'key'] });
  }
  if (oldVersion < 6) {
    database.createObjectStore('benchmarks', { keyPath: 'id' });
    database.createObjectStore('benchmarkParts', { keyPath: ['benchmark', 'evaluation', 'at'] });
  }
}

/** All keys that begin with these components: an empty array sorts after every string and number. */
export function startingWith(...prefix: (string | number)[]): IDBKeyRange {
  return IDBKeyRange.bound(prefix, [...prefix, []]);
}

type WriteTransaction<Name extends StoreNames<Schema>> = IDBPTransaction<Schema, Name[], 'readwrite'>;

/** One request of a transaction, not yet issued. */
export type Request = () => Promise<unknown>;

/**
 * One transaction, all or nothing: issues the requests that `plan` returns. `plan` may await requests of this
 * transaction and nothing else; should it or a request throw, nothing is written. `strict` waits for the disk.
 */
export async function write<Name extends StoreNames<Schema>>(
  database: Database,
  stores: readonly Name[],
  durability: 'strict' | 'relaxed',
  plan: (tx: WriteTransaction<Name>) => readonly Request[] | Promise<readonly Request[]>,
): Promise<void> {
  const tx = database.transaction([...stores], 'readwrite', { durability });
  const issued: Promise<unknown>[] = [tx.done];
  try {
    for (const request of await plan(tx)) issued.push(request());
  } catch (error) {
    tx.abort();
    await Promise.allSettled(issued);
    throw error;
  }
  const outcomes = await Promise.allSettled(issued);
  const reasons = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  );
  if (reasons.length === 0) return;
  // A failed transaction also rejects its innocent requests, with an AbortError that hides the cause.
  throw (
    reasons.find((reason) => !(reason instanceof DOMException && reason.name === 'AbortError')) ?? reasons[0]
  );
}
