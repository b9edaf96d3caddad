import type { RunEnd } from './engine.ts';
import { Pool } from './pool.ts';
import { python } from './python/spec.ts';
import type { Sandbox, Submission, Verdict } from './types.ts';
import { checkValue, ValueFormatError } from './value.ts';
import { callOrder, emptyVerdict, judge, tampered } from './verdict.ts';

export { SandboxUnavailableError } from './frame.ts';

export interface SandboxOptions {
  /** Interpreters that run at once. Default: one per core, at least 1, at most 4. */
  readonly workers?: number;
  /** Deadline of a submission that names none, in ms. Default 1000. */
  readonly timeoutMs?: number;
}

/** A submission that cannot be graded as it stands; nothing of its batch was run. */
export class InvalidSubmissionError extends Error {
  override readonly name = 'InvalidSubmissionError';
}

const MAX_TIMEOUT_MS = 600_000;
/** Longest program that is run, in UTF-16 units. */
const MAX_PROGRAM_CHARS = 1_000_000;

/**
 * A sandbox for Python programs, for use in a page (it needs a document for its frame). Nothing starts before
 * `warm` or the first `grade`.
 */
export function createPythonSandbox(options: SandboxOptions = {}): Sandbox {
  const pool = new Pool(python, options.workers);
  const timeoutMs = options.timeoutMs ?? 1000;
  return {
    warm: () => pool.warm(),
    grade: (submissions, signal) => grade(pool, submissions, timeoutMs, signal),
    dispose: () => pool.dispose(),
  };
}

async function grade(
  pool: Pool,
  submissions: readonly Submission[],
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Verdict[]> {
  throwIfAborted(signal);
  for (const submission of submissions) checkTests(submission);
  const jobs = submissions.map((submission) => {
    const { program } = submission;
    const refusal = refuse(submission, program);
    if (refusal || program === null) return { verdict: refusal, cancel: () => {} };
    return run(pool, submission, program, submission.timeoutMs ?? timeoutMs);
  });
  const finished = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => {
      for (const job of jobs) job.cancel();
      reject(new DOMException('Grading was cancelled; no verdict of this batch counts.', 'AbortError'));
    };
    signal?.addEventListener('abort', abort, { once: true, signal: finished.signal });
  });
  try {
    const verdicts = await Promise.race([Promise.all(jobs.map((job) => job.verdict)), aborted]);
    return verdicts.filter((verdict) => verdict !== null);
  } finally {
    finished.abort();
  }
}

function run(
  pool: Pool,
  submission: Submission,
  program: string,
  timeoutMs: number,
): { readonly verdict: Promise<Verdict>; cancel(): void } {
  const { entry, tests, memoryMb } = submission;
  const order = callOrder(program, tests.length);
  const calls = order.map((index) => tests[index]?.args ?? []);
  const limit = memoryMb === undefined ? {} : { memoryMb };
  const task = pool.submit({ program, entry, calls, timeoutMs, ...limit });
  const verdict = task.result.then(({ end, engine }) => verdictOf(submission, end, order, timeoutMs, engine));
  return { verdict, cancel: task.cancel };
}

function verdictOf(
  submission: Submission,
  end: RunEnd,
  order: readonly number[],
  timeoutMs: number,
  engine: string,
): Verdict {
  switch (end.kind) {
    case 'report':
      return judge(submission, end.report, order, engine);
    case 'tamper':
      return emptyVerdict(submission, 'tamper', tampered(end.message), { timeMs: 0, engine });
    case 'hung': {
      const message = `no answer within ${timeoutMs} ms; the worker was replaced`;
      const error = { type: 'Timeout', message, line: null };
      return emptyVerdict(submission, 'timeout', error, { timeMs: end.timeMs, engine });
    }
    case 'lost': {
      const error = { type: 'Infrastructure', message: end.message, line: null };
      return emptyVerdict(submission, 'infrastructure', error, { timeMs: 0, engine });
    }
  }
}

function throwIfAborted(signal?: AbortSignal): void {
  if (signal?.aborted) throw new DOMException('Grading was cancelled before it began.', 'AbortError');
}

/** A verdict for what never enters the sandbox: no program, or one too long. */
function refuse(submission: Submission, program: string | null): Verdict | null {
  const facts = { timeMs: 0, engine: 'none' };
  if (program === null) {
    const error = { type: 'NoCode', message: 'The completion holds no program.', line: null };
    return emptyVerdict(submission, 'no-code', error, facts);
  }
  if (program.length > MAX_PROGRAM_CHARS) {
    const message = `The program has ${program.length} characters; at most ${MAX_PROGRAM_CHARS} are run.`;
    return emptyVerdict(submission, 'memory', { type: 'MemoryError', message, line: null }, facts);
  }
  return null;
}

/** @throws {@link InvalidSubmissionError} naming the submission and the test whose values are not Python values. */
function checkTests(submission: Submission): void {
  const { id, tests, timeoutMs } = submission;
  if (tests.length === 0)
    throw new InvalidSubmissionError(`Submission ${id} has no tests, so nothing could fail it.`);
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) {
    throw new InvalidSubmissionError(
      `Submission ${id} has a deadline of ${timeoutMs} ms; give one between 0 and ${MAX_TIMEOUT_MS}.`,
    );
  }
  for (const [i, test] of tests.entries()) {
    try {
      for (const arg of test.args) checkValue(arg);
      checkValue(test.expected);
    } catch (error) {
      if (!(error instanceof ValueFormatError)) throw error;
      throw new InvalidSubmissionError(`Test ${i + 1} of submission ${id}: ${error.message}`);
    }
  }
}
