import 'fake-indexeddb/auto';
import { openDB, unwrap } from 'idb';
import { expect, it, vi } from 'vitest';
import { openTransactions, watchTransactions } from './leaving.ts';

it('ends what is open when the page is left, keeps what was stored, and loads a page again that is come back to', async () => {
  const reload = vi.fn();
  const page = Object.assign(new EventTarget(), { location: { reload } });
  const database = await openDB('leaving', 1, {
    upgrade: (created) => void created.createObjectStore('runs'),
  });
  watchTransactions(unwrap(database), openTransactions(page as unknown as Window));
  await database.put('runs', 'kept', 1);

  const writing = database.transaction('runs', 'readwrite');
  const done = writing.done.catch((error: unknown) => (error as Error).name);
  await writing.store.put('lost', 2);
  page.dispatchEvent(new Event('pagehide'));
  expect(await done).toBe('AbortError');
  expect(await database.getAll('runs')).toEqual(['kept']);

  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
  expect(reload).not.toHaveBeenCalled();
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  expect(reload).toHaveBeenCalledOnce();
  database.close();
});
