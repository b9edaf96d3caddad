import * as v from 'valibot';
import besideSource from './beside.py?raw';
import type { RunEnd } from './engine.ts';
import type { PoolJob, PoolResult } from './pool.ts';
import type { RunReport } from './protocol.ts';
import type { Harness, KnownRun, Status, Submission, TestResult, Verdict } from './types.ts';
import { countPassed, memoryOf } from './verdict.ts';

/**
 * Judging by test code. The tests run as they stand in one interpreter and the program in another; what the tests ask of
 * the program are operations. The program performs a list of them, then the tests run on its answers. Should they ask for
 * something that is not on the list, the program runs again, afresh, with a list that begins with what they did ask for.
 * Each round confirms at least one operation more, and the first list is that of the reference solution, so that one
 * round is the rule. Where an argument cannot travel, the tests run beside the program: weak.
 */

/** What one judging came to. `status` says what it makes of a verdict that is a pass so far. */
export interface Judgement {
  readonly status: Status;
  readonly test: TestResult;
  readonly error?: NonNullable<Verdict['error']>;
  readonly timeMs: number;
  /** Of the program's own interpreter: `null` where it was lost. */
  readonly memoryMb: number | null;
  readonly output: string;
  readonly engine: string;
  /** Why the program could have interfered; `null` where it could not. */
  readonly weak: string | null;
  /** Of a pass that no one could interfere with. */
  readonly run?: KnownRun;
}

export type RunPython = (job: PoolJob) => Promise<PoolResult>;

export interface Judging {
  /** Runs a job where programs run. */
  readonly run: RunPython;
  /** Runs a job where no program ever runs. */
  readonly runTrusted: RunPython;
  readonly program: string;
  readonly entry: string;
  readonly harness: Harness;
  readonly limits: Pick<PoolJob, 'timeoutMs' | 'memoryMb'>;
  /** Whether a pass is to tell its run. */
  readonly keep?: boolean;
}

/** Most times that a program is run for one verdict; tests that ask anew each time are run beside it instead. */
const MAX_ROUNDS = 64;
/** Tests are trusted, but what they do with a program's answers may take long. */
const TESTS_MS = 10_000;
const TESTS_MB = 512;
/** Of {@link PAGE_CHARS} in `check.py`; tests that tell more cannot be run so. */
const PAGES = 24;

/** An operation, its answer, and what the program printed. */
type Performed = readonly [operation: string, answer: string, out: string, err: string];

const NOT_RUN: TestResult = { status: 'not-run' };

const texts = v.array(v.string());
const told = v.object({
  outcome: v.picklist([
    'pass',
    'wrong',
    'exception',
    'memory',
    'absent',
    'refused',
    'tamper',
    'apart',
    'endless',
    'diverged',
  ]),
  type: v.optional(v.string(), ''),
  message: v.optional(v.string(), ''),
  line: v.optional(v.nullable(v.number()), null),
  statement: v.optional(v.string(), ''),
  call: v.optional(v.string(), ''),
  programLine: v.optional(v.nullable(v.number()), null),
  operations: texts,
  names: texts,
  calls: v.number(),
  stops: v.number(),
  weak: texts,
  found: v.array(v.tuple([v.string(), v.unknown()])),
});
type Told = v.InferOutput<typeof told>;

/** How the tests are to be run: on the program's answers, or as a probe that gets the same for every answer. */
interface TestsRequest {
  readonly performed: readonly Performed[];
  readonly guess: boolean;
  readonly probe: '' | 'object' | 'none';
}

/** Judges a program by test code. */
export async function judgeByTests(judging: Judging): Promise<Judgement> {
  if (judging.harness.beside !== undefined) return beside(judging, judging.harness.beside);
  const { harness, program, entry, limits } = judging;
  const performing = new Performing(judging);
  let operations: readonly string[] = harness.known?.operations ?? [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (operations.length > 0) {
      const ended = await performing.perform({ program, entry, operations }, limits);
      if (ended) return ended;
    }
    const result = await runTests(judging, { performed: performing.performed, guess: true, probe: '' });
    if (!('outcome' in result)) return performing.judgement(result);
    if (result.outcome === 'apart' || result.outcome === 'endless') return beside(judging, result.message);
    if (result.outcome !== 'diverged') return performing.judgement(read(result, harness));
    const stalled = performing.stalledAt(result.operations);
    if (stalled) return stalled;
    ({ operations } = result);
  }
  return beside(judging, `the tests asked for something else in each of ${MAX_ROUNDS} runs`);
}

