import type { Value } from '../../sandbox/types.ts';

/** Runs without any answer before the inputs that are left count as too large. */
const FRUITLESS_RUNS = 3;

/**
 * What calls answer, `null` where one gives nothing. One input that is too large for time or memory ends the run that it is
 * part of: another goes on behind it.
 */
export async function answersOf(
  calls: readonly Value[][],
  ask: (calls: readonly Value[][]) => Promise<Value[]>,
): Promise<Value[]> {
  const answers: Value[] = [];
  for (let fruitless = 0; answers.length < calls.length && fruitless < FRUITLESS_RUNS;) {
    const told = await ask(calls.slice(answers.length));
    const last = told.findLastIndex((answer) => answer !== null);
    if (last < 0) fruitless++;
    answers.push(...(last < 0 ? [null] : told.slice(0, last + 1)));
  }
  return answers;
}
