/** Judging pairs before the answer is shown, and keeping count of who agrees with whom. */
import { Random } from '../../../random.ts';
import type { ImportedPair } from '../../../reward/pairs/types.ts';

export type Side = 'left' | 'right';
/** What a visitor says of a pair; `skip` shows the answer without one. */
export type Answer = Side | 'unsure' | 'skip';

/** A pair with its texts in drawn order, so that their places tell nothing. */
export interface ShownPair {
  readonly pair: ImportedPair;
  readonly left: string;
  readonly right: string;
  /** Where the better text, by the label, stands. */
  readonly better: Side;
}

/** The sides of a pair; the same for the same seed and place. */
export function showPair(pair: ImportedPair, seed: number, index: number): ShownPair {
  const better: Side = new Random(seed, index, 'sides').uniform() < 0.5 ? 'left' : 'right';
  const [left, right] = better === 'left' ? [pair.chosen, pair.rejected] : [pair.rejected, pair.chosen];
  return { pair, left, right, better };
}

/** The side that the model prefers; a tie prefers none. */
export function preferred(left: number, right: number): Side | null {
  return left === right ? null : left > right ? 'left' : 'right';
}

export interface Judged {
  readonly answer: Answer;
  readonly model: Side | null;
  readonly label: Side;
}

export interface Agreement {
  readonly agreed: number;
  readonly of: number;
}

export interface Tally {
  /** Over the pairs on which the visitor chose a side. */
  readonly youLabel: Agreement;
  readonly youModel: Agreement;
  /** Over all pairs that were answered, also unsure ones; a tie of the model agrees with nothing. */
  readonly modelLabel: Agreement;
}

const agreement = (pairs: readonly (readonly [unknown, unknown])[]): Agreement => ({
  agreed: pairs.filter(([a, b]) => a === b).length,
  of: pairs.length,
});

export function tally(judged: readonly Judged[]): Tally {
  const answered = judged.filter(({ answer }) => answer !== 'skip');
  const chosen = answered.filter(({ answer }) => answer !== 'unsure');
  return {
    youLabel: agreement(chosen.map(({ answer, label }) => [answer, label])),
    youModel: agreement(chosen.map(({ answer, model }) => [answer, model])),
    modelLabel: agreement(answered.map(({ model, label }) => [model, label])),
  };
}
