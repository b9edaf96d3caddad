/** Where benchmarks are kept: the store or, where the browser gives none, this page for as long as it is open. */
import {
  type Store,
  type StoredBenchmark,
  type StoredPart,
  StorageRefusedError,
} from '../../../store/index.ts';

export type Shelf = Pick<
  Store,
  | 'putBenchmark'
  | 'listBenchmarks'
  | 'putBenchmarkPart'
  | 'benchmarkParts'
  | 'deleteBenchmark'
  | 'holdBenchmark'
  | 'listRuns'
  | 'listGenerations'
  | 'listTaskFiles'
>;

export class MemoryShelf implements Shelf {
  readonly #benchmarks = new Map<string, StoredBenchmark>();
  readonly #parts: StoredPart[] = [];

  async putBenchmark(benchmark: StoredBenchmark): Promise<void> {
    this.#benchmarks.set(benchmark.id, benchmark);
  }
  async listBenchmarks(): Promise<StoredBenchmark[]> {
    return [...this.#benchmarks.values()].toSorted((a, b) => b.created - a.created);
  }
  async putBenchmarkPart(benchmark: StoredBenchmark, part: StoredPart): Promise<void> {
    this.#benchmarks.set(benchmark.id, benchmark);
    this.#parts.push(part);
  }
  async benchmarkParts(id: string): Promise<StoredPart[]> {
    return this.#parts
      .filter(({ benchmark }) => benchmark === id)
      .toSorted((a, b) => a.evaluation - b.evaluation || a.at - b.at);
  }
  async deleteBenchmark(id: string): Promise<void> {
    this.#benchmarks.delete(id);
    for (let i = this.#parts.length - 1; i >= 0; i--)
      if (this.#parts[i]!.benchmark === id) this.#parts.splice(i, 1);
  }
  async holdBenchmark(): Promise<() => void> {
    return () => {};
  }
  async listRuns(): Promise<[]> {
    return [];
  }
  async listGenerations(): Promise<[]> {
    return [];
  }
  async listTaskFiles(): Promise<[]> {
    return [];
  }
}

export interface OpenShelf {
  readonly shelf: Shelf;
  /** Why nothing is kept; null where it is. */
  readonly refused: string | null;
}

/** @throws what else than a refusal is in the store's way */
export async function openShelf(store: () => Promise<Shelf>): Promise<OpenShelf> {
  try {
    return { shelf: await store(), refused: null };
  } catch (error) {
    if (!(error instanceof StorageRefusedError)) throw error;
    return { shelf: new MemoryShelf(), refused: error.message };
  }
}
