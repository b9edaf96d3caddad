import { checkSubmission, InvalidSubmissionError, type AdjustableSandbox } from '../../../sandbox/index.ts';
import { emptyVerdict } from '../../../sandbox/verdict.ts';
import type { Submission, Verdict } from '../../../sandbox/types.ts';
import type { GradeItem, LineError } from './lines.ts';
import { assemble, prepareSuites, type Form, type Refusal, type Suite, type TestCode } from './suite.ts';

/** A line with its verdict. */
export interface GradedLine {
  readonly kind: 'verdict';
  readonly id: string | number;
  readonly line: number;
  readonly verdict: Verdict;
  /** How the completion was read, where it completes a prompt. */
  readonly form?: Form;
}

/** Test code of a data set is prepared once for all its programs, as far as these many suites back. */
const SUITES_KEPT = 1000;

/** Grades lines of a file, keeping what it learned of test code from one call to the next. */
export class LineGrader {
  readonly #sandbox: AdjustableSandbox;
  readonly #suites = new Map<string, Suite | Refusal>();

  constructor(sandbox: AdjustableSandbox) {
    this.#sandbox = sandbox;
  }

  /** Verdicts and errors in the order of the items. */
  async grade(items: readonly GradeItem[], signal?: AbortSignal): Promise<(GradedLine | LineError)[]> {
    const whole = await assembledItems(this.#sandbox, items, signal);
    const suites = await this.#suitesOf(whole, signal);
    const prepared = whole.map((item, i) => prepare(item, suites[i] ?? null));
    const submissions = prepared.filter(isSubmission);
    const verdicts = (await this.#sandbox.grade(submissions, signal)).values();
    return whole.map(({ id, line, form }, i) => {
      const one = prepared[i] as Prepared;
      if (one instanceof Error) return { kind: 'error', line, id, error: one.message };
      const verdict = isSubmission(one) ? (verdicts.next().value as Verdict) : one.refused;
      return { kind: 'verdict', id, line, verdict, ...(form ? { form } : {}) };
    });
  }

  async #suitesOf(items: readonly WholeItem[], signal?: AbortSignal): Promise<(Suite | Refusal | null)[]> {
    const keys = items.map((item) => (isReadTask(item) ? JSON.stringify(item.code) : null));
    const unknown = new Map<string, TestCode>();
    for (const [i, item] of items.entries()) {
      const key = keys[i];
      if (isReadTask(item) && key != null && !this.#suites.has(key)) unknown.set(key, item.code);
    }
    const found = await prepareSuites(this.#sandbox, [...unknown.values()], signal);
    for (const [i, key] of [...unknown.keys()].entries()) this.#suites.set(key, found[i]!);
    const suites = keys.map((key) => (key === null ? null : (this.#suites.get(key) ?? null)));
    for (const [key, suite] of this.#suites) {
      if (suite.kind === 'refusal' && suite.passing) this.#suites.delete(key);
    }
    for (const key of this.#suites.keys()) {
      if (this.#suites.size <= SUITES_KEPT) break;
      this.#suites.delete(key);
    }
    return suites;
  }
}

/** An item whose texts are programs; `unread` where the sandbox failed to make them so. */
type WholeItem = GradeItem & { readonly form?: Form; readonly unread?: boolean };

const isReadTask = (item: WholeItem): item is WholeItem & { readonly kind: 'task' } =>
  item.kind === 'task' && item.unread !== true;

const NOTHING = { form: null, program: null };

/** The items with the completions and reference solutions among them made into programs. */
async function assembledItems(
  sandbox: AdjustableSandbox,
  items: readonly GradeItem[],
  signal?: AbortSignal,
): Promise<WholeItem[]> {
  const completing = items.flatMap((item) => {
    if (item.kind !== 'task' || item.code.entry === null || item.code.source === null) return [];
    const { entry, context: prompt, reference } = item.code;
    const texts = [item.submission.program, reference].filter((text) => text !== null);
    return texts.map((text) => ({ prompt, entry, text }));
  });
  const programs = (await assemble(sandbox, completing, signal)).values();
  return items.map((item) => {
    if (item.kind !== 'task' || item.code.entry === null || item.code.source === null) return item;
    const { submission, code } = item;
    const own = submission.program === null ? NOTHING : programs.next().value;
    const reference = code.reference === null ? NOTHING : programs.next().value;
    if (!own || !reference) return { ...item, unread: true };
    return {
      ...item,
      submission: { ...submission, program: own.program },
      code: { ...code, reference: reference.program },
      ...(own.form ? { form: own.form } : {}),
    };
  });
}

/** A submission to be graded, a verdict that needs no run, or what is wrong with the line. */
type Prepared = Submission | { readonly refused: Verdict } | Error;

const isSubmission = (one: Prepared): one is Submission => !(one instanceof Error) && 'program' in one;

function prepare(item: WholeItem, suite: Suite | Refusal | null): Prepared {
  let submission: Submission;
  if (item.kind === 'submission') submission = item.submission;
  else {
    const bare = { ...item.submission, tests: [] };
    const failed = (message: string): Prepared => {
      const error = { type: 'Infrastructure', message, line: null };
      return { refused: emptyVerdict(bare, 'infrastructure', error, { timeMs: 0, engine: 'none' }) };
    };
    if (item.unread) return failed('The sandbox failed while the completion was read.');
    if (suite?.kind !== 'suite') {
      return failed(suite?.why ?? 'The tests are missing.');
    }
    submission = { ...bare, entry: suite.entry, harness: suite.harness };
  }
  try {
    checkSubmission(submission);
    return submission;
  } catch (error) {
    if (error instanceof InvalidSubmissionError) return error;
    throw error;
  }
}
