import type { EngineSpec } from './engine-spec.ts';
import { Engine, type RunEnd } from './engine.ts';
import { SandboxFrame, SandboxUnavailableError } from './frame.ts';
import type { Work } from './protocol.ts';
import { messageOf } from '../errors.ts';

/** How often a program whose worker was lost runs again before we admit that we cannot run it. */
const ATTEMPTS = 3;
/** Failed starts in a row after which waiting programs are given up. */
const MAX_FAILED_STARTS = 3;
const MAX_DEFAULT_SIZE = 4;
const MIB = 1024 * 1024;
const DISPOSED = 'This sandbox was disposed of; create another to grade more.';

/** Work for a fresh interpreter. */
export type PoolJob = Work & {
  /** Deadline for loading and all calls together. */
  readonly timeoutMs: number;
  /** Most memory, interpreter included. Default: the engine's. */
  readonly memoryMb?: number;
};

/** How a job ended, and in which engine. A `lost` end has been tried three times. */
export interface PoolResult {
  readonly end: RunEnd;
  readonly engine: string;
}

interface Entry {
  readonly job: PoolJob;
  readonly memoryMb: number;
  readonly done: (result: PoolResult) => void;
  attempts: number;
  cancelled: boolean;
}

/** One interpreter per core, at least 1 and at most 4, since each holds tens of megabytes. */
export function defaultPoolSize(): number {
  const cores = typeof navigator === 'undefined' ? 1 : (navigator.hardwareConcurrency ?? 1);
  return Math.min(MAX_DEFAULT_SIZE, Math.max(1, cores));
}

/**
 * Keeps up to `size` interpreters of one language, as many as there were programs at once, and one warm spare; hands each
 * the next program when it is idle, replaces those that hang, crash or misbehave, and runs again the programs that were
 * lost with them. Jobs wait here, on the page's side: a worker has at most one, so a batch of any length puts no more than
 * `size` messages under way.
 */
export class Pool {
  readonly #spec: EngineSpec;
  #size: number;
  readonly #spares: number;
  #frame: Promise<SandboxFrame> | null = null;
  #opened: SandboxFrame | null = null;
  #engines: Engine[] = [];
  /** Taken from the front by advancing `#next`, so that long batches cost no shifting. */
  #queue: Entry[] = [];
  #next = 0;
  readonly #running = new Map<Engine, Entry>();
  /** The most programs that there were at once: so many interpreters are worth their memory, up to the size. */
  #demand = 1;
  #failedStarts = 0;
  #disposed = false;

  /** `spares` are started besides, to take the place of those that hang. */
  constructor(spec: EngineSpec, size = defaultPoolSize(), spares = 1) {
    this.#spec = spec;
    this.#size = checkedSize(size);
    this.#spares = spares;
  }

  get size(): number {
    return this.#size;
  }

