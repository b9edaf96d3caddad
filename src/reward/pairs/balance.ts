import { Random } from '../../random.ts';
import { LAYOUTS, sentencesOf } from '../../domains/code/starter/reasoning.ts';
import { PADDING } from './operations.ts';
import type { PairColumns } from './types.ts';

/**
 * Takes away what would let a model win without reading: length, and style. Every kept pair whose chosen text is longer
 * by d, or has a style mark that the rejected one lacks, is matched with one where it is the other way round. So the
 * distribution of differences is symmetric about 0: the mean difference is 0 up to the tolerance, neither side is
 * longer more often, and each mark stands as often on either side.
 */

export interface BalanceOptions {
  /** Length of a text, in characters or tokens; `null` leaves length alone. */
  readonly length: ((text: string) => number) | null;
  /** Largest difference between |d| of two matched pairs, in the unit of `length`. */
  readonly tolerance: number;
  readonly style: boolean;
  readonly seed: number;
}

const CONNECTIVES = /\b(first|then|next|so|because|therefore|thus|hence|finally|however)\b/i;

/** Marks of style that say nothing about quality. */
export const STYLE_MARKS: Readonly<Record<string, (text: string) => boolean>> = {
  padding: (text) => sentencesOf(text).some((sentence) => PADDING.some((padding) => padding === sentence)),
  connective: (text) => CONNECTIVES.test(text),
  [LAYOUTS[0]!]: (text) => text.startsWith('- '),
};

/** For each mark: 1 where only the chosen text has it, −1 where only the rejected one has, 0 otherwise. */
export function styleDifference({ chosen, rejected }: PairColumns): number[] {
  return Object.values(STYLE_MARKS).map((has) => Number(has(chosen)) - Number(has(rejected)));
}

interface Measured<T> {
  readonly pair: T;
  readonly index: number;
  /** Longer by this much, chosen minus rejected. */
  readonly longer: number;
}

/** The pairs that can be kept, in their order; which of several alike are left out is drawn with the seed. */
export function balancePairs<T extends PairColumns>(pairs: readonly T[], options: BalanceOptions): T[] {
  const { length, style, tolerance, seed } = options;
  if (length === null && !style) return [...pairs];
  const classes = new Map<string, Measured<T>[]>();
  const marks = new Map<string, readonly number[]>();
  new Random(seed, 0, 'balance').shuffle(pairs.map((pair, index) => ({ pair, index }))).forEach((entry) => {
    const { chosen, rejected } = entry.pair;
    const difference = style ? styleDifference(entry.pair) : [];
    const longer = length === null ? 0 : length(chosen) - length(rejected);
    const key = difference.join();
    marks.set(key, difference);
    classes.set(key, [...(classes.get(key) ?? []), { ...entry, longer }]);
  });
  const kept: Measured<T>[] = [];
  for (const [key, members] of classes) {
    const opposite = marks
      .get(key)!
      .map((mark) => 0 - mark)
      .join();
    if (key > opposite) continue;
    if (key === opposite) {
      kept.push(...members.filter(({ longer }) => longer === 0));
      const longer = members.filter((member) => member.longer > 0);
      kept.push(
        ...matched(
          longer,
          members.filter((member) => member.longer < 0),
          tolerance,
        ),
      );
    } else kept.push(...matched(members, classes.get(opposite) ?? [], tolerance));
  }
  return kept.sort((a, b) => a.index - b.index).map(({ pair }) => pair);
}

/** Pairs of the first list with as many of the second whose differences are the negatives of theirs. */
function matched<T>(
  first: readonly Measured<T>[],
  second: readonly Measured<T>[],
  tolerance: number,
): Measured<T>[] {
  const up = [...first].sort((a, b) => a.longer - b.longer);
  const down = [...second].sort((a, b) => b.longer - a.longer);
  const kept: Measured<T>[] = [];
  let drift = 0;
  for (let i = 0, j = 0; i < up.length && j < down.length;) {
    const [a, b] = [up[i]!, down[j]!];
    const sum = a.longer + b.longer;
    // What is left over from matches that do not fit exactly may not add up.
    if (Math.abs(sum) <= tolerance && Math.abs(drift + sum) <= Math.max(tolerance, Math.abs(drift))) {
      kept.push(a, b);
      drift += sum;
      i++;
      j++;
    } else if (sum < 0) i++;
    else j++;
  }
  return kept;
}
