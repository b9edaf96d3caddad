import { checkSubmission, InvalidSubmissionError } from '../sandbox/index.ts';
import type { Sandbox, Submission, Verdict } from '../sandbox/types.ts';
import type { GradeItem, LineError } from './lines.ts';
import { submissionOf, takeApart, TestCodeError, type Suite, type TestCode } from './suite.ts';

/** A line with its verdict. `why` says what kept weak tests from being split. */
export interface GradedLine {
  readonly kind: 'verdict';
  readonly id: string | number;
  readonly line: number;
  readonly verdict: Verdict;
  readonly why?: string;
}

/** Test code of a data set is taken apart once for all its programs, as far as these many suites back. */
const SUITES_KEPT = 1000;

/** Grades lines of a file, keeping what it learned of test code from one call to the next. */
export class LineGrader {
  readonly #sandbox: Sandbox;
  readonly #suites = new Map<string, Suite | TestCodeError>();

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** Verdicts and errors in the order of the items. */
  async grade(items: readonly GradeItem[], signal?: AbortSignal): Promise<(GradedLine | LineError)[]> {
    const suites = await this.#suitesOf(items, signal);
    const prepared = items.map((item, i) => prepare(item, suites[i] ?? null));
    const submissions = prepared.filter((each): each is Submission => !(each instanceof Error));
    const verdicts = (await this.#sandbox.grade(submissions, signal)).values();
    return items.map((item, i) => {
      const { id, line } = item;
      const submission = prepared[i];
      if (submission instanceof Error) return { kind: 'error', line, id, error: submission.message };
      const verdict = verdicts.next().value as Verdict;
      const suite = suites[i];
      const why = verdict.weak && suite && !(suite instanceof TestCodeError) ? suite.why : null;
      return { kind: 'verdict', id, line, verdict, ...(why === null ? {} : { why }) };
    });
  }

  async #suitesOf(
    items: readonly GradeItem[],
    signal?: AbortSignal,
  ): Promise<(Suite | TestCodeError | null)[]> {
    const keys = items.map((item) => (item.kind === 'task' ? JSON.stringify(item.code) : null));
    const unknown = new Map<string, TestCode>();
    for (const [i, item] of items.entries()) {
      const key = keys[i];
      if (item.kind === 'task' && key != null && !this.#suites.has(key)) unknown.set(key, item.code);
    }
    const found = await takeApart(this.#sandbox, [...unknown.values()], signal);
    for (const [i, key] of [...unknown.keys()].entries()) this.#suites.set(key, found[i]!);
    const suites = keys.map((key) => (key === null ? null : (this.#suites.get(key) ?? null)));
    for (const key of this.#suites.keys()) {
      if (this.#suites.size <= SUITES_KEPT) break;
      this.#suites.delete(key);
    }
    return suites;
  }
}

function prepare(item: GradeItem, suite: Suite | TestCodeError | null): Submission | Error {
  if (suite instanceof TestCodeError) return suite;
  const submission: Submission =
    item.kind === 'submission'
      ? item.submission
      : { ...submissionOf(suite ?? { tests: [], why: null }, '', null, ''), ...item.submission };
  try {
    checkSubmission(submission);
    return submission;
  } catch (error) {
    if (error instanceof InvalidSubmissionError) return error;
    throw error;
  }
}