  /** Changes how many programs run at once. Surplus interpreters end when they are done with their program. */
  resize(size: number): void {
    this.#size = checkedSize(size);
    if (this.#opened) this.#onChange();
  }

  /** Starts as many interpreters as the pool has room for; resolves when one is warm. */
  async warm(): Promise<void> {
    this.#demand = Infinity;
    await this.#start();
  }

  /** Starts the interpreters that are missing; resolves when one is warm. */
  async #start(): Promise<void> {
    await this.#open();
    this.#fill();
    for (;;) {
      const starting = this.#engines.map((engine) => engine.ready);
      try {
        return await Promise.any(starting);
      } catch (error) {
        // Where the pool tries again, the next engine has been started by now.
        if (this.#failedStarts < MAX_FAILED_STARTS && this.#engines.length > 0) continue;
        const reasons = error instanceof AggregateError ? error.errors : [error];
        throw new SandboxUnavailableError(
          `${this.#spec.title} did not start in the sandbox: ${String(reasons[0])}`,
        );
      }
    }
  }

  /** Queues a job. `cancel` takes it out, or ends the worker that runs it; its result is then `lost`. */
  submit(job: PoolJob): { readonly result: Promise<PoolResult>; cancel(): void } {
    const { minMemoryMb, maxMemoryMb, memoryMb } = this.#spec;
    const limit = Math.min(maxMemoryMb, Math.max(minMemoryMb, job.memoryMb ?? memoryMb));
    const { promise, resolve } = withResolver<PoolResult>();
    const entry: Entry = { job, memoryMb: limit, done: resolve, attempts: 0, cancelled: false };
    this.#queue.push(entry);
    this.#demand = Math.max(this.#demand, this.#running.size + this.#queue.length - this.#next);
    if (this.#opened) this.#fill();
    this.#dispatch();
    return { result: promise, cancel: () => this.#cancel(entry) };
  }

  /** Ends everything; jobs still waiting or running end as `lost`. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const engine of this.#engines) engine.terminate(DISPOSED);
    this.#opened?.close();
    this.#giveUp(DISPOSED);
  }

  async #open(): Promise<SandboxFrame> {
    if (this.#disposed) throw new SandboxUnavailableError(DISPOSED);
    this.#frame ??= SandboxFrame.open(this.#spec);
    try {
      this.#opened = await this.#frame;
    } catch (error) {
      this.#frame = null;
      throw error;
    }
    if (this.#disposed) {
      this.#opened.close();
      throw new SandboxUnavailableError(DISPOSED);
    }
    return this.#opened;
  }

  /**
   * Starts one engine, which by itself is warm soonest; then as many as are asked for, and the spares once those are warm.
   */
  #fill(): void {
    const frame = this.#opened;
    if (!frame || this.#disposed || this.#failedStarts >= MAX_FAILED_STARTS) return;
    const warm = this.#engines.filter((engine) => engine.idle || this.#running.has(engine)).length;
    const asked = warm === 0 ? 1 : Math.min(this.#size, this.#demand);
    const allWarm = warm >= asked && warm === this.#engines.length;
    const wanted = allWarm ? asked + this.#spares : asked;
    while (this.#engines.length < wanted) {
      const engine = new Engine(this.#spec, frame, () => this.#onChange());
      this.#engines.push(engine);
      engine.ready.then(
        () => (this.#failedStarts = 0),
        () => this.#failedStarts++,
      );
    }
  }

  #onChange(): void {
    if (this.#disposed) return;
    this.#engines = this.#engines.filter((engine) => engine.alive);
    this.#retire();
    this.#fill();
    this.#dispatch();
  }

  /** Ends idle engines that are too many, and one worn-out engine: where there are spares, once another is warm. */
  #retire(): void {
    for (const engine of this.#engines.filter((each) => each.idle)) {
      if (this.#engines.length > this.#size + this.#spares) this.#drop(engine);
    }
    const idle = this.#engines.filter((engine) => engine.idle);
    const { runsPerWorker, keepMb } = this.#spec;
    const worn = idle.find((engine) => engine.runs >= runsPerWorker || engine.heldBytes > keepMb * MIB);
    if (worn && (idle.length >= 2 || this.#spares === 0)) this.#drop(worn);
  }

  #drop(engine: Engine): void {
    this.#engines = this.#engines.filter((each) => each !== engine);
    engine.terminate('The worker was replaced.');
  }

  #dispatch(): void {
    if (this.#disposed) return this.#giveUp(DISPOSED);
    if (!this.#opened) {
      this.#start().then(
        () => this.#dispatch(),
        (error: unknown) => this.#giveUp(messageOf(error)),
      );
      return;
    }
    if (this.#failedStarts >= MAX_FAILED_STARTS && this.#engines.length === 0) {
      return this.#giveUp(`${this.#spec.title} did not start in the sandbox three times in a row.`);
    }
    while (this.#running.size < this.#size) {
      const entry = this.#queue[this.#next];
      if (!entry) break;
      // An engine may be idle again before its last result has been taken.
      const idle = this.#engines.filter((each) => each.idle && !this.#running.has(each));
      if (idle.length === 0) break;
      // Memory never shrinks: a worker that has grown beyond a program's limit could not hold it to that limit.
      const engine = idle.find((candidate) => candidate.heldBytes <= entry.memoryMb * MIB);
      if (!engine) {
        if (idle[0]) this.#drop(idle[0]);
        return this.#fill();
      }
      this.#next++;
      void this.#run(engine, entry);
    }
    if (this.#next === this.#queue.length || this.#next > 1000) {
      this.#queue = this.#queue.slice(this.#next);
      this.#next = 0;
    }
  }

  async #run(engine: Engine, entry: Entry): Promise<void> {
    if (entry.cancelled) return;
    entry.attempts++;
    this.#running.set(engine, entry);
    const { timeoutMs, memoryMb: _, ...work } = entry.job;
    const end = await engine.run(JSON.stringify(work), timeoutMs, entry.memoryMb);
    this.#running.delete(engine);
    if (end.kind === 'lost' && entry.attempts < ATTEMPTS && !entry.cancelled && !this.#disposed) {
      this.#queue.splice(this.#next, 0, entry);
    } else {
      entry.done({ end, engine: engine.name });
    }
    this.#onChange();
  }

  #cancel(entry: Entry): void {
    if (entry.cancelled) return;
    entry.cancelled = true;
    const message = 'The run was cancelled.';
    for (const [engine, running] of this.#running) {
      if (running === entry) return engine.terminate(message);
    }
    entry.done({ end: { kind: 'lost', message }, engine: this.#spec.language });
  }

  #giveUp(message: string): void {
    const waiting = this.#queue.slice(this.#next);
    this.#queue = [];
    this.#next = 0;
    this.#failedStarts = 0;
    for (const entry of waiting) entry.done({ end: { kind: 'lost', message }, engine: this.#spec.language });
  }
}

function checkedSize(size: number): number {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`A pool runs at least one worker, and a whole number of them, not ${size}.`);
  }
  return size;
}

function withResolver<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
