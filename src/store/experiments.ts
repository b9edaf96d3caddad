/** Experiments and their finished cells. A cell is kept once, however many experiments have it. */
import { write, type Database, type StoredCell, type StoredExperiment } from './database.ts';
import { explained, UnknownExperimentError } from './errors.ts';

/** Keeps an experiment; one that is kept already stays as it is. */
export async function putExperiment(
  database: Database,
  experiment: Omit<StoredExperiment, 'created' | 'running'>,
): Promise<void> {
  await explained(() =>
    write(database, ['experiments'], 'strict', async (tx) => {
      const experiments = tx.objectStore('experiments');
      if ((await experiments.getKey(experiment.id)) !== undefined) return [];
      return [() => experiments.put({ ...experiment, created: Date.now(), running: false })];
    }),
  );
}

/** Newest first. */
export async function listExperiments(database: Database): Promise<StoredExperiment[]> {
  const all = await explained(() => database.getAll('experiments'));
  return all.toSorted((a, b) => b.created - a.created);
}

/** @throws UnknownExperimentError */
export async function setRunning(database: Database, id: string, running: boolean): Promise<void> {
  await explained(() =>
    write(database, ['experiments'], 'strict', async (tx) => {
      const experiments = tx.objectStore('experiments');
      const known = await experiments.get(id);
      if (!known) throw new UnknownExperimentError();
      return [() => experiments.put({ ...known, running })];
    }),
  );
}

/** Those of these cells that are kept. */
export async function cells(database: Database, keys: readonly string[]): Promise<StoredCell[]> {
  const found = await explained(async () => {
    const store = database.transaction('cells').store;
    return Promise.all(keys.map((key) => store.get(key)));
  });
  return found.filter((cell) => cell !== undefined);
}

/** The keys of all cells that are kept. */
export const cellKeys = (database: Database): Promise<string[]> =>
  explained(() => database.getAllKeys('cells'));

/** Keeps a cell, unless no experiment has it any more. @throws UnknownExperimentError */
export async function putCell(database: Database, cell: StoredCell): Promise<void> {
  await explained(() =>
    write(database, ['experiments', 'cells'], 'strict', async (tx) => {
      const experiments = await tx.objectStore('experiments').getAll();
      if (!experiments.some(({ cells: keys }) => keys.includes(cell.key))) throw new UnknownExperimentError();
      return [() => tx.objectStore('cells').put(cell)];
    }),
  );
}

/** With its cells, except those that other experiments have, too. */
export async function deleteExperiment(database: Database, id: string): Promise<void> {
  await explained(() =>
    write(database, ['experiments', 'cells'], 'strict', async (tx) => {
      const all = await tx.objectStore('experiments').getAll();
      const others = new Set(all.flatMap((each) => (each.id === id ? [] : each.cells)));
      const own = all.find((each) => each.id === id)?.cells ?? [];
      return [
        () => tx.objectStore('experiments').delete(id),
        ...own.filter((key) => !others.has(key)).map((key) => () => tx.objectStore('cells').delete(key)),
      ];
    }),
  );
}