/** Whether any assertion can fail: the tests get the same for every answer, in two ways, and must fail in one. */
export async function dependsOnProgram(judging: Judging): Promise<boolean> {
  for (const probe of ['object', 'none'] as const) {
    const result = await runTests(judging, { performed: [], guess: false, probe });
    if (!('outcome' in result) || result.outcome !== 'pass') return true;
  }
  return false;
}

type Facts = Pick<Judgement, 'timeMs' | 'memoryMb' | 'output' | 'engine'>;
type Finding = Omit<Judgement, keyof Facts>;

/** The program's side: runs it, and keeps what is known of its runs. */
class Performing {
  performed: readonly Performed[] = [];
  readonly #run: RunPython;
  #facts: Facts = { timeMs: 0, memoryMb: null, output: '', engine: '' };
  /** How the last run ended before it had performed all, and the operation that it did not come back from. */
  #stall: { readonly operation: string; readonly finding: Finding } | null = null;

  constructor({ run }: Judging) {
    this.#run = run;
  }

  judgement(finding: Finding): Judgement {
    return { ...finding, ...this.#facts };
  }

  /** Runs the program afresh. A judgement if it ends there, whatever the tests are. */
  async perform(
    work: { readonly program: string; readonly entry: string; readonly operations: readonly string[] },
    limits: Judging['limits'],
  ): Promise<Judgement | null> {
    const { end, engine } = await this.#run({ ...work, ...limits });
    this.#note(end, engine);
    this.#stall = null;
    if (end.kind !== 'report') return this.judgement(lost(end, limits.timeoutMs));
    const { report } = end;
    this.performed = performedOf(report, work.operations);
    const complete = this.performed.length === work.operations.length;
    if (complete && report.outcome === 'ran') return null;
    const finding = stopped(report, this.performed.length);
    if (finding === null) {
      return this.judgement(failure('tamper', 'Tampering', 'The answers are not of the protocol.'));
    }
    if (this.performed.length === 0) return this.judgement(finding);
    this.#stall = { operation: work.operations[this.performed.length] ?? '', finding };
    return null;
  }

  /** The judgement if the tests really ask for the operation that the program did not come back from. */
  stalledAt(operations: readonly string[]): Judgement | null {
    const asked = operations[this.performed.length];
    return this.#stall && asked === this.#stall.operation ? this.judgement(this.#stall.finding) : null;
  }

  #note(end: RunEnd, engine: string): void {
    const { timeMs } = this.#facts;
    if (end.kind !== 'report') {
      this.#facts = { ...this.#facts, timeMs: timeMs + (end.kind === 'hung' ? end.timeMs : 0), engine };
      return;
    }
    const { report } = end;
    this.#facts = {
      timeMs: timeMs + report.timeMs,
      memoryMb: Math.max(this.#facts.memoryMb ?? 0, memoryOf(report)),
      output: report.output,
      engine,
    };
  }
}

/** The answers up to the first that is none. */
function performedOf(report: RunReport, operations: readonly string[]): Performed[] {
  const performed: Performed[] = [];
  for (const [i, call] of report.calls.entries()) {
    const operation = operations[i];
    if (operation === undefined) break;
    if ('refused' in call) {
      performed.push([operation, JSON.stringify({ refused: call.refused }), '', '']);
      continue;
    }
    if (!('returned' in call) || typeof call.returned !== 'string') break;
    const { out = '', err = '' } = call.printed ?? {};
    performed.push([operation, call.returned, out, err]);
  }
  return performed;
}

/** How a run ended that did not perform all; `null` where it said that it had. */
function stopped(report: RunReport, performed: number): Finding | null {
  const call = report.calls[performed];
  if (call && 'raised' in call && call.memory)
    return failure('memory', 'MemoryError', call.raised, call.line);
  if (report.outcome === 'ran') return null;
  const { type = report.outcome, message = '', line = null } = report.error ?? {};
  return failure(report.outcome, type, message, line);
}

