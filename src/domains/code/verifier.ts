/** Programs are verified by running their task's tests in the sandbox. */
import type { Submission, Verdict } from '../../sandbox/types.ts';
import {
  type Attempt,
  type Means,
  type Suite,
  type Verification,
  VerificationError,
  type Verifier,
} from '../domain.ts';
import { withPreamble } from './grading/python-text.ts';
import type { CodeTask } from './task.ts';

type Tests = Pick<Submission, 'tests' | 'harness'>;

const suiteOf = (tests: Submission['tests'], harness: Submission['harness']): Tests =>
  harness === undefined ? { tests } : { tests, harness };

/** The runs that a suite takes: one, but for tests in code, of which a run takes those of one suite. */
function runsOf(task: CodeTask, suite: Suite): Tests[] {
  const { visibleTests, heldOutTests, visibleCode, heldOutCode } = task;
  if (suite === 'visible') return [suiteOf(visibleTests, visibleCode)];
  if (!visibleCode && !heldOutCode) return [{ tests: [...visibleTests, ...heldOutTests] }];
  const runs = [suiteOf(visibleTests, visibleCode), suiteOf(heldOutTests, heldOutCode)];
  return runs.filter(({ tests, harness }) => tests.length > 0 || harness !== undefined);
}

/** A program as it is run, and the lines that then stand in front of it. */
function programOf({ preamble = '', language = 'python' }: CodeTask, answer: string | null) {
  if (answer === null || preamble === '') return { program: answer, shift: 0 };
  if (language === 'python') {
    const program = withPreamble(preamble, answer);
    return { program, shift: program.split('\n').length - answer.split('\n').length };
  }
  const before = preamble.endsWith('\n') ? preamble : `${preamble}\n`;
  return { program: before + answer, shift: before.split('\n').length - 1 };
}

/** The verdict on a program that was run once for each of two suites. */
function together(verdicts: readonly Verdict[]): Verdict {
  const [first, second] = verdicts as [Verdict, Verdict?];
  if (!second) return first;
  const { status, error, why, evidence } = first.status === 'pass' ? second : first;
  const because = why ?? second.why;
  return {
    ...first,
    status,
    passed: first.passed + second.passed,
    total: first.total + second.total,
    tests: [...first.tests, ...second.tests],
    timeMs: first.timeMs + second.timeMs,
    memoryMb:
      first.memoryMb === null && second.memoryMb === null
        ? null
        : Math.max(first.memoryMb ?? 0, second.memoryMb ?? 0),
    weak: first.weak || second.weak,
    ...(error ? { error } : {}),
    ...(because ? { why: because } : {}),
    ...(evidence ? { evidence } : {}),
  };
}

/** With the lines of errors counted in the answer, not in what was run. */
function shifted(verdict: Verdict, shift: number): Verdict {
  if (shift === 0) return verdict;
  const inAnswer = (line: number): number | null => (line > shift ? line - shift : null);
  const { error, tests } = verdict;
  const told = (text: string): string =>
    text.replace(/ \(line (\d+)\)$/, (_, line) => {
      const shown = inAnswer(Number(line));
      return shown === null ? '' : ` (line ${shown})`;
    });
  return {
    ...verdict,
    tests: tests.map((test) => (test.error === undefined ? test : { ...test, error: told(test.error) })),
    ...(error ? { error: { ...error, line: error.line === null ? null : inAnswer(error.line) } } : {}),
  };
}

/** What the algorithm reads of a verdict over a suite that begins with `visible` visible tests. */
export function verificationOf(verdict: Verdict, visible: number): Verification<Verdict> {
  const { status, passed, total, weak } = verdict;
  const passes = status === 'pass';
  const passesVisible = passes || verdict.tests.slice(0, visible).every((test) => test.status === 'pass');
  return { passes, passesVisible, passed, total, weak, detail: verdict };
}

/** The same program for the same task runs once. */
async function grade(
  { sandbox, timeoutMs }: Means,
  attempts: readonly Attempt<CodeTask>[],
  suite: Suite,
  signal?: AbortSignal,
): Promise<Verdict[]> {
  const unique = new Map<string, { readonly submissions: Submission[]; readonly shift: number }>();
  const keys = attempts.map(({ task, answer }) => {
    const key = `${task.id}\n${answer ?? ''}`;
    if (unique.has(key)) return key;
    const { program, shift } = programOf(task, answer);
    const { entry, language } = task;
    const submissions = runsOf(task, suite).map((tests): Submission => {
      const submission = { id: key, program, entry, ...tests, timeoutMs };
      return language === undefined ? submission : { ...submission, language };
    });
    unique.set(key, { submissions, shift });
    return key;
  });
  const graded = [...unique.values()].flatMap(({ submissions }) => submissions);
  const verdicts = await sandbox.grade(graded, signal);
  if (verdicts.some(({ status }) => status === 'infrastructure'))
    throw new VerificationError(
      'The sandbox failed several times on one program, so nothing of this step was used. Run again: what was saved before is kept.',
    );
  let next = 0;
  const byKey = new Map(
    [...unique].map(([key, { submissions, shift }]) => {
      const own = verdicts.slice(next, (next += submissions.length));
      return [key, shifted(together(own), shift)] as const;
    }),
  );
  return keys.map((key, i) => ({ ...byKey.get(key)!, id: `${attempts[i]!.task.id}#${i}` }));
}

export const codeVerifier = (means: Means): Verifier<CodeTask> => ({
  async verify(attempts, suite, signal) {
    const verdicts = await grade(means, attempts, suite, signal);
    return verdicts.map((verdict, i) => {
      const { visibleTests, visibleCode } = attempts[i]!.task;
      return verificationOf(verdict, visibleTests.length + (visibleCode ? 1 : 0));
    });
  },
});
