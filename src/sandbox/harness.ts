import { beside } from './beside.ts';
import type { RunEnd } from './engine.ts';
import {
  failure,
  lost,
  NOT_RUN,
  stopped,
  type Facts,
  type Finding,
  type Judgement,
  type Judging,
  type RunPython,
} from './judging.ts';
import type { RunReport } from './protocol.ts';
import { read, runTests, type Performed, type Probe } from './tests-run.ts';
import type { Status, Submission, Verdict } from './types.ts';
import { countPassed, memoryOf } from './verdict.ts';

/**
 * Judging by test code. The tests run as they stand in one interpreter and the program in another; what the tests ask of
 * the program are operations. The program performs a list of them, then the tests run on its answers. Should they ask for
 * something that is not on the list, the program runs again, afresh, with a list that begins with what they did ask for.
 * Each round confirms at least one operation more, and the first list is that of the reference solution, so that one
 * round is the rule. Where an argument cannot travel, the tests run beside the program: weak.
 */

/** Most times that a program is run for one verdict; tests that ask anew each time are run beside it instead. */
const MAX_ROUNDS = 64;
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

/** Without any of these, test code has no way to fail on purpose. */
const ASSERTING = /assert|raise|fail|exit|exec|eval|expect/i;

/**
 * Whether any assertion can fail: the tests get the same for every answer, in two ways, and must fail in one. Where they
 * assert nothing in words, they must also fail on an answer that can do everything and equals nothing: `list(f(2)) == [2]`
 * fails on `None`, but decides nothing.
 */
export async function dependsOnProgram(judging: Judging): Promise<boolean> {
  const { source, context = '' } = judging.harness;
  const failsOn = async (probe: Probe): Promise<boolean> => {
    const result = await runTests(judging, { performed: [], guess: false, probe });
    return !('outcome' in result) || result.outcome !== 'pass';
  };
  if (!(await failsOn('object')) && !(await failsOn('none'))) return false;
  return ASSERTING.test(source + context) || failsOn('hollow');
}

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