function failure(status: Status, type: string, message: string, line: number | null = null): Finding {
  return { status, test: NOT_RUN, error: { type, message, line }, weak: null };
}

function lost(end: Exclude<RunEnd, { kind: 'report' }>, timeoutMs: number): Finding {
  switch (end.kind) {
    case 'tamper':
      return failure('tamper', 'Tampering', end.message);
    case 'lost':
      return failure('infrastructure', 'Infrastructure', end.message);
    case 'hung':
      return failure('timeout', 'Timeout', `no answer within ${timeoutMs} ms; the worker was replaced`);
  }
}

/** Runs the tests on what the program answered. */
async function runTests(
  judging: Pick<Judging, 'runTrusted' | 'harness' | 'entry' | 'keep'>,
  { performed, guess, probe }: TestsRequest,
): Promise<Told | Finding> {
  const { runTrusted, harness, entry, keep = false } = judging;
  const { source, statements = false, context = '', known } = harness;
  const task = {
    source,
    statements,
    context,
    entry,
    own: known?.names ?? [],
    bound: known?.found ?? [],
    probe,
  };
  const work = { tests: JSON.stringify({ task, performed, guess, keep }), pages: PAGES };
  const { end } = await runTrusted({ ...work, timeoutMs: TESTS_MS, memoryMb: TESTS_MB });
  const endless = end.kind === 'hung' || (end.kind === 'report' && end.report.outcome === 'timeout');
  // A guess may have led the tests into a loop that the program's own answers would not.
  if (endless && guess) return runTests(judging, { performed, guess: false, probe });
  if (endless)
    return failure(
      'timeout',
      'Timeout',
      `The tests did not end within ${TESTS_MS} ms on what the program answered.`,
    );
  if (end.kind === 'lost') return lost(end, TESTS_MS);
  if (end.kind !== 'report' || end.report.outcome !== 'ran') {
    const why = end.kind === 'report' ? (end.report.error?.message ?? end.report.outcome) : end.kind;
    return failure('infrastructure', 'Infrastructure', `The tests’ interpreter failed: ${why}.`);
  }
  const pages = end.report.calls.map((call) => ('returned' in call ? call.returned : null));
  const parsed = v.safeParse(told, pairsOf(pages.join('')));
  if (parsed.success) return parsed.output;
  const raised = end.report.calls.find((call) => 'raised' in call);
  const why = raised && 'raised' in raised ? raised.raised : 'they told more than can be read';
  return failure('infrastructure', 'Infrastructure', `The tests cannot be run: ${why}.`);
}

function pairsOf(text: string): unknown {
  try {
    return Object.fromEntries(JSON.parse(text) as [string, unknown][]);
  } catch {
    return null;
  }
}

/** What the tests say, as a finding. */
function read(result: Told, harness: Harness): Finding {
  const { outcome, message, calls, stops, operations, names, found } = result;
  const weak = result.weak.length > 0 ? result.weak.join('; ') : null;
  const failed = (status: 'wrong' | 'exception', error: string): Finding => ({
    status,
    test: { status, error },
    weak,
  });
  switch (outcome) {
    case 'pass': {
      const { known } = harness;
      if (known && stops > known.stops) {
        return failed('exception', 'The program raised what ends a part of the tests without failing it.');
      }
      const ended =
        stops > 0 && !known ? 'an exception of the program may have ended a part of the tests' : null;
      const reasons = [weak, ended].filter((reason) => reason !== null).join('; ');
      return {
        status: 'pass',
        test: { status: 'pass' },
        weak: reasons === '' ? null : reasons,
        run: { operations, stops, names, found },
      };
    }
    case 'wrong':
      return failed('wrong', sentenceOf(result));
    case 'refused':
      return failed('wrong', message);
    case 'exception':
      if (calls === 0 && !harness.known) {
        return failure(
          'infrastructure',
          result.type,
          `The tests fail before any call: ${sentenceOf(result)}`,
        );
      }
      return failed('exception', sentenceOf(result));
    case 'absent':
      return failure('exception', 'NameError', message);
    case 'memory':
      return failure('memory', 'MemoryError', sentenceOf(result));
    case 'tamper':
      return failure('tamper', 'Tampering', message);
    case 'apart':
    case 'endless':
    case 'diverged':
      throw new Error(`The tests’ outcome ${outcome} is no finding.`);
  }
}

