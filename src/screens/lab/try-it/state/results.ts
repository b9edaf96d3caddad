import type { TestResult } from '../../../../sandbox/types.ts';
import { sameDraft, sameProgram, sameTest } from './draft.ts';
import type { Outcome, TryItState } from './model.ts';

/** What of the latest run still holds for the draft, which may have been edited since. */

export type Judged = Outcome & { readonly kind: 'verdict' };

export const judged = ({ outcome }: TryItState): Judged | null =>
  outcome?.kind === 'verdict' ? outcome : null;

/** Whether the draft was edited after it was run. */
export function edited(state: TryItState): boolean {
  const outcome = judged(state);
  return outcome !== null && !sameDraft(outcome.ran, state.draft);
}

/** The result of every test that still stands as it was run, by its key. */
export function resultsByKey(state: TryItState): ReadonlyMap<number, TestResult> {
  const outcome = judged(state);
  if (!outcome || !sameProgram(outcome.ran, state.draft)) return new Map();
  const { ran, verdict } = outcome;
  return new Map(
    ran.tests.flatMap((test, i) => {
      const result = verdict.tests[i];
      const now = state.draft.tests.find(({ key }) => key === test.key);
      return result && sameTest(test, now) ? [[test.key, result] as const] : [];
    }),
  );
}

/** The result of the tests written as code, which stand last in a verdict. */
export function harnessResult(state: TryItState): TestResult | undefined {
  const outcome = judged(state);
  if (!outcome?.ran.harness || !sameProgram(outcome.ran, state.draft)) return undefined;
  return outcome.verdict.tests[outcome.ran.tests.length];
}

/** The line of the program that an exception came from, as {@link TestResult} tells it. */
export function lineOf(error: string): number | null {
  const found = /\(line (\d+)\)$/.exec(error)?.[1];
  return found === undefined ? null : Number(found);
}

/** Lines of the program to mark: of the error that ended it, and of every exception that a test raised. */
export function markedLines(state: TryItState): number[] {
  const outcome = judged(state);
  if (!outcome || outcome.ran.program !== state.draft.program) return [];
  const { error, tests } = outcome.verdict;
  const lines = [
    error?.line ?? null,
    ...tests.map((test) =>
      test.status === 'exception' && test.error !== undefined ? lineOf(test.error) : null,
    ),
  ];
  return [...new Set(lines.filter((line) => line !== null))];
}
