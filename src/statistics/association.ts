/** Statistics of scores and of tables, over plain numbers. Intervals of a share are in `intervals.ts`. */
import { type BootstrapOptions, clusterResamples } from './bootstrap.ts';
import type { Interval } from './intervals.ts';
import { mean, sum } from './samples.ts';

/** Pearson's r; `null` where one side does not vary, of which no correlation can be told. */
export function correlation(a: readonly number[], b: readonly number[]): number | null {
  if (a.length !== b.length) throw new RangeError(`${a.length} and ${b.length} values do not make pairs.`);
  if (a.length < 2) return null;
  const [ma, mb] = [mean(a), mean(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  a.forEach((x, i) => {
    const [da, db] = [x - ma, b[i]! - mb];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  });
  return aa === 0 || bb === 0 ? null : Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
}

/** Counts of two yes/no properties: `[[both, first only], [second only, neither]]`. */
export type Table = readonly [readonly [number, number], readonly [number, number]];

export interface Association {
  readonly table: Table;
  /**
   * Pearson's χ² without continuity correction, one degree of freedom; `null` where a margin is empty. It takes all that
   * is counted for independent, which is too sure of itself where several counts belong to one task.
   */
  readonly chiSquare: number | null;
  readonly p: number | null;
  /** ad/bc with ½ added to each cell (Haldane–Anscombe), so that it exists for empty cells too. */
  readonly oddsRatio: number;
  /** 95 %, by resampling whole clusters; `null` for fewer than two that count anything. */
  readonly interval: Interval | null;
}

/**
 * How two yes/no properties hang together.
 *
 * @param clusters a table for each cluster, such as a task with all its samples
 * @throws RangeError for counts that are none
 */
export function association(clusters: readonly Table[], options: BootstrapOptions): Association {
  const counts = clusters.map(([[a, b], [c, d]]): Cells => [a, b, c, d]);
  const cells = ([0, 1, 2, 3] as const).map((i) => sum(counts.map((of) => of[i])));
  const [a, b, c, d] = cells as unknown as Cells;
  if (counts.flat().some((n) => !Number.isInteger(n) || n < 0) || a + b + c + d === 0)
    throw new RangeError(`${cells.join(', ')} are not the counts of a table.`);
  const margins = (a + b) * (c + d) * (a + c) * (b + d);
  const chiSquare = margins === 0 ? null : ((a + b + c + d) * (a * d - b * c) ** 2) / margins;
  const columns = ([0, 1, 2, 3] as const).map((i) => counts.map((of) => of[i]));
  const counting = counts.filter((of) => sum(of) > 0).length;
  return {
    table: [
      [a, b],
      [c, d],
    ],
    chiSquare,
    p: chiSquare === null ? null : chiSquareTail(chiSquare),
    oddsRatio: oddsRatio([a, b, c, d]),
    interval: counting < 2 ? null : clusterResamples(counts.length, options)(columns, oddsRatio),
  };
}

type Cells = readonly [number, number, number, number];

const oddsRatio = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]): number =>
  ((a + 0.5) * (d + 0.5)) / ((b + 0.5) * (c + 0.5));

/** P(χ²₁ > x) = erfc(√(x/2)). */
export function chiSquareTail(x: number): number {
  return erfc(Math.sqrt(Math.max(0, x) / 2));
}

/**
 * erfc for x ≥ 0: 1 − the Maclaurin series of erf below 2, Laplace's continued fraction above, where the difference from 1
 * would have lost all digits. Relative error below 1e-12.
 */
export function erfc(x: number): number {
  if (x < 2) {
    let term = x;
    let total = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total) && n < 200; n++) {
      term *= -(x * x) / n;
      total += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * total;
  }
  let fraction = 0;
  for (let n = 200; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + fraction));
}

export interface CalibrationBin {
  /** Predicted probability from, up to and not including (the last: including). */
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
  /** Mean prediction, and share that was right; `null` in an empty bin. */
  readonly predicted: number | null;
  readonly right: number | null;
}

export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  /** Expected calibration error: mean |predicted − right| over bins, weighted by their pairs. */
  readonly error: number;
}

/**
 * How sure Bradley–Terry is against how often it is right. For each pair it prefers one side with probability
 * p = σ(|s⁺ − s⁻|) ≥ ½; `right` tells whether that was the chosen one. Bins of equal width over [½, 1].
 */
export function calibration(differences: readonly number[], bins = 5): Calibration {
  const width = 0.5 / bins;
  const binned = Array.from({ length: bins }, () => ({ predicted: 0, right: 0, pairs: 0 }));
  for (const difference of differences) {
    const p = 1 / (1 + Math.exp(-Math.abs(difference)));
    const bin = binned[Math.min(bins - 1, Math.floor((p - 0.5) / width))]!;
    bin.predicted += p;
    // A tie prefers neither, and either guess is right half of the time.
    bin.right += difference === 0 ? 0.5 : Number(difference > 0);
    bin.pairs++;
  }
  const error = binned.reduce((total, bin) => total + Math.abs(bin.predicted - bin.right), 0);
  return {
    bins: binned.map(({ predicted, right, pairs }, i) => ({
      low: 0.5 + i * width,
      high: 0.5 + (i + 1) * width,
      pairs,
      predicted: pairs === 0 ? null : predicted / pairs,
      right: pairs === 0 ? null : right / pairs,
    })),
    error: differences.length === 0 ? 0 : error / differences.length,
  };
}
