import type { EngineSpec } from './engine-spec.ts';
import { beforeHarness, dependsOnProgram, judgeByTests, withHarness } from './harness.ts';
import { javascript } from './javascript/spec.ts';
import type { Judging } from './judging.ts';
import { defaultPoolSize, Pool, type PoolJob, type PoolResult } from './pool.ts';
import { python } from './python/spec.ts';
import { gradeScript } from './script.ts';
import { checkSubmission, refuse } from './submission.ts';
import type { JobCall } from './protocol.ts';
import type { Harness, KnownRun, Language, Sandbox, Submission, Test, Value, Verdict } from './types.ts';
import { callOrder, languageOf, verdictOf } from './verdict.ts';

export { SandboxUnavailableError } from './frame.ts';
export { checkSubmission, InvalidSubmissionError } from './submission.ts';

const ENGINES: Readonly<Record<Language, EngineSpec>> = { python, javascript };

export interface SandboxOptions {
  /** Interpreters of one language that run at once. Default: one per core, at least 1, at most 4. */
  readonly workers?: number;
  /** Deadline of a submission that names none, in ms. Default 1000. */
  readonly timeoutMs?: number;
  /** Memory limit of a submission that names none, in MiB. Default: the engine's. */
  readonly memoryMb?: number;
}

/** What test code and its reference solution come to. */
export interface ReferenceRun {
  readonly verdict: Verdict;
  /** Of a pass that is not weak. */
  readonly known: KnownRun | null;
}

/** A sandbox whose number of workers can be changed while it works, and which prepares the tests of data sets. */
export interface AdjustableSandbox extends Sandbox {
  /** Runs test code with a solution that is known to be right, where no program runs. */
  tryReference(harness: Harness, solution: Solution, signal?: AbortSignal): Promise<ReferenceRun>;
  /** Whether the tests could fail at all, whatever the program does. */
  dependsOnProgram(harness: Harness, entry: string, signal?: AbortSignal): Promise<boolean>;
  /**
   * Calls a function of a program of our own, where no program of others runs, once for each list of arguments. A call
   * that raises gives `null`, as do all from the one on that was not done in time.
   */
  callTrusted(
    source: string,
    entry: string,
    calls: readonly (readonly Value[])[],
    signal?: AbortSignal,
  ): Promise<Value[]>;
  /** Starts the workers of one language; resolves when one is warm. Default: Python. */
  warm(language?: Language): Promise<void>;
  /** Changes how many interpreters of each language run at once. */
  resize(workers: number): void;
}

/**
 * A sandbox for Python and JavaScript programs, for use in a page (it needs a document for its frames). Nothing of a
 * language starts before `warm` or the first `grade` that needs it.
 */
export function createSandbox(options: SandboxOptions = {}): AdjustableSandbox {
  return new Grader(options);
}

/** A program that is known to be right. */
export interface Solution {
  readonly program: string;
  readonly entry: string;
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
}

/** Trusted work never shares an interpreter with programs. */
type Place = Language | 'trusted';

/** Runs a job in an interpreter of its place; the signal takes it back. */
type Run = (place: Place, job: PoolJob, signal: AbortSignal) => Promise<PoolResult>;

/** Our own programs over texts of data sets: long ones take their time. */
const TRUSTED_MS = 20_000;
const TRUSTED_MB = 512;
const REFERENCE_MS = 10_000;

