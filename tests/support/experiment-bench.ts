/** Experiments without models: a store in memory, and a bench whose cells end when they are told to. */
import type { Cell } from '../../src/experiment/plan.ts';
import type { CellResult } from '../../src/experiment/results.ts';
import type { Bench } from '../../src/experiment/run.ts';
import type { BenchRequest } from '../../src/screens/compare/state/page-bench.ts';
import type { ExperimentsOptions } from '../../src/screens/compare/state/model.ts';
import type { StoredCell, StoredExperiment } from '../../src/store/index.ts';

type Stored = Awaited<ReturnType<ExperimentsOptions['store']>>;

export class ExperimentsInMemory implements Stored {
  readonly experiments = new Map<string, StoredExperiment>();
  readonly kept = new Map<string, StoredCell>();
  readonly held = new Set<string>();
  /** What the next cell to be kept fails with. */
  full: Error | null = null;

  async putExperiment(experiment: Omit<StoredExperiment, 'created' | 'running'>): Promise<void> {
    if (this.experiments.has(experiment.id)) return;
    const created = this.experiments.size;
    this.experiments.set(experiment.id, { ...experiment, created, running: false });
  }
  async listExperiments(): Promise<StoredExperiment[]> {
    return [...this.experiments.values()].reverse();
  }
  async setExperimentRunning(id: string, running: boolean): Promise<void> {
    this.experiments.set(id, { ...this.experiments.get(id)!, running });
  }
  async deleteExperiment(id: string): Promise<void> {
    for (const key of this.experiments.get(id)?.cells ?? []) this.kept.delete(key);
    this.experiments.delete(id);
  }
  async holdExperiment(id: string): Promise<(() => void) | null> {
    if (this.held.has(id)) return null;
    this.held.add(id);
    // As with real locks, a while goes by before somebody else can have it.
    return () => void setTimeout(() => this.held.delete(id));
  }
  async putCell(cell: StoredCell): Promise<void> {
    if (this.full) throw this.full;
    this.kept.set(cell.key, cell);
  }
  async cells(keys: readonly string[]): Promise<StoredCell[]> {
    return keys.flatMap((key) => this.kept.get(key) ?? []);
  }
  async cellKeys(): Promise<string[]> {
    return [...this.kept.keys()];
  }
}

/** What a cell comes to, as far as the screen's state looks at it. */
export const resultOf = ({ key, arm, preset, seed }: Cell, version: string): CellResult =>
  ({ key, arm, preset, seed, version, steps: [], evals: [], tasks: [], seconds: 2 }) as unknown as CellResult;

/** Cells that are being computed, by arm and seed; each ends, or fails, when it is told to. */
export class ManualBench {
  readonly asked: string[] = [];
  #end: (error?: Error) => void = () => {};

  constructor(readonly version: string) {}

  /** The cell in progress. */
  end(error?: Error): void {
    this.#end(error);
  }

  readonly open = ({ turn, tell, keep, signal }: BenchRequest): Bench<unknown> => ({
    own: () => Promise.resolve(null),
    folder: () => Promise.resolve(null),
    passRates: () => Promise.resolve([]),
    compute: async (cell) => {
      await turn(async () => {
        this.asked.push(`${cell.arm} ${cell.seed}`);
        tell({ kind: 'step', done: 1, total: cell.config.steps });
        await new Promise<void>((resolve, reject) => {
          this.#end = (error) => (error ? reject(error) : resolve());
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      });
      const result = resultOf(cell, this.version);
      await keep(result);
      return result;
    },
  });
}

/** Lets everything happen that waits for nothing outside, and a lock be free after it. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Two arms and a start with two seeds. */
export const FILE = {
  version: 1,
  name: 'small',
  title: 'A small one',
  seeds: [1, 2],
  settings: { steps: 10, promptsPerStep: 2, groupSize: 4, evalEvery: 0, evalTasks: 8 },
  evaluation: { samples: 2, limit: 8 },
  arms: [
    { name: 'a', settings: { gate: 'posterior' } },
    { name: 'b', settings: { gate: 'outcome' } },
    { name: 'frozen', frozen: true },
  ],
};
