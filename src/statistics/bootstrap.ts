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

const RESAMPLES = 2000;

/** Σ total / Σ weight; null where nothing has weight. */
export function ratioOf(clusters: readonly Cluster[]): number | null {
  const weight = sum(clusters.map((cluster) => cluster.weight));
  return weight === 0 ? null : sum(clusters.map(({ total }) => total)) / weight;
}

/**
 * The cluster bootstrap (Davison & Hinkley, “Bootstrap Methods and their Application”, 1997, §3.8): whole clusters are
 * drawn with replacement, so that what hangs together within one stays together. What it returns gives the 95 %
 * percentile interval of the ratio of any quantity over these clusters, always by the same draws, so intervals of one
 * evaluation go together.
 *
 * An interval is null for fewer than two clusters that have weight, of which no spread can be told. A draw of clusters
 * without weight does not count.
 *
 * @throws RangeError for a number of clusters that is not the one it was made for
 */
export function clusterBootstrap(
  count: number,
  { seed, resamples = RESAMPLES }: BootstrapOptions,
): (clusters: readonly Cluster[]) => Interval | null {
  const random = new Random(seed, count, 'bootstrap');
  const draws = Uint32Array.from({ length: resamples * count }, () => random.int(count));
  return (clusters) => {
    if (clusters.length !== count)
      throw new RangeError(`The draws are over ${count} clusters, not over ${clusters.length}.`);
    if (clusters.filter(({ weight }) => weight !== 0).length < 2) return null;
    const ratios: number[] = [];
    for (let at = 0; at < draws.length; at += count) {
      let total = 0;
      let weight = 0;
      for (let i = at; i < at + count; i++) {
        const cluster = clusters[draws[i]!]!;
        total += cluster.total;
        weight += cluster.weight;
      }
      if (weight !== 0) ratios.push(total / weight);
    }
    const sorted = Float64Array.from(ratios).sort();
    return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
  };
}

/** Linear between the order statistics at (n − 1)·p, as numpy's `quantile` does by default. */
function quantile(sorted: Float64Array, p: number): number {
  const at = (sorted.length - 1) * p;
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (at - Math.floor(at)) * (above - below);
}
