import { Engine, type RunEnd } from './engine.ts';
import { SandboxFrame, SandboxUnavailableError } from './frame.ts';
import type { Submission, Verdict } from './types.ts';
import { callOrder, emptyVerdict, judge, tampered } from './verdict.ts';

/** A worker is replaced after this many programs: putting the heap back is not an official feature. */
const RUNS_PER_ENGINE = 400;
/** How often a program whose worker was lost runs again before we admit that we cannot run it. */
const ATTEMPTS = 3;
/** Failed starts in a row after which waiting programs are given up. */
const MAX_FAILED_STARTS = 3;
const DISPOSED = 'This sandbox was disposed of; create another to grade more.';

interface Job {
  readonly submission: Submission;
  readonly program: string;
  readonly order: readonly number[];
  readonly timeoutMs: number;
  readonly done: (verdict: Verdict) => void;
  attempts: number;
  cancelled: boolean;
}

/**
 * Keeps `size` interpreters and one warm spare, hands each the next program when it is idle, replaces those that
 * hang, crash or misbehave, and runs again the programs that were lost with them.
 */
export class Pool {
  readonly #size: number;
  #frame: Promise<SandboxFrame> | null = null;
  #opened: SandboxFrame | null = null;
  #engines: Engine[] = [];
  #queue: Job[] = [];
  readonly #running = new Map<Engine, Job>();
  #failedStarts = 0;
  #disposed = false;

  constructor(size: number) {
    this.#size = size;
  }

  /** Resolves when one interpreter is warm. */
  async warm(): Promise<void> {
    await this.#open();
    this.#fill();
    await Promise.any(this.#engines.map((engine) => engine.ready)).catch((error: unknown) => {
      const reasons = error instanceof AggregateError ? error.errors : [error];
      throw new SandboxUnavailableError(`Python did not start in the sandbox: ${String(reasons[0])}`);
    });
  }

  submit(
    submission: Submission,
    program: string,
    timeoutMs: number,
  ): { verdict: Promise<Verdict>; cancel(): void } {
    const order = callOrder(program, submission.tests.length);
    let job: Job | null = null;
    const verdict = new Promise<Verdict>((done) => {
      job = { submission, program, order, timeoutMs, done, attempts: 0, cancelled: false };
      this.#queue.push(job);
    });
    this.#dispatch();
    return { verdict, cancel: () => job && this.#cancel(job) };
  }

  /** Ends everything; programs still waiting or running get the status `infrastructure`. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const engine of this.#engines) engine.terminate(DISPOSED);
    this.#opened?.close();
    this.#giveUp(DISPOSED);
  }

  async #open(): Promise<SandboxFrame> {
    if (this.#disposed) throw new SandboxUnavailableError(DISPOSED);
    this.#frame ??= SandboxFrame.open();
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

  /** Starts engines up to the pool's size, and the spare once those are warm. */
  #fill(): void {
    const frame = this.#opened;
    if (!frame || this.#disposed || this.#failedStarts >= MAX_FAILED_STARTS) return;
    const booting = this.#engines.some((engine) => !engine.idle && !this.#running.has(engine));
    const wanted = booting ? this.#size : this.#size + 1;
    while (this.#engines.length < wanted) {
      const engine = new Engine(frame, () => this.#onChange());
      this.#engines.push(engine);
      engine.ready.then(
        () => (this.#failedStarts = 0),
        () => this.#failedStarts++,
      );
      if (this.#engines.length > this.#size) break;
    }
  }

  #onChange(): void {
    if (this.#disposed) return;
    this.#engines = this.#engines.filter((engine) => engine.alive);
    this.#retire();
    this.#fill();
    this.#dispatch();
  }

  /** Ends one worn-out engine, as soon as another is warm to take its place. */
  #retire(): void {
    const idle = this.#engines.filter((engine) => engine.idle);
    const worn = idle.find((engine) => engine.runs >= RUNS_PER_ENGINE);
    if (!worn || idle.length < 2) return;
    this.#engines = this.#engines.filter((engine) => engine !== worn);
    worn.terminate();
  }

  #dispatch(): void {
    if (this.#disposed) return this.#giveUp(DISPOSED);
    if (!this.#opened) {
      this.warm().then(
        () => this.#dispatch(),
        (error: unknown) => this.#giveUp(String(error instanceof Error ? error.message : error)),
      );
      return;
    }
    if (this.#failedStarts >= MAX_FAILED_STARTS && this.#engines.length === 0) {
      return this.#giveUp('Python did not start in the sandbox three times in a row.');
    }
    while (this.#queue.length > 0 && this.#running.size < this.#size) {
      const engine = this.#engines.find((candidate) => candidate.idle);
      const job = engine && this.#queue.shift();
      if (!engine || !job) return;
      void this.#run(engine, job);
    }
  }

  async #run(engine: Engine, job: Job): Promise<void> {
    job.attempts++;
    this.#running.set(engine, job);
    const calls = job.order.map((index) => job.submission.tests[index]?.args ?? []);
    const text = JSON.stringify({ program: job.program, entry: job.submission.entry, calls });
    const end = await engine.run(text, job.timeoutMs);
    this.#running.delete(engine);
    if (end.kind === 'lost' && job.attempts < ATTEMPTS && !job.cancelled && !this.#disposed) {
      this.#queue.unshift(job);
    } else {
      job.done(verdictOf(job, end, engine.name));
    }
    this.#onChange();
  }

  /** Takes a waiting program out, or ends the worker that runs it. */
  #cancel(job: Job): void {
    job.cancelled = true;
    this.#queue = this.#queue.filter((waiting) => waiting !== job);
    for (const [engine, running] of this.#running) {
      if (running === job) engine.terminate('The run was cancelled.');
    }
  }

  #giveUp(message: string): void {
    const waiting = this.#queue;
    this.#queue = [];
    this.#failedStarts = 0;
    for (const job of waiting) job.done(verdictOf(job, { kind: 'lost', message }, 'pyodide'));
  }
}

function verdictOf(job: Job, end: RunEnd, engine: string): Verdict {
  const { submission } = job;
  switch (end.kind) {
    case 'report':
      return judge(submission, end.report, job.order, engine);
    case 'tamper':
      return emptyVerdict(submission, 'tamper', tampered(end.message), { timeMs: 0, engine });
    case 'hung': {
      const message = `no answer within ${job.timeoutMs} ms; the worker was replaced`;
      const error = { type: 'Timeout', message, line: null };
      return emptyVerdict(submission, 'timeout', error, { timeMs: end.timeMs, engine });
    }
    case 'lost': {
      const error = { type: 'Infrastructure', message: end.message, line: null };
      return emptyVerdict(submission, 'infrastructure', error, { timeMs: 0, engine });
    }
  }
}