class Grader implements AdjustableSandbox {
  readonly #options: SandboxOptions;
  readonly #pools = new Map<Place, Pool>();
  #size: number;
  #disposed = false;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.#size = options.workers ?? defaultPoolSize();
  }

  warm(language: Language = 'python'): Promise<void> {
    return this.#pool(language).warm();
  }

  resize(workers: number): void {
    for (const pool of this.#pools.values()) pool.resize(workers);
    this.#size = workers;
  }

  async grade(submissions: readonly Submission[], signal?: AbortSignal): Promise<Verdict[]> {
    for (const submission of submissions) checkSubmission(submission);
    return this.#cancellable(signal, (run, ended) =>
      Promise.all(submissions.map((submission) => gradeOne(submission, this.#options, run, ended))),
    );
  }

  tryReference(harness: Harness, solution: Solution, signal?: AbortSignal): Promise<ReferenceRun> {
    return this.#cancellable(signal, async (run, ended) => {
      const judgement = await judgeByTests(this.#trusted(harness, solution, run, ended));
      const submission = { id: '', program: solution.program, entry: solution.entry, tests: [], harness };
      const verdict = withHarness(beforeHarness(submission), judgement);
      return { verdict, known: verdict.status === 'pass' ? (judgement.run ?? null) : null };
    });
  }

  dependsOnProgram(harness: Harness, entry: string, signal?: AbortSignal): Promise<boolean> {
    return this.#cancellable(signal, (run, ended) =>
      dependsOnProgram(this.#trusted(harness, { program: '', entry }, run, ended)),
    );
  }

  callTrusted(
    source: string,
    entry: string,
    calls: readonly (readonly Value[])[],
    signal?: AbortSignal,
  ): Promise<Value[]> {
    return this.#cancellable(signal, async (run, ended) => {
      const job = { program: source, entry, calls, timeoutMs: TRUSTED_MS, memoryMb: TRUSTED_MB };
      const { end } = await run('trusted', job, ended);
      const reports = end.kind === 'report' ? end.report.calls : [];
      return calls.map((_, i) => {
        const report = reports[i];
        return report && 'returned' in report ? (report.returned as Value) : null;
      });
    });
  }

  #trusted(harness: Harness, solution: Solution, run: Run, signal: AbortSignal): Judging {
    const { program, entry, timeoutMs = REFERENCE_MS, memoryMb = TRUSTED_MB } = solution;
    const runTrusted = (job: PoolJob): Promise<PoolResult> => run('trusted', job, signal);
    return {
      run: runTrusted,
      runTrusted,
      program,
      entry,
      harness,
      limits: { timeoutMs, memoryMb },
      keep: true,
    };
  }

  /** Does work whose runs are all taken back when the signal fires. */
  async #cancellable<T>(
    signal: AbortSignal | undefined,
    work: (run: Run, ended: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (signal?.aborted) throw new DOMException('Grading was cancelled before it began.', 'AbortError');
    const ended = new AbortController();
    const aborted = new Promise<never>((_, reject) => {
      const abort = (): void => {
        reject(new DOMException('Grading was cancelled; no verdict of this batch counts.', 'AbortError'));
        ended.abort();
      };
      signal?.addEventListener('abort', abort, { once: true, signal: ended.signal });
    });
    const run: Run = (place, job, cancelled) => {
      const { result, cancel } = this.#pool(place).submit(job);
      // A signal that has fired does not fire again.
      if (cancelled.aborted) cancel();
      cancelled.addEventListener('abort', cancel, { once: true });
      return result.finally(() => cancelled.removeEventListener('abort', cancel));
    };
    try {
      return await Promise.race([work(run, ended.signal), aborted]);
    } finally {
      ended.abort();
    }
  }

  dispose(): void {
    this.#disposed = true;
    for (const pool of this.#pools.values()) pool.dispose();
  }

  #pool(place: Place): Pool {
    const known = this.#pools.get(place);
    if (known) return known;
    // What is trusted neither hangs nor crashes as a rule.
    const pool = place === 'trusted' ? new Pool(python, this.#size, 0) : new Pool(ENGINES[place], this.#size);
    if (this.#disposed) pool.dispose();
    this.#pools.set(place, pool);
    return pool;
  }
}

/** The call that a test asks for. */
function callOf({ args, kwargs }: Test): JobCall {
  return kwargs ? { args, kwargs } : args;
}

async function gradeOne(
  submission: Submission,
  options: SandboxOptions,
  run: Run,
  signal: AbortSignal,
): Promise<Verdict> {
  const { program, entry, tests, harness } = submission;
  const refusal = refuse(submission);
  if (refusal || program === null) return refusal as Verdict;
  const language = languageOf(submission);
  const timeoutMs = submission.timeoutMs ?? options.timeoutMs ?? 1000;
  const memoryMb = submission.memoryMb ?? options.memoryMb;
  const limits = { timeoutMs, ...(memoryMb === undefined ? {} : { memoryMb }) };
  if (submission.io) return gradeScript((job) => run('python', job, signal), submission, program, limits);
  if (tests.length === 0 && harness) {
    const judging = judgingOf(submission, program, harness, limits, run, signal);
    return withHarness(beforeHarness(submission), await judgeByTests(judging));
  }
  const order = callOrder(program, tests.length);
  const asked: readonly JobCall[] = tests.map(callOf);
  const calls = order.map((index) => asked[index] ?? []);
  const { end, engine } = await run(language, { program, entry, calls, ...limits }, signal);
  const verdict = verdictOf(submission, end, order, timeoutMs, engine);
  const ran = end.kind === 'report' && end.report.outcome === 'ran';
  if (!harness || !ran || verdict.status === 'tamper' || verdict.status === 'memory') return verdict;
  const judging = judgingOf(submission, program, harness, limits, run, signal);
  return withHarness(verdict, await judgeByTests(judging));
}

function judgingOf(
  { entry }: Submission,
  program: string,
  harness: Harness,
  limits: Judging['limits'],
  run: Run,
  signal: AbortSignal,
): Judging {
  return {
    run: (job) => run('python', job, signal),
    runTrusted: (job) => run('trusted', job, signal),
    program,
    entry,
    harness,
    limits,
  };
}
