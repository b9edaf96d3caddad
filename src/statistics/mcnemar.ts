/**
 * McNemar's exact test of paired yes/no outcomes: the two-sided p of the pairs that differ, under which either side is
 * as likely to be the better one, min(1, 2·P(X ≤ min(b, c))) with X ~ Binomial(b + c, ½). Pairs that agree tell nothing.
 * Source: McNemar, Psychometrika 12 (1947), with the exact tail in place of χ².
 *
 * The pairs have to be independent. Several samples of one task are not; then p is too small, and the bootstrap over
 * tasks is what holds.
 *
 * @param onlyFirst pairs in which only the first is a success (b)
 * @param onlySecond pairs in which only the second is (c)
 * @throws RangeError unless both are whole and not negative
 */
export function mcNemar(onlyFirst: number, onlySecond: number): number {
  if (![onlyFirst, onlySecond].every((n) => Number.isInteger(n) && n >= 0))
    throw new RangeError(`${onlyFirst} and ${onlySecond} are not counts of pairs.`);
  const n = onlyFirst + onlySecond;
  // In logarithms: 2⁻ⁿ by itself is 0 for many pairs.
  let term = -n * Math.LN2;
  let tail = 0;
  for (let i = 0; i <= Math.min(onlyFirst, onlySecond); i++) {
    tail += Math.exp(term);
    term += Math.log((n - i) / (i + 1));
  }
  return Math.min(1, 2 * tail);
}
