import { formatValue } from '../../sandbox/format-value.ts';
import type { Status, Test, TestResult, Value, Verdict } from '../../sandbox/types.ts';
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

const callOf = (entry: string, args: readonly Value[]): string =>
  `${entry}(${args.map(formatValue).join(', ')})`;

function gotOf(result: TestResult): ShownCheck['got'] {
  if (result.status === 'pass' || result.status === 'not-run') return null;
  if (result.error !== undefined) return { kind: 'error', text: result.error };
  return { kind: 'value', text: result.got === undefined ? '–' : formatValue(result.got) };
}

function checkOf(test: Test, result: TestResult = { status: 'not-run' }, entry: string): ShownCheck {
  return {
    tone: toneOf(result.status),
    word: TEST_WORDS[result.status],
    question: callOf(entry, test.args),
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

/** Every visible test, the one in code last. */
function visibleChecks(
  { visibleTests, visibleCode, entry }: CodeTask,
  tests: Verdict['tests'],
): ShownCheck[] {
  const calls = visibleTests.map((test, i) => checkOf(test, tests[i], entry));
  if (!visibleCode) return calls;
  const result = tests[calls.length] ?? { status: 'not-run' as const };
  const { source } = visibleCode;
  return [
    ...calls,
    {
      tone: toneOf(result.status),
      word: TEST_WORDS[result.status],
      question: source,
      expected: '',
      got: gotOf(result),
    },
  ];
}

/** A program's verdict, with every visible test where the task is at hand. */
export function showVerdict({ detail }: Verification, task?: CodeTask): Shown {
  const verdict = detail as Verdict;
  const { tests, error, output, timeMs } = verdict;
  return {
    outcome: outcomeOf(verdict),
    line: error?.line ?? null,
    error: error ? { type: error.type, message: error.message } : null,
    checks: task ? visibleChecks(task, tests) : [],
    output,
    timeMs,
  };
}
