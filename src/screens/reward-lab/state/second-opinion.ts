/** Two reward models on the same completions. */
import { correlation } from '../../../statistics/association.ts';
import { groupBy, mean } from '../../../statistics/samples.ts';

/** A completion with the R_t that each of the two gives it. */
export interface Judged {
  readonly taskId: string;
  readonly reasoning: string;
  readonly passes: boolean;
  readonly first: number;
  readonly second: number;
}

/** What one of them makes of the completions. */
export interface Opinion {
  /** Mean R_t of those that pass, and of those that fail; null where there are none. */
  readonly passing: number | null;
  readonly failing: number | null;
  /**
   * Share of the pairs of one task, a passing and a failing completion, in which it prefers the passing one; ties count half.
   * Null where there is no such pair.
   */
  readonly ranks: number | null;
}

export interface SecondOpinion {
  /** The most different first. */
  readonly judged: readonly Judged[];
  /** Pearson's r between the two; null where one of them says the same of all. */
  readonly correlation: number | null;
  readonly first: Opinion;
  readonly second: Opinion;
  /** Pairs behind `ranks`. */
  readonly pairs: number;
}

type Side = 'first' | 'second';

const meanOrNull = (values: readonly number[]): number | null => (values.length === 0 ? null : mean(values));

function opinionOf(judged: readonly Judged[], side: Side): Opinion & { readonly pairs: number } {
  let [pairs, won] = [0, 0];
  for (const group of groupBy(judged, ({ taskId }) => taskId)) {
    const failing = group.filter(({ passes }) => !passes);
    for (const good of group.filter(({ passes }) => passes))
      for (const bad of failing) {
        pairs++;
        won += good[side] > bad[side] ? 1 : good[side] === bad[side] ? 0.5 : 0;
      }
  }
  const of = (passes: boolean): number | null =>
    meanOrNull(judged.filter((each) => each.passes === passes).map((each) => each[side]));
  return { passing: of(true), failing: of(false), ranks: pairs === 0 ? null : won / pairs, pairs };
}

/** What two models say of the same completions. */
export function secondOpinion(judged: readonly Judged[]): SecondOpinion {
  const { pairs, ...first } = opinionOf(judged, 'first');
  const { pairs: _, ...second } = opinionOf(judged, 'second');
  const difference = (each: Judged): number => Math.abs(each.first - each.second);
  return {
    judged: judged.toSorted((a, b) => difference(b) - difference(a)),
    correlation: correlation(
      judged.map((each) => each.first),
      judged.map((each) => each.second),
    ),
    first,
    second,
    pairs,
  };
}
