/**
 * What a page writes or reads when it is left is ended. WebKit keeps a page that was left for the way back, asleep and with
 * its transactions open, and those of the next page would wait for them without end. What was not finished was not stored,
 * as in a crash.
 */
export interface OpenTransactions {
  add(transaction: IDBTransaction): void;
}

/** @param page where transactions are opened; null outside a window, as in a worker, where nothing has to be done */
export function openTransactions(page: Window | null): OpenTransactions {
  const open = new Set<IDBTransaction>();
  page?.addEventListener('pagehide', () => {
    for (const transaction of open) {
      try {
        transaction.abort();
      } catch {
        // It was being committed already.
      }
    }
  });
  // The transactions of a page that is come back to have failed.
  page?.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) page.location.reload();
  });
  return {
    add(transaction) {
      open.add(transaction);
      for (const end of ['complete', 'abort'])
        transaction.addEventListener(end, () => open.delete(transaction));
    },
  };
}

/** Has every transaction of a connection added. */
export function watchTransactions(database: IDBDatabase, open: OpenTransactions): void {
  const begin = database.transaction.bind(database);
  database.transaction = (...of: Parameters<IDBDatabase['transaction']>) => {
    const transaction = begin(...of);
    open.add(transaction);
    return transaction;
  };
}
