/** Benchmarks: what is evaluated, and apart from it the samples, part by part, so that keeping one writes little. */
import { startingWith, write, type Database, type StoredBenchmark, type StoredPart } from './database.ts';
import { explained, UnknownBenchmarkError } from './errors.ts';

/** Keeps a benchmark, in place of what was kept of it. */
export const putBenchmark = (database: Database, benchmark: StoredBenchmark): Promise<void> =>
  explained(() =>
    write(database, ['benchmarks'], 'strict', (tx) => [() => tx.objectStore('benchmarks').put(benchmark)]),
  );

/** Newest first. */
export async function listBenchmarks(database: Database): Promise<StoredBenchmark[]> {
  const all = await explained(() => database.getAll('benchmarks'));
  return all.toSorted((a, b) => b.created - a.created);
}

/** Keeps a part with its benchmark as it then is, both or neither. @throws UnknownBenchmarkError */
export const putBenchmarkPart = (
  database: Database,
  benchmark: StoredBenchmark,
  part: StoredPart,
): Promise<void> =>
  explained(() =>
    write(database, ['benchmarks', 'benchmarkParts'], 'strict', async (tx) => {
      if ((await tx.objectStore('benchmarks').getKey(benchmark.id)) === undefined)
        throw new UnknownBenchmarkError();
      return [
        () => tx.objectStore('benchmarks').put(benchmark),
        () => tx.objectStore('benchmarkParts').put(part),
      ];
    }),
  );

/** In order of evaluations and tasks. */
export const benchmarkParts = (database: Database, id: string): Promise<StoredPart[]> =>
  explained(() => database.getAll('benchmarkParts', startingWith(id)));

/** With its samples. */
export const deleteBenchmark = (database: Database, id: string): Promise<void> =>
  explained(() =>
    write(database, ['benchmarks', 'benchmarkParts'], 'strict', (tx) => [
      () => tx.objectStore('benchmarks').delete(id),
      () => tx.objectStore('benchmarkParts').delete(startingWith(id)),
    ]),
  );
