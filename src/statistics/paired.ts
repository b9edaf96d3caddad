/** Whether two sides differ that were measured in pairs, such as two arms under the same seeds. */
import { type Interval, meanInterval, studentP } from './intervals.ts';

export interface PairedTest {
  /** Number of pairs. */
  readonly n: number;
  /** Mean of first − second. */
  readonly mean: number;
  /** Null for one pair, and where the differences do not vary. */
  readonly t: number | null;
  /** n − 1. */
  readonly degreesOfFreedom: number;
  /** Two-sided; 1 where nothing differs, null where t is for another reason. */
  readonly p: number | null;
  /** 95 %, mean ± t(n − 1)·s/√n; null for one pair. */
  readonly interval: Interval | null;
}

/** Differences that are equal but for rounding vary by less than this share of the values that they are made of. */
const ROUNDING = 1e-12;

/**
 * Student's paired t-test (Student, Biometrika 6, 1908): t = d̄/(s/√n) of the differences d = first − second.
 * @throws RangeError unless both sides have the same number of values, and at least one
 */
export function pairedTTest(first: readonly number[], second: readonly number[]): PairedTest {
  if (first.length !== second.length || first.length === 0)
    throw new RangeError(`${first.length} and ${second.length} values do not make pairs.`);
  const { n, mean, std, interval } = meanInterval(first.map((value, i) => value - second[i]!));
  const degreesOfFreedom = n - 1;
  if (std === null) return { n, mean, t: null, degreesOfFreedom, p: null, interval };
  const size = Math.max(...first.map(Math.abs), ...second.map(Math.abs));
  if (std <= ROUNDING * size) {
    const p = Math.abs(mean) <= ROUNDING * size ? 1 : null;
    return { n, mean, t: null, degreesOfFreedom, p, interval };
  }
  const t = mean / (std / Math.sqrt(n));
  return { n, mean, t, degreesOfFreedom, p: studentP(t, degreesOfFreedom), interval };
}

/**
 * p adjusted for so many tests at once, in the order given (Holm, Scandinavian Journal of Statistics 6, 1979): the
 * i-th smallest of m, from 0, times m − i, and never below the one before.
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((a, b) => ps[a]! - ps[b]!);
  const adjusted = [...ps];
  let least = 0;
  for (const [rank, i] of order.entries()) {
    least = Math.min(1, Math.max(least, ps[i]! * (ps.length - rank)));
    adjusted[i] = least;
  }
  return adjusted;
}
