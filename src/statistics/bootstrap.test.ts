import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cluster, clusterBootstrap, ratioOf } from './bootstrap.ts';
import { mean, sampleStd } from './samples.ts';

const single = (values: readonly number[]): Cluster[] => values.map((total) => ({ total, weight: 1 }));
const successes = (passed: number, n: number) => single(Array.from({ length: n }, (_, i) => +(i < passed)));

const clusters = fc.array(fc.record({ total: fc.integer({ min: -9, max: 9 }), weight: fc.integer({ min: 1, max: 5 }) }), {
  minLength: 2,
  maxLength: 12,
}); // prettier-ignore

describe('the cluster bootstrap', () => {
  // The mean of resampled successes is binomial: scipy 1.16.3, binom.ppf([0.025, 0.975], n, passed/n)/n.
  it.each([
    [15, 50, 0.18, 0.44],
    [90, 200, 0.38, 0.52],
    [5, 8, 0.25, 0.875],
    [1, 20, 0, 0.15],
  ])('of %d successes of %d is [%f, %f]', (passed, n, low, high) => {
    const interval = clusterBootstrap(n, { seed: 3, resamples: 20_000 })(successes(passed, n))!;
    expect(interval.low).toBeCloseTo(low, 12);
    expect(interval.high).toBeCloseTo(high, 12);
  });

  it('is the normal interval where there are many clusters', () => {
    const values = Array.from({ length: 400 }, (_, i) => (i * 37) % 101);
    const { low, high } = clusterBootstrap(400, { seed: 1 })(single(values))!;
    // The standard error under resampling has the divisor n.
    const error = (sampleStd(values) / Math.sqrt(400)) * Math.sqrt(399 / 400);
    expect((low - mean(values)) / error).toBeCloseTo(-1.96, 0);
    expect((high - mean(values)) / error).toBeCloseTo(1.96, 0);
    expect((high - low) / (2 * 1.96 * error)).toBeCloseTo(1, 1);
  });

  it('keeps clusters together: ten equal samples of a task say no more than one', () => {
    const tasks = [1, 0, 0, 1, 1, 0, 1];
    const of = clusterBootstrap(tasks.length, { seed: 2 });
    const once = of(tasks.map((passes) => ({ total: passes, weight: 1 })));
    expect(of(tasks.map((passes) => ({ total: 10 * passes, weight: 10 })))).toEqual(once);
  });

  it('is the same for the same seed, another for another, and moves with scale and shift', () => {
    fc.assert(
      fc.property(
        clusters,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: -9, max: 9 }),
        (all, by, shift) => {
          const at = (seed: number, of = all) => clusterBootstrap(all.length, { seed, resamples: 50 })(of)!;
          const { low, high } = at(1);
          expect(at(1)).toEqual({ low, high });
          expect(low).toBeLessThanOrEqual(high);
          const moved = at(1, all.map(({ total, weight }) => ({ total: by * total + shift * weight, weight }))); // prettier-ignore
          expect(moved.low).toBeCloseTo(by * low + shift, 9);
          expect(moved.high).toBeCloseTo(by * high + shift, 9);
          const ratios = all.map(({ total, weight }) => total / weight);
          expect(low).toBeGreaterThanOrEqual(Math.min(...ratios) - 1e-9);
          expect(high).toBeLessThanOrEqual(Math.max(...ratios) + 1e-9);
        },
      ),
      { numRuns: 50 },
    );
    const spread = single(Array.from({ length: 11 }, (_, i) => Math.sqrt(i)));
    const [one, other] = [1, 2].map((seed) => clusterBootstrap(11, { seed })(spread));
    expect(one).not.toEqual(other);
  });

  it('tells nothing of one cluster, and leaves out draws without weight', () => {
    expect(clusterBootstrap(1, { seed: 1 })(single([1]))).toBeNull();
    const of = clusterBootstrap(3, { seed: 1 });
    const none = { total: 0, weight: 0 };
    expect(of([none, none, { total: 1, weight: 1 }])).toBeNull();
    expect(of([none, { total: 1, weight: 1 }, { total: 1, weight: 1 }])).toEqual({ low: 1, high: 1 });
    expect(() => of(single([1]))).toThrow(RangeError);
  });
});

describe('the ratio of clusters', () => {
  it('is total by weight, and undefined without weight', () => {
    expect(ratioOf([{ total: 1, weight: 2 }, { total: 2, weight: 2 }])).toBe(0.75); // prettier-ignore
    expect(ratioOf([{ total: 0, weight: 0 }])).toBeNull();
    expect(ratioOf([])).toBeNull();
  });
});
