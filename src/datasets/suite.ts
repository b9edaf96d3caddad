import * as v from 'valibot';
import type { Comparison, Harness, Sandbox, Submission, Test, Value } from '../sandbox/types.ts';
import program from './split.py?raw';

/** Test code as a data set has it, before it is taken apart. */
export interface TestCode {
  /** Source with a function `check(candidate)`; `null` where {@link asserts} stand for it. */
  readonly source: string | null;
  /** Statements that call `entry` by its name. */
  readonly asserts: readonly string[];
  /** Statements before the asserts: imports, helper values. */
  readonly setup: string;
  /** What the task states in front of its tests, such as the prompt with its helper functions. */
  readonly context: string;
  readonly entry: string;
  /** A solution known to be right; without one, nothing can be recorded and nothing verified. */
  readonly reference: string | null;
}

/** What a submission needs of test code: tests, or a harness, or a weak harness (one without calls). */
export interface Suite {
  readonly tests: readonly Test[];
  readonly harness?: Harness;
  /** Why it was not split, in words; `null` if it was. */
  readonly why: string | null;
}

/** Test code that cannot be used at all, such as code that is not Python. */
export class TestCodeError extends Error {
  override readonly name = 'TestCodeError';
}

const SPLIT_MS = 20_000;
const SPLIT_MB = 512;
/** Time and memory for the reference solution when a suite is verified. */
const VERIFY_MS = 10_000;
const VERIFY_MB = 512;

const amount = v.pipe(v.string(), v.transform(Number), v.finite());
const comparison = v.strictObject({
  types: v.optional(v.picklist(['exact', 'equal'])),
  as: v.optional(v.picklist(['sequence', 'unordered', 'set', 'truth'])),
  tolerance: v.optional(v.strictObject({ relative: v.optional(amount), absolute: v.optional(amount) })),
});
const splitTest = v.strictObject({
  args: v.array(v.unknown()),
  expected: v.unknown(),
  compare: v.optional(comparison),
});
const summary = {
  source: v.string(),
  pages: v.number(),
  why: v.string(),
};
const splitResult = v.variant('kind', [
  v.strictObject({ kind: v.literal('tests'), page: v.array(splitTest), ...summary }),
  v.strictObject({ kind: v.literal('calls'), page: v.array(v.array(v.unknown())), ...summary }),
  v.strictObject({ kind: v.null(), page: v.array(v.unknown()), ...summary }),
]);
type SplitResult = v.InferOutput<typeof splitResult>;

/**
 * Takes test code apart, by Python's own `ast` in the sandbox: into tests where every assertion has a known form, else
 * into a harness with the calls it makes, else into a weak one. Each form is used only if the reference solution
 * passes it; a reference that passes none leaves the first.
 *
 * @returns one suite or error for each, in order
 */
export async function takeApart(
  sandbox: Sandbox,
  codes: readonly TestCode[],
  signal?: AbortSignal,
): Promise<(Suite | TestCodeError)[]> {
  const first = await split(sandbox, codes, false, signal);
  const suites: (Suite | TestCodeError)[] = [...first];
  const failing = async (among: readonly number[]): Promise<number[]> =>
    failingReferences(sandbox, codes, suites, among, signal);
  const everyone = codes.map((_, i) => i);

  const distrusted = await failing(everyone);
  const retried = distrusted.filter((i) => tested(suites[i]));
  const whole = await split(
    sandbox,
    retried.flatMap((i) => codes[i] ?? []),
    true,
    signal,
  );
  for (const [k, i] of retried.entries()) suites[i] = whole[k] ?? suites[i]!;
  for (const i of await failing(distrusted)) suites[i] = weakened(suites[i]!);
  for (const i of await failing(distrusted)) suites[i] = first[i]!;
  return suites;
}

const tested = (suite: Suite | TestCodeError | undefined): boolean =>
  suite !== undefined && !(suite instanceof TestCodeError) && suite.tests.length > 0;

