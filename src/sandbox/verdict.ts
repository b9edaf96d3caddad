import { relate } from './equality.ts';
import type { RunEnd } from './engine.ts';
import { formatBriefly } from './format-value.ts';
import { Meter } from './meter.ts';
import type { CallReport, RunReport } from './protocol.ts';
import type { Language, Status, Submission, Test, TestResult, Verdict } from './types.ts';
import { checkValue, ValueFormatError } from './value.ts';

const NOT_RUN: TestResult = { status: 'not-run' };
const MIB = 2 ** 20;
const TOO_MUCH_WORK =
  'The call returned a value that takes too many steps to compare with the expected one, so it is not taken for right.';

type ProgramError = NonNullable<Verdict['error']>;

/** What is known of a run whatever came of it. */
export interface RunFacts {
  readonly timeMs: number;
  readonly engine: string;
  readonly memoryMb?: number | null;
  readonly output?: string;
}

export function languageOf(submission: Submission): Language {
  return submission.language ?? 'python';
}

/** Whether the submission's tests run where the program could interfere with them, whatever comes of it. */
function isWeak({ harness }: Submission): boolean {
  return harness?.beside !== undefined;
}

function notRun({ tests, io = [], harness }: Submission): TestResult[] {
  return Array.from({ length: tests.length + io.length + (harness ? 1 : 0) }, () => NOT_RUN);
}

/** A verdict in which no test ran. With status `tamper`, the error's message is also the evidence. */
export function emptyVerdict(
  submission: Submission,
  status: Status,
  error: ProgramError,
  facts: RunFacts,
): Verdict {
  const tests = notRun(submission);
  return {
    id: submission.id,
    status,
    passed: 0,
    total: tests.length,
    tests,
    error,
    output: facts.output ?? '',
    timeMs: facts.timeMs,
    memoryMb: facts.memoryMb ?? null,
    engine: facts.engine,
    weak: isWeak(submission),
    ...(status === 'tamper' ? { evidence: error.message } : {}),
  };
}

function tampering(submission: Submission, evidence: string, facts: RunFacts): Verdict {
  return emptyVerdict(submission, 'tamper', { type: 'Tampering', message: evidence, line: null }, facts);
}

/** The verdict on the tests of a submission, its harness aside, from how its run ended. */
export function verdictOf(
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
      return tampering(submission, end.message, { timeMs: 0, engine });
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

/** MiB to a tenth. */
export function memoryOf(report: RunReport): number {
  return Math.round((report.memoryBytes / MIB) * 10) / 10;
}

/**
 * Compares what a run returned with what its tests expect. This is where expected values are read, on the trusted
 * side. `order[i]` is the test that the i-th call ran.
 *
 * Status: the first that applies of tamper, syntax, memory, timeout, crash and exception before any test, then
 * memory when a call ran out of it, exception when a call raised, wrong when a value differs, else pass.
 */
export function judge(
  submission: Submission,
  report: RunReport,
  order: readonly number[],
  engine: string,
): Verdict {
  const { timeMs, output } = report;
  const facts = { timeMs, memoryMb: memoryOf(report), engine, output };
  const complete = report.outcome === 'ran' ? report.calls.length === order.length : true;
  if (!complete || report.calls.length > order.length) {
    return tampering(submission, 'The number of results is not the number of calls.', facts);
  }
  const language = languageOf(submission);
  const tests = notRun(submission);
  const meter = new Meter();
  for (const [i, call] of report.calls.entries()) {
    const index = order[i] ?? 0;
    const test = submission.tests[index];
    const result = judgeCall(call, test, language, meter);
    if (result === null)
      return tampering(submission, 'A result is not a value that the language has.', facts);
    if (test) tests[index] = result;
  }
  return {
    id: submission.id,
    status: overall(report, tests.slice(0, submission.tests.length)),
    passed: countPassed(tests),
    total: tests.length,
    tests,
    ...(report.error ? { error: report.error } : {}),
    ...facts,
    weak: isWeak(submission),
  };
}

export function countPassed(tests: readonly TestResult[]): number {
  return tests.filter((test) => test.status === 'pass').length;
}

/** `null` when the call's result is no value at all, which our own encoder never produces. */
function judgeCall(
  call: CallReport,
  test: Test | undefined,
  language: Language,
  meter: Meter,
): TestResult | null {
  if ('raised' in call) {
    const place = call.line === null ? '' : ` (line ${call.line})`;
    return { status: 'exception', error: call.raised + place };
  }
  if ('refused' in call) {
    const than = test ? `, which cannot equal ${formatBriefly(test.expected, 200)}` : '';
    return { status: 'wrong', error: `The call returned ${call.refused}${than}.` };
  }
  try {
    const got = checkValue(call.returned, language);
    if (test === undefined) return { status: 'wrong', got };
    switch (relate(got, test.expected, test.compare, language, meter)) {
      case 'same':
        return { status: 'pass', got };
      case 'different':
        return { status: 'wrong', got };
      case 'unknown':
        return { status: 'wrong', error: TOO_MUCH_WORK };
    }
  } catch (error) {
    if (error instanceof ValueFormatError) return null;
    throw error;
  }
}

function overall(report: RunReport, tests: readonly TestResult[]): Status {
  if (report.outcome !== 'ran') return report.outcome;
  if (report.calls.some((call) => 'raised' in call && call.memory)) return 'memory';
  if (tests.some((test) => test.status === 'exception')) return 'exception';
  return tests.every((test) => test.status === 'pass') ? 'pass' : 'wrong';
}

/**
 * The order in which a program's tests are called: shuffled by a hash of the program, so that no program can count
 * on an order and the same program is always run the same way.
 */
export function callOrder(program: string, count: number): number[] {
  let state = 0x811c9dc5;
  for (let i = 0; i < program.length; i++) state = Math.imul(state ^ program.charCodeAt(i), 0x01000193);
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    const j = (state >>> 0) % (i + 1);
    const held = order[i] ?? i;
    order[i] = order[j] ?? j;
    order[j] = held;
  }
  return order;
}
