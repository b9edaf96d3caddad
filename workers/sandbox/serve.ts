import { elapsedMs } from './clock.ts';
import { lockDown } from './lockdown.ts';
import type { CallReport, FromWorker, Run, RunReport } from '../../src/sandbox/protocol.ts';
import { MAX_RESULTS_CHARS } from '../../src/sandbox/results.ts';

/** What came of a run, and whether the interpreter may go on after it. */
export interface Execution {
  readonly report: RunReport;
  readonly sound: boolean;
}

export interface Limits {
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

/** An engine as the message loop sees it. Nothing here may throw on account of a program. */
export interface Interpreter {
  readonly name: string;
  /** Runs a `Job` given as JSON. `null`: the interpreter is not as it was at boot, and the job must run elsewhere. */
  run(job: string, limits: Limits): Execution | null;
  /** Makes everything as it was at boot. */
  reset(): void;
}

// Taken before any program runs: what a program that escaped its engine might change later is not used.
const { stringify } = JSON;
const OUTPUT_CHARS = 10_000;

/** Answers runs on `port`, one at a time, with `started`, `done` and, once reset, `idle`. */
export function serve(port: MessagePort, interpreter: Interpreter): void {
  const post = port.postMessage.bind(port);
  const say = (message: FromWorker): void => post(message);
  port.addEventListener('message', (event: MessageEvent<Run>) => {
    const { nonce, job, timeoutMs, memoryMb } = event.data;
    say({ type: 'started', nonce });
    const execution = interpreter.run(job, { timeoutMs, memoryMb });
    if (execution === null) {
      return say({ type: 'unfit', message: 'The canary found traces of an earlier program.' });
    }
    say({ type: 'done', nonce, report: written(execution.report) });
    if (!execution.sound) return say({ type: 'unfit', message: 'The interpreter is not used again.' });
    interpreter.reset();
    say({ type: 'idle', nonce });
  });
  lockDown();
  port.start();
  say({ type: 'ready', engine: interpreter.name });
}

/** A report as text; empty, which the page takes for tampering, if a program made it impossible to write. */
function written({ calls, ...report }: RunReport): string {
  const budget = new ResultBudget();
  try {
    let list = '';
    for (let i = 0; i < calls.length; i++) list += (i > 0 ? ',' : '') + budget.admit(stringify(calls[i]));
    return `${stringify(report).slice(0, -1)},"calls":[${list}]}`;
  } catch {
    return '';
  }
}

const BEYOND_BUDGET: CallReport = {
  refused: 'a value that, with those of the calls before it, is more than 8,000,000 characters of JSON',
};

/** What the results of one run may still take, as text: so that no number of calls fills the memory or the report. */
export class ResultBudget {
  #left = MAX_RESULTS_CHARS;

  /** The report of a call, or in its place, once there is too much of them, that the result was refused. */
  admit(report: string): string {
    if (report.length > this.#left) return stringify(BEYOND_BUDGET);
    this.#left -= report.length;
    return report;
  }
}

/** A program's deadline. It goes on being passed until it is disarmed. */
export class Deadline {
  #at = Infinity;

  arm(timeoutMs: number): void {
    this.#at = elapsedMs() + timeoutMs;
  }

  get passed(): boolean {
    return elapsedMs() >= this.#at;
  }

  disarm(): void {
    this.#at = Infinity;
  }
}

/** What a program printed, up to a cap; the rest is dropped. */
export class Output {
  #text = '';

  add(text: string): void {
    if (this.#text.length < OUTPUT_CHARS) this.#text = (this.#text + text).slice(0, OUTPUT_CHARS);
  }

  get full(): boolean {
    return this.#text.length >= OUTPUT_CHARS;
  }

  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}

/** What was thrown, in words: Emscripten throws objects that are no errors, and those do not print. */
export function sentence(reason: unknown): string {
  if (reason instanceof Error) return `${reason.name}: ${reason.message}`.slice(0, 400);
  if (typeof reason === 'object' && reason !== null) return stringify({ ...reason }).slice(0, 400);
  return String(reason).slice(0, 400);
}
