import type { RunPython } from './judging.ts';
import type { PoolJob } from './pool.ts';
import { differenceOf } from './printed.ts';
import { MAX_PRINTED_BYTES, type RunReport } from './protocol.ts';
import type { IoTest, Submission, TestResult, Verdict } from './types.ts';
import { countPassed, emptyVerdict, verdictOf } from './verdict.ts';

/** Grading a script: one run in a fresh interpreter for each test, up to the first that fails. */

/** Characters of a script's output that a verdict tells. */
const GOT_CHARS = 2000;

export async function gradeScript(
  run: RunPython,
  submission: Submission,
  program: string,
  limits: Pick<PoolJob, 'timeoutMs' | 'memoryMb'>,
): Promise<Verdict> {
  const io = submission.io ?? [];
  // Each run's own verdict is that of a program without calls.
  const bare: Submission = { id: submission.id, program, entry: '', tests: [] };
  const done: TestResult[] = [];
  let timeMs = 0;
  let memoryMb: number | null = null;
  const conclude = (last: Verdict, status: Verdict['status']): Verdict => {
    const { tests, total } = emptyVerdict(submission, status, { type: '', message: '', line: null }, last);
    const passed = status === 'tamper' || status === 'infrastructure' ? 0 : countPassed(done);
    return {
      ...last,
      status,
      passed,
      total,
      tests: [...done, ...tests.slice(done.length)],
      timeMs,
      memoryMb,
    };
  };
  for (const [i, test] of io.entries()) {
    const { end, engine } = await run({ program, entry: '', calls: [], stdin: test.input, ...limits });
    const verdict = verdictOf(bare, end, [], limits.timeoutMs, engine);
    timeMs += verdict.timeMs;
    if (verdict.memoryMb !== null) memoryMb = Math.max(memoryMb ?? 0, verdict.memoryMb);
    if (end.kind !== 'report' || verdict.status !== 'pass')
      return conclude(told(verdict, i, done), verdict.status);
    const result = judge(test, end.report);
    if (result === null) {
      const message = 'A script came back without its output.';
      return conclude(
        emptyVerdict(bare, 'tamper', { type: 'Tampering', message, line: null }, verdict),
        'tamper',
      );
    }
    done.push(result);
    if (result.status !== 'pass' || i === io.length - 1)
      return conclude(verdict, result.status === 'pass' ? 'pass' : 'wrong');
  }
  throw new RangeError('A script has at least one test.');
}

/** Says which test it was. An exception is that test's result; what stopped the run otherwise leaves it not run. */
function told(verdict: Verdict, index: number, done: TestResult[]): Verdict {
  const { error, ...rest } = verdict;
  if (!error) return verdict;
  if (verdict.status !== 'exception') {
    const message = verdict.status === 'syntax' ? error.message : `Test ${index + 1}: ${error.message}`;
    return { ...verdict, error: { ...error, message } };
  }
  const place = error.line === null ? '' : ` (line ${error.line})`;
  const text = error.message === '' ? error.type : `${error.type}: ${error.message}`;
  done.push({ status: 'exception', error: text + place });
  return rest;
}

function judge({ output }: IoTest, { printed }: RunReport): TestResult | null {
  if (!printed) return null;
  switch (printed.state) {
    case 'cut':
      return { status: 'wrong', error: `The program printed more than ${MAX_PRINTED_BYTES} bytes.` };
    case 'not-text':
      return { status: 'wrong', error: 'The program printed bytes that are not UTF-8.' };
    case 'whole': {
      const got = printed.text.slice(0, GOT_CHARS);
      const difference = differenceOf(printed.text, output);
      return difference === null ? { status: 'pass', got } : { status: 'wrong', got, error: difference };
    }
  }
}
