import * as v from 'valibot';
import type { RunEnd } from './engine.ts';
import source from './harness.py?raw';
import type { PoolJob, PoolResult } from './pool.ts';
import type { RunReport } from './protocol.ts';
import type { Harness, Status, Submission, TestResult, Value, Verdict } from './types.ts';
import { countPassed, memoryOf } from './verdict.ts';

/**
 * Judging by a test function, `check(candidate)`. Where the arguments of its calls are known, the program answers
 * them like any test, and `check` then runs on the answers in an interpreter that never saw the program. Where they
 * are not, `check` runs beside the program: weak, since the program could patch what it uses.
 *
 * Both are ordinary programs (`harness.py`) in fresh interpreters of the same pool.
 */

/** What one check came to. `status` says what it makes of a verdict that is a pass so far. */
interface Judgement {
  readonly status: Status;
  readonly test: TestResult;
  readonly error?: NonNullable<Verdict['error']>;
  readonly timeMs: number;
  /** Of the program's own interpreter: `null` where only the check ran. */
  readonly memoryMb: number | null;
  readonly output: string;
  readonly engine: string;
}

export type RunPython = (job: PoolJob) => Promise<PoolResult>;

const told = v.object({
  outcome: v.picklist(['pass', 'wrong', 'exception', 'memory', 'syntax', 'import', 'broken']),
  type: v.optional(v.string(), ''),
  message: v.optional(v.string(), ''),
  line: v.optional(v.nullable(v.number()), null),
});
type Told = v.InferOutput<typeof told>;

const NOT_RUN: TestResult = { status: 'not-run' };

/** `answers[i]` belongs to the i-th of the harness's calls; `null` for a call that was not made. */
export async function replay(
  run: RunPython,
  { source: check, calls = [] }: Harness,
  answers: readonly (Answer | null)[],
  limits: Pick<PoolJob, 'timeoutMs' | 'memoryMb'>,
): Promise<Judgement> {
  const pairs = answers.map((answer): Value => answer ?? ['refused', 'nothing: the call was not made']);
  const job = { program: source, entry: 'replay', calls: [[check, calls, pairs]], ...limits };
  const judgement = judgementOf(await run(job), limits.timeoutMs);
  return { ...judgement, memoryMb: null, output: '', engine: '' };
}

/** Runs `check` beside the program. */
export async function beside(
  run: RunPython,
  { source: check }: Harness,
  { entry }: Submission,
  program: string,
  limits: Pick<PoolJob, 'timeoutMs' | 'memoryMb'>,
): Promise<Judgement> {
  const job = { program: source, entry: 'beside', calls: [[program, entry, check]], ...limits };
  return judgementOf(await run(job), limits.timeoutMs);
}

/** What a call came to: `returned`, with the value, or `raised` or `refused`, with what the sandbox said of it. */
export type Answer = readonly ['returned' | 'raised' | 'refused', Value];

/** The answers to the calls from number `first` on, in the order of the calls. */
export function answersOf(report: RunReport, order: readonly number[], first: number): (Answer | null)[] {
  const answers = Array.from({ length: Math.max(0, order.length - first) }, (): Answer | null => null);
  for (const [i, call] of report.calls.entries()) {
    const index = (order[i] ?? 0) - first;
    if (index < 0) continue;
    if ('raised' in call) answers[index] = ['raised', call.raised];
    else if ('refused' in call) answers[index] = ['refused', call.refused];
    else answers[index] = ['returned', call.returned as Value];
  }
  return answers;
}

function judgementOf({ end, engine }: PoolResult, timeoutMs: number): Judgement {
  const facts = factsOf(end);
  const failed = (status: Status, error: Judgement['error']): Judgement => ({
    status,
    test: NOT_RUN,
    ...(error ? { error } : {}),
    ...facts,
    engine,
  });
  if (end.kind === 'tamper') return failed('tamper', { type: 'Tampering', message: end.message, line: null });
  if (end.kind === 'lost')
    return failed('infrastructure', { type: 'Infrastructure', message: end.message, line: null });
  if (end.kind === 'hung') {
    const message = `the check did not end within ${timeoutMs} ms; the worker was replaced`;
    return failed('timeout', { type: 'Timeout', message, line: null });
  }
  const { report } = end;
  if (report.outcome !== 'ran') return failed(report.outcome, report.error ?? undefined);
  const call = report.calls[0];
  if (call && 'raised' in call) {
    if (call.memory) return failed('memory', { type: 'MemoryError', message: call.raised, line: null });
    return { status: 'exception', test: { status: 'exception', error: call.raised }, ...facts, engine };
  }
  const parsed = v.safeParse(told, call && 'returned' in call ? call.returned : null);
  if (!parsed.success)
    return failed('tamper', {
      type: 'Tampering',
      message: 'The check gave no result of its own.',
      line: null,
    });
  return { ...read(parsed.output), ...facts, engine };
}

function factsOf(end: RunEnd): Pick<Judgement, 'timeMs' | 'memoryMb' | 'output'> {
  if (end.kind !== 'report')
    return { timeMs: end.kind === 'hung' ? end.timeMs : 0, memoryMb: null, output: '' };
  const { timeMs, output } = end.report;
  return { timeMs, memoryMb: memoryOf(end.report), output };
}

function read({ outcome, type, message, line }: Told): Pick<Judgement, 'status' | 'test' | 'error'> {
  const place = line === null ? '' : ` (line ${line})`;
  const text = (message === '' ? type : `${type}: ${message}`) + place;
  switch (outcome) {
    case 'pass':
      return { status: 'pass', test: { status: 'pass' } };
    case 'wrong':
      return { status: 'wrong', test: { status: 'wrong', error: text } };
    case 'exception':
      return { status: 'exception', test: { status: 'exception', error: text } };
    case 'memory':
      return { status: 'memory', test: NOT_RUN, error: { type, message, line } };
    case 'syntax':
      return { status: 'syntax', test: NOT_RUN, error: { type, message, line } };
    case 'import':
      return { status: 'exception', test: NOT_RUN, error: { type, message, line } };
    case 'broken': {
      const error = `The test code itself failed before any call: ${text}`;
      return { status: 'exception', test: { status: 'exception', error } };
    }
  }
}

/** The verdict on a submission's tests, completed by that of its harness, which is the last of them. */
export function withHarness(verdict: Verdict, judgement: Judgement): Verdict {
  const { status, test, error, output, engine } = judgement;
  const tests = [...verdict.tests.slice(0, -1), test];
  const memory = [verdict.memoryMb, judgement.memoryMb].filter((each) => each !== null);
  return {
    ...verdict,
    status: worse(verdict.status, status),
    tests,
    passed: status === 'tamper' || status === 'infrastructure' ? 0 : countPassed(tests),
    ...(error ? { error } : {}),
    ...(status === 'tamper' && error ? { evidence: error.message } : {}),
    output: verdict.output === '' ? output : verdict.output,
    engine: verdict.engine === 'none' ? engine : verdict.engine,
    timeMs: verdict.timeMs + judgement.timeMs,
    memoryMb: memory.length > 0 ? Math.max(...memory) : null,
  };
}

const RANKS: readonly Status[] = ['pass', 'wrong', 'exception'];

/** The tests' verdict so far is pass, wrong or exception; of two such the later in this order, else the harness's. */
function worse(soFar: Status, status: Status): Status {
  const [a, b] = [RANKS.indexOf(soFar), RANKS.indexOf(status)];
  return a === -1 || (b !== -1 && b < a) ? soFar : status;
}
