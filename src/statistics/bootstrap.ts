import { Random } from '../random.ts';
import type { Interval } from './intervals.ts';
import { sum } from './samples.ts';

/** What one cluster, such as a task with all its samples, adds to a ratio: Σ total / Σ weight. */
export interface Cluster {
  readonly total: number;
  readonly weight: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** Default 2000. */
  readonly resamples?: number;
}

/** Resamples of a bootstrap that does not say. */
export const RESAMPLES = 2000;

/** Σ total / Σ weight; null where nothing has weight. */
export function ratioOf(clusters: readonly Cluster[]): number | null {
  const weight = sum(clusters.map((cluster) => cluster.weight));
  return weight === 0 ? null : sum(clusters.map(({ total }) => total)) / weight;
}

/** What the clusters add up to, column by column, and what is made of the sums; null where it is undefined. */
export type Resample = (
  columns: readonly (readonly number[])[],
  statistic: (sums: readonly number[]) => number | null,
) => Interval | null;

/**
 * The cluster bootstrap (Davison & Hinkley, “Bootstrap Methods and their Application”, 1997, §3.8): whole clusters are
 * drawn with replacement, so that what hangs together within one stays together. What it returns gives the 95 %
 * percentile interval of any statistic of sums over these clusters, always by the same draws, so intervals of one
 * evaluation go together. A draw whose statistic is undefined does not count; the interval is null where none counts.
 *
 * @throws RangeError for a column that is not of the number of clusters that it was made for
 */
export function clusterResamples(count: number, options: BootstrapOptions): Resample {
  const draws = drawsOf(count, options);
  return (columns, statistic) => {
    const wrong = columns.find(({ length }) => length !== count);
    if (wrong !== undefined)
      throw new RangeError(`The draws are over ${count} clusters, not over ${wrong.length}.`);
    const values: number[] = [];
    for (let at = 0; at < draws.length; at += count) {
      const value = statistic(columns.map((column) => sumOfDrawn(column, draws, at)));
      if (value !== null) values.push(value);
    }
    return values.length === 0 ? null : percentiles(values);
  };
}

/** Clusters of each resample, [resamples, count]. */
export function drawsOf(count: number, { seed, resamples = RESAMPLES }: BootstrapOptions): Uint32Array {
  const random = new Random(seed, count, 'bootstrap');
  return Uint32Array.from({ length: resamples * count }, () => random.int(count));
}

/** The middle 95 % of values. */
export function percentiles(values: readonly number[]): Interval {
  const sorted = Float64Array.from(values).sort();
  return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

/**
 * The {@link clusterResamples} of a ratio. An interval is null for fewer than two clusters that have weight, of which no
 * spread can be told; a draw of clusters without weight does not count.
 */
export function clusterBootstrap(
  count: number,
  options: BootstrapOptions,
): (clusters: readonly Cluster[]) => Interval | null {
  const resample = clusterResamples(count, options);
  return (clusters) => {
    const interval = resample(
      [clusters.map(({ total }) => total), clusters.map(({ weight }) => weight)],
      ([total = 0, weight = 0]) => (weight === 0 ? null : total / weight),
    );
    return clusters.filter(({ weight }) => weight !== 0).length < 2 ? null : interval;
  };
}

/** Over as many draws, from `start`, as the column has clusters. */
function sumOfDrawn(column: readonly number[], draws: Uint32Array, start: number): number {
  let total = 0;
  for (let i = start; i < start + column.length; i++) total += column[draws[i]!]!;
  return total;
}

/** Linear between the order statistics at (n − 1)·p, as numpy's `quantile` does by default. */
function quantile(sorted: Float64Array, p: number): number {
  const at = (sorted.length - 1) * p;
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (at - Math.floor(at)) * (above - below);
}
