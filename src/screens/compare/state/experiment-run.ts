/** An experiment on view: what is finished of it, and computing the rest. It goes on while another screen is open. */
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { isAbort } from '../../../errors.ts';
import type { Experiment } from '../../../experiment/file.ts';
import type { Cell } from '../../../experiment/plan.ts';
import type { CellResult } from '../../../experiment/results.ts';
import { type Bench, runCells } from '../../../experiment/run.ts';
import { Schedule } from '../../../experiment/schedule.ts';
import type { RunQueue } from '../../../run/queue.ts';
import type { Store } from '../../../store/index.ts';
import { type Activity, costDone, type Doing, type Progress, progressOf } from './activity.ts';
import { type OpenedExperiment, readResults } from './opened.ts';
import type { BenchRequest } from './page-bench.ts';

/** `queued`: it goes on when something else has ended. `pausing`: it stops after the cell in progress. */
export type ExperimentStatus = 'idle' | 'queued' | 'running' | 'pausing' | 'paused' | 'done';

export type ExperimentStore = Pick<
  Store,
  'holdExperiment' | 'setExperimentRunning' | 'putCell' | 'cells' | 'deleteExperiment'
>;

export type ExperimentNews =
  { readonly kind: 'failed'; readonly error: unknown } | { readonly kind: 'held elsewhere' };

export interface ExperimentRunOptions {
  readonly store: () => Promise<ExperimentStore>;
  readonly queue: RunQueue;
  readonly bench: (request: BenchRequest) => Bench<unknown>;
  /** Has what cells are computed with opened anew, because something of it failed. */
  readonly renew: () => void;
  readonly tell: (news: ExperimentNews) => void;
  /** Version of the project. */
  readonly version: string;
  /** Milliseconds since some fixed moment. */
  readonly now: () => number;
}

export class ExperimentRun {
  readonly id: string;
  readonly json: unknown;
  readonly experiment: Experiment;
  readonly places: readonly Cell[];
  readonly cells: readonly Cell[];
  readonly status: ReadonlySignal<ExperimentStatus>;
  readonly progress: ReadonlySignal<Progress>;
  /** Another version that computed some of it; its numbers may differ from those of this one. */
  readonly otherVersion: ReadonlySignal<string | null>;
  readonly #options: ExperimentRunOptions;
  readonly #results;
  readonly #doing = signal<Doing | null>(null);
  readonly #working = signal<'queued' | 'running' | 'pausing' | null>(null);
  /** Computed, but not in the store yet. */
  readonly #unsaved = new Map<string, CellResult>();
  #abort: AbortController | null = null;
  #ended: Promise<void> = Promise.resolve();
  #began = 0;

  constructor(
    { id, json, experiment, places, cells }: OpenedExperiment,
    results: ReadonlyMap<string, CellResult>,
    options: ExperimentRunOptions,
  ) {
    this.id = id;
    this.json = json;
    this.experiment = experiment;
    this.places = places;
    this.cells = cells;
    this.#options = options;
    this.#results = signal(results);
    this.status = computed(() => this.#working.value ?? this.#resting());
    this.progress = computed(() => progressOf(cells, this.#results.value, this.#doing.value));
    this.otherVersion = computed(() => {
      const other = [...this.#results.value.values()].find(({ version }) => version !== options.version);
      return other?.version ?? null;
    });
  }

  get doing(): ReadonlySignal<Doing | null> {
    return this.#doing;
  }

  /** Finished cells by key. */
  get results(): ReadonlySignal<ReadonlyMap<string, CellResult>> {
    return this.#results;
  }

  /**
   * Computes what is missing; waits for its turn.
   * @param held ends the hold on the experiment, where there is one already
   */
  resume(held: (() => void) | null = null): void {
    if (this.#abort || this.status.peek() === 'done' || this.otherVersion.peek() !== null) return held?.();
    this.#abort = new AbortController();
    this.#working.value = 'queued';
    this.#ended = this.#compute(this.#abort.signal, held);
  }

  /** Stops after the cell in progress. */
  pause(): void {
    if (this.#working.peek() === 'queued') this.#abort?.abort();
    else if (this.#abort) this.#working.value = 'pausing';
  }

  /** Stops at once; the cell in progress is computed anew another time. */
  cancel(): Promise<void> {
    this.#abort?.abort();
    return this.#ended;
  }

  #resting(): ExperimentStatus {
    const finished = this.cells.filter(({ key }) => this.#results.value.has(key)).length;
    if (finished === this.cells.length) return 'done';
    return finished === 0 ? 'idle' : 'paused';
  }

  async #compute(signal: AbortSignal, held: (() => void) | null): Promise<void> {
    const { store: open, renew, tell } = this.#options;
    let release = held;
    let store: ExperimentStore | null = null;
    try {
      store = await open();
      release ??= await store.holdExperiment(this.id);
      if (release) await this.#computeMissing(store, signal);
      else tell({ kind: 'held elsewhere' });
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) {
        renew();
        tell({ kind: 'failed', error });
      }
    }
    // Only an experiment that nobody stopped stays marked: that is the one to go on with on return.
    if (release) await store?.setExperimentRunning(this.id, false).catch(() => {});
    release?.();
    this.#abort = null;
    batch(() => {
      this.#doing.value = null;
      this.#working.value = null;
    });
  }

  async #computeMissing(store: ExperimentStore, signal: AbortSignal): Promise<void> {
    await store.setExperimentRunning(this.id, true);
    for (const result of this.#unsaved.values()) await this.#keep(store, result);
    // Another tab may have gone on with it.
    const stored = readResults(await store.cells(this.cells.map(({ key }) => key)));
    this.#results.value = new Map([...this.#results.peek(), ...stored]);
    if (this.otherVersion.peek() !== null) return;
    const schedule = new Schedule(this.cells.filter(({ key }) => !this.#results.peek().has(key)));
    const bench = this.#options.bench({
      turn: (work) => this.#turn(work, signal),
      tell: (activity) => this.#tell(activity),
      keep: (result) => this.#keep(store, result),
      signal,
    });
    const next = (seed: number | null): Cell | null =>
      this.#working.peek() === 'pausing' ? null : schedule.next(seed);
    await runCells({ next }, bench, { begun: (cell) => this.#begin(cell), done: () => {} });
  }

  #turn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#working.peek() === 'running') this.#working.value = 'queued';
    return this.#options.queue.turn(
      this.id,
      () => {
        if (this.#working.peek() === 'queued') this.#working.value = 'running';
        return work();
      },
      signal,
    );
  }

  #begin(cell: Cell): void {
    this.#began = this.#options.now();
    this.#doing.value = { cell, activity: null, cost: 0, seconds: 0 };
  }

  #tell(activity: Activity): void {
    const doing = this.#doing.peek();
    if (!doing) return;
    const cost = costDone(doing.cell, activity);
    // What is opened or made for a cell is no part of its time.
    if (cost === 0) this.#began = this.#options.now();
    const seconds = (this.#options.now() - this.#began) / 1000;
    this.#doing.value = { ...doing, activity, cost, seconds };
  }

  async #keep(store: ExperimentStore, result: CellResult): Promise<void> {
    this.#unsaved.set(result.key, result);
    await store.putCell({ key: result.key, result });
    this.#unsaved.delete(result.key);
    batch(() => {
      this.#results.value = new Map(this.#results.peek()).set(result.key, result);
      this.#doing.value = null;
    });
  }
}
