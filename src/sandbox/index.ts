import type { EngineSpec } from './engine-spec.ts';
import { answersOf, beside, replay, withHarness } from './harness.ts';
import { javascript } from './javascript/spec.ts';
import { defaultPoolSize, Pool, type PoolJob, type PoolResult } from './pool.ts';
import { python } from './python/spec.ts';
import { gradeScript } from './script.ts';
import { checkSubmission, refuse } from './submission.ts';
import type { Language, Sandbox, Submission, Verdict } from './types.ts';
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

/** A sandbox whose number of workers can be changed while it works. */
export interface AdjustableSandbox extends Sandbox {
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

/** Runs a job in an interpreter of its language; the signal takes it back. */
type Run = (language: Language, job: PoolJob, signal: AbortSignal) => Promise<PoolResult>;

class Grader implements AdjustableSandbox {
  readonly #options: SandboxOptions;
  readonly #pools = new Map<Language, Pool>();
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
    if (signal?.aborted) throw new DOMException('Grading was cancelled before it began.', 'AbortError');
    for (const submission of submissions) checkSubmission(submission);
    const ended = new AbortController();
    const aborted = new Promise<never>((_, reject) => {
      const abort = (): void => {
        reject(new DOMException('Grading was cancelled; no verdict of this batch counts.', 'AbortError'));
        ended.abort();
      };
      signal?.addEventListener('abort', abort, { once: true, signal: ended.signal });
    });
    const run: Run = (language, job, cancelled) => {
      const { result, cancel } = this.#pool(language).submit(job);
      cancelled.addEventListener('abort', cancel, { once: true });
      return result.finally(() => cancelled.removeEventListener('abort', cancel));
    };
    const verdicts = submissions.map((submission) => gradeOne(submission, this.#options, run, ended.signal));
    try {
      return await Promise.race([Promise.all(verdicts), aborted]);
    } finally {
      ended.abort();
    }
  }

  dispose(): void {
    this.#disposed = true;
    for (const pool of this.#pools.values()) pool.dispose();
  }

  #pool(language: Language): Pool {
    const known = this.#pools.get(language);
    if (known) return known;
    const pool = new Pool(ENGINES[language], this.#size);
    if (this.#disposed) pool.dispose();
    this.#pools.set(language, pool);
    return pool;
  }
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
  const runPython = (job: PoolJob): Promise<PoolResult> => run('python', job, signal);
  if (submission.io) return gradeScript(runPython, submission, program, limits);

  const asked = [...tests.map((test) => test.args), ...(harness?.calls ?? [])];
  const order = callOrder(program, asked.length);
  const calls = order.map((index) => asked[index] ?? []);
  const { end, engine } = await run(language, { program, entry, calls, ...limits }, signal);
  const verdict = verdictOf(submission, end, order, timeoutMs, engine);
  const ran = end.kind === 'report' && end.report.outcome === 'ran';
  if (!harness || !ran || verdict.status === 'tamper' || verdict.status === 'memory') return verdict;
  const judgement = harness.calls
    ? await replay(runPython, harness, answersOf(end.report, order, tests.length), limits)
    : await beside(runPython, harness, submission, program, limits);
  return withHarness(verdict, judgement);
}
