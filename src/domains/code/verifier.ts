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
import type { CodeTask } from './task.ts';

const testsOf = ({ visibleTests, heldOutTests }: CodeTask, suite: Suite): Submission['tests'] =>
  suite === 'visible' ? visibleTests : [...visibleTests, ...heldOutTests];

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
  const unique = new Map<string, Submission>();
  const keys = attempts.map(({ task, answer: program }) => {
    const key = `${task.id}\n${program ?? ''}`;
    unique.set(key, { id: key, program, entry: task.entry, tests: testsOf(task, suite), timeoutMs });
    return key;
  });
  const verdicts = await sandbox.grade([...unique.values()], signal);
  if (verdicts.some(({ status }) => status === 'infrastructure'))
    throw new VerificationError(
      'The sandbox failed several times on one program, so nothing of this step was used. Run again: what was saved before is kept.',
    );
  const byKey = new Map(verdicts.map((verdict) => [verdict.id, verdict]));
  return keys.map((key, i) => ({ ...byKey.get(key)!, id: `${attempts[i]!.task.id}#${i}` }));
}

export const codeVerifier = (means: Means): Verifier<CodeTask> => ({
  async verify(attempts, suite, signal) {
    const verdicts = await grade(means, attempts, suite, signal);
    return verdicts.map((verdict, i) => verificationOf(verdict, attempts[i]!.task.visibleTests.length));
  },
});
