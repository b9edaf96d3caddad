/** Intervals where two things vary at once: replicates of an experiment, and the tasks that each is measured on. */
import { Random } from '../random.ts';
import { type BootstrapOptions, drawsOf, percentiles, RESAMPLES } from './bootstrap.ts';
import type { Interval } from './intervals.ts';

/** What each task adds to a ratio in each replicate: both [replicates, tasks]. A task of weight 0 was not measured. */
export interface Grid {
  readonly totals: Float64Array;
  readonly weights: Float64Array;
}

/** Σ total / Σ weight over the tasks of each resample, [resamples, replicates]; NaN where nothing has weight. */
export type ResampledRatios = Float64Array;

export interface CrossedBootstrap {
  /**
   * NaN throughout where fewer than two tasks have weight, of which no spread can be told.
   * @throws RangeError for a grid of another size
   */
  ratios(grid: Grid): ResampledRatios;
  /**
   * The 95 % percentile interval of Σ coefficient · ratio, averaged over replicates. Null where no resample has weight
   * in all of its replicates; one that has not does not count.
   */
  interval(
    terms: readonly { readonly coefficient: number; readonly ratios: ResampledRatios }[],
  ): Interval | null;
}

/**
 * The bootstrap of two crossed factors (Owen, “The pigeonhole bootstrap”, Annals of Applied Statistics 1, 2007):
 * replicates are drawn with replacement and, independently of them, tasks, the same tasks for all replicates. So what
 * one task does to every replicate, and one replicate to every task, stays together. It errs on the wide side, because
 * what varies with neither factor alone counts up to three times in the variance, and on the narrow side for few replicates, as
 * percentiles of few values do.
 *
 * Every quantity is resampled by the same draws, so that differences are paired by replicate and by task. With one
 * replicate the interval is that of `clusterBootstrap` over its tasks, and says nothing of other replicates.
 *
 * @throws RangeError without replicates or tasks
 */
export function crossedBootstrap(
  replicates: number,
  tasks: number,
  { seed, resamples = RESAMPLES }: BootstrapOptions,
): CrossedBootstrap {
  if (replicates < 1 || tasks < 1)
    throw new RangeError(`${replicates} replicates of ${tasks} tasks cannot be resampled.`);
  const counts = countsOf(drawsOf(tasks, { seed, resamples }), tasks);
  const random = new Random(seed, replicates, 'bootstrap replicates');
  const drawn = Uint32Array.from({ length: resamples * replicates }, () => random.int(replicates));
  return {
    ratios({ totals, weights }) {
      if (totals.length !== replicates * tasks || weights.length !== replicates * tasks)
        throw new RangeError(
          `A grid of ${replicates} × ${tasks} has ${totals.length} totals and ${weights.length} weights.`,
        );
      const ratios = new Float64Array(resamples * replicates);
      if (measuredTasks(weights, tasks) < 2) return ratios.fill(NaN);
      for (let resample = 0; resample < resamples; resample++)
        for (let replicate = 0; replicate < replicates; replicate++) {
          let total = 0;
          let weight = 0;
          const from = replicate * tasks;
          for (let task = 0; task < tasks; task++) {
            const times = counts[resample * tasks + task]!;
            total += times * totals[from + task]!;
            weight += times * weights[from + task]!;
          }
          ratios[resample * replicates + replicate] = weight === 0 ? NaN : total / weight;
        }
      return ratios;
    },
    interval(terms) {
      const means: number[] = [];
      for (let from = 0; from < drawn.length; from += replicates) {
        let sum = 0;
        // Terms first: what is equal on both sides is then exactly 0.
        for (let i = from; i < from + replicates; i++) {
          let value = 0;
          for (const { coefficient, ratios } of terms) value += coefficient * ratios[from + drawn[i]!]!;
          sum += value;
        }
        if (!Number.isNaN(sum)) means.push(sum / replicates);
      }
      return means.length === 0 ? null : percentiles(means);
    },
  };
}

/** How often each resample holds each task, [resamples, tasks]: a ratio is then one pass over the tasks in order. */
function countsOf(draws: Uint32Array, tasks: number): Uint16Array {
  const counts = new Uint16Array(draws.length);
  for (let i = 0; i < draws.length; i++) counts[i - (i % tasks) + draws[i]!]!++;
  return counts;
}

const measuredTasks = (weights: Float64Array, tasks: number): number =>
  new Set([...weights.keys()].filter((i) => weights[i] !== 0).map((i) => i % tasks)).size;
