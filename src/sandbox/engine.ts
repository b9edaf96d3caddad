import * as v from 'valibot';
import type { EngineSpec } from './engine-spec.ts';
import type { FrameWorker, Mishap, SandboxFrame } from './frame.ts';
import { fromWorker, makeNonce, runReport, type Run, type RunReport } from './protocol.ts';

/** How one run ended, as the trusted side saw it. `lost` runs again elsewhere: the program is not to blame. */
export type RunEnd =
  | { readonly kind: 'report'; readonly report: RunReport }
  | { readonly kind: 'tamper'; readonly message: string }
  | { readonly kind: 'hung'; readonly timeMs: number }
  | { readonly kind: 'lost'; readonly message: string };

/** A worker that should have interrupted a program itself is given this long on top before it is ended. */
const GRACE_MS = 400;
const UNREAD_MS = 20;
/** Time for a worker to take up a run, before the program's own clock starts. */
const TAKE_UP_MS = 20_000;
const BOOT_MS = 60_000;

interface Current {
  readonly nonce: string;
  readonly timeoutMs: number;
  readonly settle: (end: RunEnd) => void;
  startedAt: number | null;
  report: RunReport | null;
  timer: ReturnType<typeof setTimeout>;
}

/**
 * One interpreter seen from the page. It runs one program at a time, believes the first reply that carries the
 * run's nonce, and is dead for good after anything it should not have said or done.
 */
export class Engine {
  readonly ready: Promise<void>;
  name: string;
  alive = true;
  /** Whether a run may start: booted, not running, not being put back to its image. */
  idle = false;
  runs = 0;
  /** The size of the worker's memory after its last run; 0 before the first. */
  heldBytes = 0;
  readonly #title: string;
  readonly #worker: FrameWorker;
  #current: Current | null = null;
  #booted: (error: Error | null) => void = () => {};
  readonly #changed: () => void;

  /** `changed` is called whenever the engine becomes idle or dies. */
  constructor(spec: EngineSpec, frame: SandboxFrame, changed: () => void) {
    this.#title = spec.title;
    this.name = spec.language;
    this.#changed = changed;
    this.#worker = frame.spawn((mishap) => this.#onMishap(mishap));
    this.ready = new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#die(`${this.#title} did not start within a minute.`), BOOT_MS);
      this.#booted = (error) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      };
    });
    this.ready.catch(() => {});
    this.#worker.port.addEventListener('message', (event: MessageEvent<unknown>) =>
      this.#onMessage(event.data),
    );
    this.#worker.port.start();
  }

  /** Runs a job (a `Job` as JSON). `memoryMb` caps the worker's memory while it runs. */
  run(job: string, timeoutMs: number, memoryMb: number): Promise<RunEnd> {
    if (!this.idle || !this.alive) throw new Error('The engine is not idle.');
    this.idle = false;
    this.runs++;
    return new Promise((settle) => {
      const nonce = makeNonce();
      const timer = setTimeout(() => this.#die('The worker did not take up its program.'), TAKE_UP_MS);
      this.#current = { nonce, timeoutMs, settle, startedAt: null, report: null, timer };
      const message: Run = { type: 'run', nonce, job, timeoutMs, memoryMb };
      this.#worker.port.postMessage(message, []);
    });
  }

  /** Ends the worker; a run in it ends as lost. */
  terminate(message = 'The worker was ended.'): void {
    this.#die(message);
  }

  #die(message: string): void {
    this.#end({ kind: 'lost', message });
  }

  /** Terminates, settling the current run with `end` unless it has already been answered. */
  #end(end: RunEnd): void {
    if (!this.alive) return;
    this.alive = false;
    this.idle = false;
    this.#worker.terminate();
    this.#booted(new Error(end.kind === 'lost' ? end.message : 'The worker ended before it was ready.'));
    const current = this.#current;
    this.#current = null;
    if (current) {
      clearTimeout(current.timer);
      current.settle(
        current.report && end.kind === 'lost' ? { kind: 'report', report: current.report } : end,
      );
    }
    this.#changed();
  }

  #onMishap(mishap: Mishap): void {
    switch (mishap.kind) {
      case 'died':
        return this.#die(`The worker died: ${mishap.message}`);
      case 'noise':
        return this.#end({ kind: 'tamper', message: 'The worker spoke outside its port.' });
    }
  }

  #onMessage(data: unknown): void {
    if (!this.alive) return;
    const tamper = (message: string): void => this.#end({ kind: 'tamper', message });
    const parsed = v.safeParse(fromWorker, data);
    if (!parsed.success) return tamper('A message is not of the protocol.');
    const message = parsed.output;
    if (message.type === 'unfit') return this.#die(message.message);
    if (message.type === 'ready') {
      if (this.runs > 0 || this.idle) return tamper('A worker started twice.');
      this.name = message.engine;
      this.idle = true;
      this.#booted(null);
      return this.#changed();
    }
    const current = this.#current;
    if (!current || message.nonce !== current.nonce) return tamper('A reply carries no nonce of this run.');
    switch (message.type) {
      case 'started':
        if (current.startedAt !== null) return tamper('A run started twice.');
        current.startedAt = performance.now();
        clearTimeout(current.timer);
        current.timer = setTimeout(
          // A page that was busy itself reads the messages that wait before it blames the worker.
          () => (current.timer = setTimeout(() => this.#onHung(current), UNREAD_MS)),
          current.timeoutMs + GRACE_MS,
        );
        return;
      case 'done': {
        if (current.startedAt === null || current.report) return tamper('A second reply came for one run.');
        const report = parseReport(message.report);
        if (!report) return tamper('A report is not of the protocol.');
        current.report = report;
        this.heldBytes = report.heldBytes;
        return;
      }
      case 'idle':
        if (!current.report) return tamper('A run ended without a reply.');
        clearTimeout(current.timer);
        this.#current = null;
        this.idle = true;
        current.settle({ kind: 'report', report: current.report });
        return this.#changed();
    }
  }

  #onHung(current: Current): void {
    if (current.report) return this.#end({ kind: 'report', report: current.report });
    this.#end({ kind: 'hung', timeMs: performance.now() - (current.startedAt ?? performance.now()) });
  }
}

function parseReport(text: string): RunReport | null {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = v.safeParse(runReport, data);
  return parsed.success ? parsed.output : null;
}