/** `AssertionError: assert f(2) == 3, in line 4 of the tests; f(2) returned 4`. The line of a program comes last. */
function sentenceOf({ type, message, line, statement, call, programLine }: Told): string {
  return [
    [type, message || statement].filter((part) => part !== '').join(': '),
    line === null ? '' : `, in line ${line} of the tests`,
    call === '' ? '' : `; ${call}`,
    programLine === null ? '' : ` (line ${programLine})`,
  ].join('');
}

const toldBeside = v.object({
  outcome: v.picklist(['pass', 'wrong', 'exception', 'memory', 'syntax', 'load', 'absent', 'broken']),
  type: v.optional(v.string(), ''),
  message: v.optional(v.string(), ''),
  line: v.optional(v.nullable(v.number()), null),
});

/** Runs the tests in the program's own interpreter. */
async function beside(judging: Judging, weak: string): Promise<Judgement> {
  const { run, harness, program, entry, limits } = judging;
  const calls = [[program, entry, harness.source, harness.statements ?? false]];
  const work = { program: besideSource, entry: 'beside', calls };
  const { end, engine } = await run({ ...work, ...limits });
  if (end.kind !== 'report') {
    const timeMs = end.kind === 'hung' ? end.timeMs : 0;
    return { ...lost(end, limits.timeoutMs), timeMs, memoryMb: null, output: '', engine, weak };
  }
  const { report } = end;
  const facts = { timeMs: report.timeMs, memoryMb: memoryOf(report), output: report.output, engine, weak };
  return { ...findingBeside(report, harness), ...facts };
}

function findingBeside(report: RunReport, harness: Harness): Finding {
  const call = report.calls[0];
  if (report.outcome !== 'ran') return stopped(report, 0) ?? failure('tamper', 'Tampering', 'No result.');
  if (call && 'raised' in call) {
    if (call.memory) return failure('memory', 'MemoryError', call.raised);
    return { status: 'exception', test: { status: 'exception', error: call.raised }, weak: null };
  }
  const parsed = v.safeParse(toldBeside, call && 'returned' in call ? call.returned : null);
  if (!parsed.success) return failure('tamper', 'Tampering', 'The tests gave no result of their own.');
  const { outcome, type, message, line } = parsed.output;
  const place = line === null ? '' : ` (line ${line})`;
  const text = (message === '' ? type : `${type}: ${message}`) + place;
  switch (outcome) {
    case 'pass':
      return { status: 'pass', test: { status: 'pass' }, weak: null };
    case 'wrong':
    case 'exception':
      return { status: outcome, test: { status: outcome, error: text }, weak: null };
    case 'memory':
    case 'syntax':
      return failure(outcome, type, message, line);
    case 'load':
    case 'absent':
      return failure('exception', type, message, line);
    case 'broken':
      if (harness.known) return failure('exception', type, text);
      return failure('infrastructure', type, `The tests fail before any call: ${text}`);
  }
}

/** The verdict on a submission's tests, completed by that of its harness, which is the last of them. */
export function withHarness(verdict: Verdict, judgement: Judgement): Verdict {
  const { status, test, error, output, engine, weak } = judgement;
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
    weak: weak !== null,
    ...(weak === null ? {} : { why: weak }),
  };
}

/** The verdict of a submission that has test code alone, before that is judged. */
export function beforeHarness({ id, tests }: Submission): Verdict {
  const results = [...tests.map(() => NOT_RUN), NOT_RUN];
  return {
    id,
    status: 'pass',
    passed: 0,
    total: results.length,
    tests: results,
    output: '',
    timeMs: 0,
    memoryMb: null,
    engine: 'none',
    weak: false,
  };
}

const RANKS: readonly Status[] = ['pass', 'wrong', 'exception'];

/** The tests' verdict so far is pass, wrong or exception; of two such the later in this order, else the harness's. */
function worse(soFar: Status, status: Status): Status {
  const [a, b] = [RANKS.indexOf(soFar), RANKS.indexOf(status)];
  return a === -1 || (b !== -1 && b < a) ? soFar : status;
}
