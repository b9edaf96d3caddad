/** Runs in the page: what the storage tests do there, reachable as `window.storePage`. */
import { openStore, type Store } from '../../src/store/index.ts';

export const KEY = 'model:test';
const WEIGHTS = 16 * 2 ** 20;

/** Step plus a scrambled fraction: no value is shared between steps, and the disk cannot compress it away. */
function weightAt(step: number, i: number): number {
  return step + (Math.imul(i, 0x9e3779b1) >>> 12) / 2 ** 20;
}

/** 64 MB. */
function weightsOf(step: number): Float32Array {
  const weights = new Float32Array(WEIGHTS);
  for (let i = 0; i < WEIGHTS; i++) weights[i] = weightAt(step, i);
  return weights;
}

/** The step that all of these weights come from; null for a mixture or any other damage. */
function stepOf(weights: Float32Array | Uint8Array | undefined): number | null {
  if (weights?.length !== WEIGHTS) return null;
  const step = Math.floor(weights[0] ?? 0);
  for (let i = 0; i < WEIGHTS; i++) if (weights[i] !== weightAt(step, i)) return null;
  return step;
}

function request<T>(of: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    of.addEventListener('success', () => resolve(of.result));
    of.addEventListener('error', () => reject(of.error));
  });
}

/** Works on the database behind the store's back. */
async function raw<T>(name: string, work: (chunks: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await request(indexedDB.open(name));
  try {
    return await request(work(database.transaction('chunks', 'readwrite').objectStore('chunks')));
  } finally {
    database.close();
  }
}

export interface Loaded {
  readonly step: number;
  readonly weightsStep: number | null;
  readonly notice: string | null;
}

export class StorePage {
  readonly notices: string[] = [];
  readonly #name: string;
  #store: Store | null = null;

  constructor(name: string) {
    this.#name = name;
  }

  get store(): Store {
    if (this.#store === null) throw new Error('open() first');
    return this.#store;
  }

  async open(): Promise<void> {
    this.#store = await openStore(this.#name, (message) => this.notices.push(message));
  }

  save(step: number): Promise<void> {
    return this.store.saveCheckpoint(KEY, { step, parts: { weights: weightsOf(step) }, meta: { step } });
  }

  /** Name and message of what `save` fails with. */
  async saveFailure(step: number): Promise<string> {
    return this.save(step).then(
      () => 'saved',
      (error: Error) => `${error.name}: ${error.message}`,
    );
  }

  async load(): Promise<Loaded | null> {
    const loaded = await this.store.loadCheckpoint(KEY);
    return (
      loaded && { step: loaded.step, weightsStep: stepOf(loaded.parts['weights']), notice: loaded.notice }
    );
  }

  countChunks(): Promise<number> {
    return raw(this.#name, (chunks) => chunks.count());
  }

  /** Starts a save that stands still once every chunk is on the disk and none has been read back. */
  async saveUntilReadBack(step: number): Promise<void> {
    const before = await this.countChunks();
    const digest = crypto.subtle.digest.bind(crypto.subtle);
    let hashed = 0;
    const reached = new Promise<void>((resolve) => {
      crypto.subtle.digest = (algorithm, data) => {
        hashed += 1;
        if (hashed <= WEIGHTS / 2 ** 20) return digest(algorithm, data);
        resolve();
        return new Promise(() => undefined);
      };
    });
    // The save can only fail here, never finish.
    await Promise.race([reached, this.save(step)]);
    if ((await this.countChunks()) <= before) throw new Error('no chunk was written before the read-back');
  }

  async damageChunk(generation: number, index: number): Promise<void> {
    const key = [KEY, generation, 'weights', index];
    const chunk = (await raw(this.#name, (chunks) => chunks.get(key))) as ArrayBuffer;
    new Uint8Array(chunk)[1000]! ^= 1;
    await raw(this.#name, (chunks) => chunks.put(chunk, key));
  }

  /** Opens the database as a newer version of the page would, which other tabs have to make way for. */
  async openAtVersion(version: number): Promise<number> {
    const database = await request(indexedDB.open(this.#name, version));
    database.close();
    return database.version;
  }

  /** Holds the run's lock until the tab goes away; false when another tab has it. */
  async hold(run: string): Promise<boolean> {
    return (await this.store.holdRun(run)) !== null;
  }
}

declare global {
  interface Window {
    storePage: StorePage;
  }
}

export async function open(name: string): Promise<void> {
  window.storePage = new StorePage(name);
  await window.storePage.open();
}
