/** A store of its own for each test, on a database in memory, with locks and a quota that the tests can move. */
import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, beforeEach, vi } from 'vitest';
import { openStore, type Store } from '../../src/store/index.ts';
import { Locks } from './locks.ts';

/** The store of the test that runs. */
export let store: Store;
/** What the browser says of its storage, in bytes. */
export const room = { usage: 0, quota: 1e9 };

/** The same database, without the store in between. */
export const raw = () => openDB('posterior');

/** Call once in a file of tests, with `vi.stubGlobal`: by that, the file is known to change its process. */
export function useMemoryStore(stub: typeof vi.stubGlobal): void {
  beforeEach(async () => {
    Object.assign(room, { usage: 0, quota: 1e9 });
    stub('indexedDB', new IDBFactory());
    const storage = {
      estimate: async () => room,
      persisted: async () => false,
      persist: async () => false,
    };
    stub('navigator', { locks: new Locks(), storage });
    store = await openStore();
  });
  afterEach(() => {
    store.close();
    vi.unstubAllGlobals();
  });
}
