import type { CallReport, RunReport } from './protocol.ts';
import type { Status, Submission, TestResult, Value, Verdict } from './types.ts';
import { checkValue, formatValue, ValueFormatError, valuesEqual } from './value.ts';

const NOT_RUN: TestResult = { status: 'not-run' };

/** A verdict in which no test ran. */
export function emptyVerdict(
  submission: Submission,
  status: Status,
  error: { readonly type: string; readonly message: string; readonly line: number | null } | null,
  facts: { readonly timeMs: number; readonly engine: string; readonly output?: string },
): Verdict {
  return {
    id: submission.id,
    status,
    passed: 0,
    total: submission.tests.length,
    tests: submission.tests.map(() => NOT_RUN),
    ...(error ? { error } : {}),
    output: facts.output ?? '',
    timeMs: facts.timeMs,
    memoryMb: null,
    engine: facts.engine,
    weak: false,
  };
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
  const facts = { timeMs: report.timeMs, memoryMb: null, engine, weak: false, output: report.output };
  const complete = report.outcome === 'ran' ? report.calls.length === order.length : true;
  if (!complete || report.calls.length > order.length) {
    return emptyVerdict(
      submission,
      'tamper',
      tampered('The number of results is not the number of calls.'),
      facts,
    );
  }
  const tests: TestResult[] = submission.tests.map(() => NOT_RUN);
  for (const [i, call] of report.calls.entries()) {
    const index = order[i];
    const test = index === undefined ? undefined : submission.tests[index];
    if (index === undefined || !test) continue;
    const result = judgeCall(call, test.expected);
    if (result === null) {
      return emptyVerdict(submission, 'tamper', tampered('A result is not a Python value.'), facts);
    }
    tests[index] = result;
  }
  const passed = tests.filter((test) => test.status === 'pass').length;
  return {
    id: submission.id,
    status: overall(report, tests),
    passed,
    total: tests.length,
    tests,
    ...(report.error ? { error: report.error } : {}),
    ...facts,
  };
}

export function tampered(message: string): { type: string; message: string; line: null } {
  return { type: 'Tampering', message, line: null };
}

/** `null` when the call's result is no value at all, which our own encoder never produces. */
function judgeCall(call: CallReport, expected: Value): TestResult | null {
  if ('raised' in call) {
    const place = call.line === null ? '' : ` (line ${call.line})`;
    return { status: 'exception', error: call.raised + place };
  }
  if ('refused' in call) {
    return {
      status: 'wrong',
      error: `The call returned ${call.refused}, which cannot equal ${formatValue(expected).slice(0, 200)}.`,
    };
  }
  try {
    const got = checkValue(call.returned);
    return { status: valuesEqual(got, expected) ? 'pass' : 'wrong', got };
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
