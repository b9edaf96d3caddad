import * as v from 'valibot';
import type { AdjustableSandbox } from '../../../sandbox/index.ts';
import type { Harness, Verdict } from '../../../sandbox/types.ts';
import prepareSource from './prepare.py?raw';

/** Test code as a data set has it, before it is prepared. */
export interface TestCode {
  /** Source with a function `check(candidate)`; `null` where {@link asserts} stand for it. */
  readonly source: string | null;
  /** Statements that call the function under test by its name. */
  readonly asserts: readonly string[];
  /** Statements before the asserts: imports, helper values. */
  readonly setup: string;
  /** What the task states in front of its tests, such as the prompt with its helper functions. */
  readonly context: string;
  /** The function under test, such as `f` or `Solution().f`; `null` where the asserts have to say. */
  readonly entry: string | null;
  /** A solution known to be right; without one, nothing can be verified. */
  readonly reference: string | null;
}

/** What a submission needs of test code. */
export interface Suite {
  readonly kind: 'suite';
  readonly harness: Harness;
  readonly entry: string;
}

/** Test code that cannot grade anything, and why: no program is to blame. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly why: string;
  /** Another try may come to something else: the sandbox failed. */
  readonly passing: boolean;
}

/** How a completion was read: the body of the prompt's function, that function whole, or a file of its own. */
export type Form = 'body' | 'function' | 'file';

/** A completion as a program to run. */
export interface Assembled {
  readonly form: Form;
  readonly program: string;
}

type Preparing = Pick<AdjustableSandbox, 'tryReference' | 'dependsOnProgram' | 'callTrusted'>;

/** Most solutions that are read in one go. */
const AT_ONCE = 64;

const assembled = v.strictObject({ form: v.picklist(['body', 'function', 'file']), program: v.string() });
const entryFound = v.union([v.strictObject({ entry: v.string() }), v.strictObject({ error: v.string() })]);

/** A completion and what it completes. */
export interface Completion {
  readonly prompt: string;
  readonly entry: string;
  readonly text: string;
}

/**
 * Makes programs of completions, by Python's own grammar.
 *
 * @returns one for each, in order; `null` for one that the sandbox failed on, also by itself
 */
export async function assemble(
  sandbox: Preparing,
  completions: readonly Completion[],
  signal?: AbortSignal,
): Promise<(Assembled | null)[]> {
  const results: (Assembled | null)[] = [];
  for (let at = 0; at < completions.length; at += AT_ONCE) {
    const some = completions.slice(at, at + AT_ONCE);
    const together = await assembleAll(sandbox, some, signal);
    for (const [i, completion] of some.entries()) {
      // One may have taken the others down with it.
      results.push(together[i] ?? (await assembleAll(sandbox, [completion], signal))[0] ?? null);
    }
  }
  return results;
}

async function assembleAll(
  sandbox: Preparing,
  completions: readonly Completion[],
  signal: AbortSignal | undefined,
): Promise<(Assembled | null)[]> {
  const calls = completions.map(({ prompt, entry, text }) => [prompt, entry, text]);
  const told = await sandbox.callTrusted(prepareSource, 'assemble', calls, signal);
  return told.map((one) => {
    const parsed = v.safeParse(assembled, one);
    return parsed.success ? parsed.output : null;
  });
}

/**
 * Prepares test code for many programs. With a reference solution, the tests are run with it: as they are to run
 * with programs, else beside it, which makes them weak; tests that it does not pass are refused. So are tests in which
 * nothing depends on the program.
 *
 * @returns one suite or refusal for each, in order
 */
export async function prepareSuites(
  sandbox: Preparing,
  codes: readonly TestCode[],
  signal?: AbortSignal,
): Promise<(Suite | Refusal)[]> {
  const asserting = codes.filter(({ entry }) => entry === null);
  const calls = asserting.map(({ asserts, setup, reference }) => [asserts, setup, reference]);
  const told = await sandbox.callTrusted(prepareSource, 'entry_of', calls, signal);
  const found = new Map(asserting.map((code, i) => [code, told[i]]));
  return Promise.all(
    codes.map((code) => {
      const entry = code.entry ?? entryIn(found.get(code));
      return typeof entry === 'string' ? prepareSuite(sandbox, code, entry, signal) : entry;
    }),
  );
}

function entryIn(told: unknown): string | Refusal {
  const parsed = v.safeParse(entryFound, told);
  if (!parsed.success) return refused('The tests could not be read.', true);
  if ('entry' in parsed.output) return parsed.output.entry;
  return refused(`The tests cannot be used: ${parsed.output.error}.`);
}

const refused = (why: string, passing = false): Refusal => ({ kind: 'refusal', why, passing });

/** Whether the sandbox itself failed: nothing is known of the tests then. */
const isOurs = ({ status, error }: Verdict): boolean =>
  status === 'infrastructure' && error?.type === 'Infrastructure';

async function prepareSuite(
  sandbox: Preparing,
  code: TestCode,
  entry: string,
  signal: AbortSignal | undefined,
): Promise<Suite | Refusal> {
  const harness = harnessOf(code);
  if (code.reference === null) {
    if (!(await sandbox.dependsOnProgram(harness, entry, signal))) return refused(NOTHING_DEPENDS);
    return { kind: 'suite', harness, entry };
  }
  const solution = { program: code.reference, entry };
  const { verdict, known } = await sandbox.tryReference(harness, solution, signal);
  if (isOurs(verdict)) return refused(causeOf(verdict), true);
  if (verdict.status !== 'pass') return besideOrNot(sandbox, code, entry, causeOf(verdict), signal);
  const verified = known ? { ...harness, known } : { ...harness, beside: verdict.why ?? '' };
  if (!(await sandbox.dependsOnProgram(verified, entry, signal))) return refused(NOTHING_DEPENDS);
  return { kind: 'suite', harness: verified, entry };
}

const NOTHING_DEPENDS = 'No assertion of the tests depends on the program, so nothing can be graded.';

async function besideOrNot(
  sandbox: Preparing,
  code: TestCode,
  entry: string,
  cause: string,
  signal: AbortSignal | undefined,
): Promise<Suite | Refusal> {
  const harness = {
    ...harnessOf(code),
    beside: `the reference solution fails when it is kept apart: ${cause}`,
  };
  const { verdict } = await sandbox.tryReference(harness, { program: code.reference ?? '', entry }, signal);
  if (isOurs(verdict)) return refused(causeOf(verdict), true);
  if (verdict.status !== 'pass') return refused(`The tests fail with their own reference solution: ${cause}`);
  return { kind: 'suite', harness, entry };
}

function harnessOf({ source, asserts, setup, context }: TestCode): Harness {
  if (source !== null) return { source, context };
  return { source: [setup, ...asserts].join('\n'), context, statements: true };
}

/** What a verdict that is no pass says in a sentence. */
export function causeOf({ status, error, tests }: Verdict): string {
  if (error) return error.message === '' ? error.type : `${error.type}: ${error.message}`;
  return tests.find((test) => test.error !== undefined)?.error ?? status;
}