function weakened(suite: Suite | TestCodeError): Suite | TestCodeError {
  if (suite instanceof TestCodeError || !suite.harness?.calls) return suite;
  const why = `${suite.why ?? ''}; the reference fails on its recorded answers`;
  return { tests: [], harness: { source: suite.harness.source }, why };
}

/** Those of the suites `among` these indices that their reference solution does not pass. */
async function failingReferences(
  sandbox: Sandbox,
  codes: readonly TestCode[],
  suites: readonly (Suite | TestCodeError)[],
  among: readonly number[],
  signal?: AbortSignal,
): Promise<number[]> {
  const submissions = among.flatMap((index): (Submission & { readonly index: number })[] => {
    const [code, suite] = [codes[index], suites[index]];
    if (!code || code.reference === null || !suite || suite instanceof TestCodeError) return [];
    const submission = submissionOf(suite, String(index), code.reference, code.entry);
    return [{ ...submission, index, timeoutMs: VERIFY_MS, memoryMb: VERIFY_MB }];
  });
  const verdicts = await sandbox.grade(submissions, signal);
  return submissions.filter((_, i) => verdicts[i]?.status !== 'pass').map(({ index }) => index);
}

/** A program to be graded by a suite. */
export function submissionOf(
  { tests, harness }: Suite,
  id: string,
  program: string | null,
  entry: string,
): Submission {
  return { id, program, entry, tests, ...(harness ? { harness } : {}) };
}

async function split(
  sandbox: Sandbox,
  codes: readonly TestCode[],
  whole: boolean,
  signal?: AbortSignal,
): Promise<(Suite | TestCodeError)[]> {
  const splitting = (code: TestCode, id: string, pages: readonly number[]): Submission => {
    const { source, asserts, setup, context, entry, reference } = code;
    const contexts = reference === null ? [context] : [context, reference];
    const task: Value = { source, asserts, setup, contexts, entry, program: reference, whole };
    const tests = pages.map((page) => ({ args: [task, page], expected: null }));
    return { id, program, entry: 'split', tests, timeoutMs: SPLIT_MS, memoryMb: SPLIT_MB };
  };
  const verdicts = await sandbox.grade(
    codes.map((code, i) => splitting(code, String(i), [0])),
    signal,
  );
  return Promise.all(
    verdicts.map(async (verdict, i) => {
      const code = codes[i];
      const result = readResult(verdict.tests[0]);
      if (!code || result instanceof TestCodeError) {
        if (verdict.status === 'timeout') return new TestCodeError('The test code does not end.');
        return result instanceof TestCodeError ? result : new TestCodeError('The test code is missing.');
      }
      if (result.pages <= 1) return suiteOf(result, [result]);
      const pages = Array.from({ length: result.pages }, (_, page) => page);
      const [more] = await sandbox.grade([splitting(code, String(i), pages)], signal);
      const results = pages.map((page) => readResult(more?.tests[page]));
      const failed = results.find((each) => each instanceof TestCodeError);
      return failed ?? suiteOf(result, results as SplitResult[]);
    }),
  );
}

function readResult(
  told: { readonly got?: Value; readonly error?: string } | undefined,
): SplitResult | TestCodeError {
  const parsed = v.safeParse(splitResult, told?.got);
  if (parsed.success) return parsed.output;
  return new TestCodeError(
    `The test code cannot be used: ${told?.error ?? 'the sandbox gave no answer about it'}.`,
  );
}

function suiteOf({ source, why }: SplitResult, results: readonly SplitResult[]): Suite {
  const tests: Test[] = [];
  const calls: Value[][] = [];
  for (const result of results) {
    if (result.kind === 'calls') calls.push(...(result.page as Value[][]));
    if (result.kind !== 'tests') continue;
    for (const { args, expected, compare } of result.page) {
      const test = { args: args as Value[], expected: expected as Value };
      tests.push(compare ? { ...test, compare: compare as Comparison } : test);
    }
  }
  if (tests.length > 0) return { tests, why: null };
  return { tests, harness: calls.length > 0 ? { source, calls } : { source }, why };
}
