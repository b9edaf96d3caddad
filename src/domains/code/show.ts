import { formatValue } from '../../sandbox/format-value.ts';
import type { Harness, Status, Test, TestResult, Verdict } from '../../sandbox/types.ts';
import type { Shown, ShownCheck, Tone, Verification } from '../domain.ts';
import type { CodeTask } from './task.ts';

/** What became of a program, in a word or two. */
const VERDICT_WORDS: Readonly<Record<Status, string>> = {
  pass: 'passed',
  wrong: 'wrong',
  exception: 'raised',
  syntax: 'syntax',
  timeout: 'too slow',
  memory: 'memory',
  crash: 'crashed',
  tamper: 'tampered',
  'no-code': 'no program',
  infrastructure: 'not scored',
};

const TEST_WORDS: Readonly<Record<TestResult['status'], string>> = {
  pass: 'passed',
  wrong: 'wrong',
  exception: 'raised',
  'not-run': 'not run',
};

const toneOf = (status: Status | TestResult['status']): Tone => {
  if (status === 'pass') return 'pass';
  return ['no-code', 'infrastructure', 'not-run'].includes(status) ? 'none' : 'fail';
};

const callOf = (entry: string, { args, kwargs = {} }: Pick<Test, 'args' | 'kwargs'>): string => {
  const named = Object.entries(kwargs).map(([name, value]) => `${name}=${formatValue(value)}`);
  return `${entry}(${[...args.map(formatValue), ...named].join(', ')})`;
};

function gotOf(result: TestResult): ShownCheck['got'] {
  if (result.status === 'pass' || result.status === 'not-run') return null;
  if (result.error !== undefined) return { kind: 'error', text: result.error };
  return { kind: 'value', text: result.got === undefined ? '–' : formatValue(result.got) };
}

function checkOf(test: Test, result: TestResult = { status: 'not-run' }, entry: string): ShownCheck {
  return {
    tone: toneOf(result.status),
    word: TEST_WORDS[result.status],
    question: callOf(entry, test),
    expected: formatValue(test.expected),
    got: gotOf(result),
  };
}

/** What became of a program, with the number of tests that passed where it was simply wrong. */
export const outcomeOf = ({ status, passed, total }: Verdict): Shown['outcome'] => ({
  tone: toneOf(status),
  word: VERDICT_WORDS[status],
  count: status === 'wrong' ? `${passed}/${total}` : null,
});

/** Calls with what came of them, in order. */
export const callChecks = (entry: string, tests: readonly Test[], results: Verdict['tests']): ShownCheck[] =>
  tests.map((test, i) => checkOf(test, results[i], entry));

/** Tests in code, which are one test. */
export const codeCheck = (source: string, result: TestResult): ShownCheck => ({
  tone: toneOf(result.status),
  word: TEST_WORDS[result.status],
  question: source,
  expected: '',
  got: gotOf(result),
});

/** Every test of a suite, the one in code last. */
function suiteChecks(
  entry: string,
  tests: readonly Test[],
  code: Harness | undefined,
  results: Verdict['tests'],
): ShownCheck[] {
  const calls = callChecks(entry, tests, results);
  return code ? [...calls, codeCheck(code.source, results[calls.length] ?? { status: 'not-run' })] : calls;
}

/** Every test of both suites, of a verdict over both. */
export function strictChecks(
  { entry, visibleTests, visibleCode, heldOutTests, heldOutCode }: CodeTask,
  { tests }: Verdict,
): { readonly visible: ShownCheck[]; readonly heldOut: ShownCheck[] } {
  const visible = suiteChecks(entry, visibleTests, visibleCode, tests);
  return {
    visible,
    heldOut: suiteChecks(entry, heldOutTests, heldOutCode, tests.slice(visible.length)),
  };
}

/** Every visible test and, of a verdict over both suites, every held-out one. */
function checksOf(task: CodeTask, verdict: Verdict): ShownCheck[] {
  const { visible, heldOut } = strictChecks(task, verdict);
  if (verdict.total <= visible.length) return visible;
  return [...visible, ...heldOut.map((check) => ({ ...check, heldOut: true as const }))];
}

/** A program's verdict, with every test that it is over where the task is at hand. */
export function showVerdict({ detail }: Verification, task?: CodeTask): Shown {
  const verdict = detail as Verdict;
  const { error, output, timeMs } = verdict;
  return {
    outcome: outcomeOf(verdict),
    line: error?.line ?? null,
    error: error ? { type: error.type, message: error.message } : null,
    checks: task ? checksOf(task, verdict) : [],
    output,
    timeMs,
  };
}
