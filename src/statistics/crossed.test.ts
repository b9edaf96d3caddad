import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterBootstrap } from './bootstrap.ts';
import { crossedBootstrap, type Grid } from './crossed.ts';
import { mean } from './samples.ts';

/** A grid from rows of values, a row a replicate. */
const gridOf = (rows: readonly (readonly number[])[], weight = 1): Grid => ({
  totals: Float64Array.from(rows.flat()),
  weights: new Float64Array(rows.flat().length).fill(weight),
});

const shape = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 7 }));
const grids = shape.chain(([replicates, tasks]) =>
  fc.record({
    replicates: fc.constant(replicates),
    tasks: fc.constant(tasks),
    totals: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: replicates * tasks, maxLength: replicates * tasks }),
    weights: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: replicates * tasks, maxLength: replicates * tasks }),
  }),
); // prettier-ignore

describe('the crossed bootstrap', () => {
  it('is the cluster bootstrap of the tasks where there is one replicate', () => {
    fc.assert(
      fc.property(grids, ({ tasks, totals, weights }) => {
        const options = { seed: 4, resamples: 60 };
        const clusters = Array.from({ length: tasks }, (_, i) => ({
          total: totals[i]!,
          weight: weights[i]!,
        }));
        const expected = clusterBootstrap(tasks, options)(clusters)!;
        const crossed = crossedBootstrap(1, tasks, options);
        const grid = { totals: Float64Array.from(totals.slice(0, tasks)), weights: Float64Array.from(weights.slice(0, tasks)) }; // prettier-ignore
        const interval = crossed.interval([{ coefficient: 1, ratios: crossed.ratios(grid) }])!;
        expect(interval.low).toBeCloseTo(expected.low, 12);
        expect(interval.high).toBeCloseTo(expected.high, 12);
      }),
      { numRuns: 40 },
    );
  });

  it('is the bootstrap of the replicates where all tasks are alike', () => {
    const values = [0.2, 0.5, 0.4, 0.9, 0.1, 0.6];
    const crossed = crossedBootstrap(6, 5, { seed: 2, resamples: 10_000 });
    const ratios = crossed.ratios(gridOf(values.map((value) => Array.from({ length: 5 }, () => value))));
    const { low, high } = crossed.interval([{ coefficient: 1, ratios }])!;
    const other = clusterBootstrap(6, { seed: 7, resamples: 10_000 })(values.map((total) => ({ total, weight: 1 })))!; // prettier-ignore
    expect(low).toBeCloseTo(other.low, 1);
    expect(high).toBeCloseTo(other.high, 1);
  });

  it('has the variance of both factors', () => {
    // value = a(replicate) + b(task): the variance of the mean is var(a)/R + var(b)/T under resampling.
    const a = Array.from({ length: 20 }, (_, i) => ((i * 7) % 20) / 20);
    const b = Array.from({ length: 60 }, (_, i) => ((i * 11) % 60) / 60);
    const variance = (of: readonly number[]): number => mean(of.map((x) => (x - mean(of)) ** 2));
    const crossed = crossedBootstrap(20, 60, { seed: 3, resamples: 4000 });
    const ratios = crossed.ratios(gridOf(a.map((x) => b.map((y) => x + y))));
    const { low, high } = crossed.interval([{ coefficient: 1, ratios }])!;
    const error = Math.sqrt(variance(a) / 20 + variance(b) / 60);
    expect((high - low) / (2 * 1.96 * error)).toBeCloseTo(1, 1);
    expect((low + high) / 2).toBeCloseTo(mean(a) + mean(b), 1);
  });

  it('keeps what is paired together: what replicates and tasks share cancels in a difference', () => {
    const base = [3, 1, 7, 2].map((replicate) => [5, 0, 9, 4, 4].map((task) => replicate * task));
    const crossed = crossedBootstrap(4, 5, { seed: 1, resamples: 200 });
    const plus = crossed.ratios(gridOf(base.map((row) => row.map((value) => value + 2))));
    const minus = crossed.ratios(gridOf(base));
    const { low, high } = crossed.interval([{ coefficient: 1, ratios: plus }, { coefficient: -1, ratios: minus }])!; // prettier-ignore
    expect(low).toBeCloseTo(2, 12);
    expect(high).toBeCloseTo(2, 12);
  });

  it('is 0 for equal arms, turns round with its sides, moves with scale, and is the same for the same seed', () => {
    fc.assert(
      fc.property(grids, fc.integer({ min: 1, max: 9 }), ({ replicates, tasks, totals, weights }, by) => {
        const grid = { totals: Float64Array.from(totals), weights: Float64Array.from(weights) };
        const other = { ...grid, totals: Float64Array.from(totals.map((total, i) => total * (i % 3))) };
        const make = () => crossedBootstrap(replicates, tasks, { seed: 5, resamples: 40 });
        const crossed = make();
        const [a, b] = [crossed.ratios(grid), crossed.ratios(other)];
        const difference = (plus: Float64Array, minus: Float64Array, coefficient = 1, of = crossed) =>
          of.interval([{ coefficient, ratios: plus }, { coefficient: -coefficient, ratios: minus }])!; // prettier-ignore
        expect(difference(a, a)).toEqual({ low: 0, high: 0 });
        const { low, high } = difference(a, b);
        const turned = difference(b, a);
        expect(turned.low).toBeCloseTo(-high, 9);
        expect(turned.high).toBeCloseTo(-low, 9);
        const scaled = difference(a, b, by);
        expect(scaled.low).toBeCloseTo(by * low, 9);
        expect(scaled.high).toBeCloseTo(by * high, 9);
        expect(difference(make().ratios(grid), make().ratios(other), 1, make())).toEqual({ low, high });
      }),
      { numRuns: 40 },
    );
    const spread = gridOf([Array.from({ length: 11 }, (_, i) => Math.sqrt(i)), Array.from({ length: 11 }, (_, i) => i)]); // prettier-ignore
    const [one, two] = [1, 2].map((seed) => {
      const crossed = crossedBootstrap(2, 11, { seed });
      return crossed.interval([{ coefficient: 1, ratios: crossed.ratios(spread) }]);
    });
    expect(one).not.toEqual(two);
  });

  it('leaves out tasks without weight, and tells nothing of fewer than two', () => {
    const crossed = crossedBootstrap(2, 3, { seed: 1, resamples: 300 });
    const weights = Float64Array.of(0, 1, 1, 0, 1, 1);
    const totals = Float64Array.of(0, 1, 1, 0, 1, 1);
    expect(crossed.interval([{ coefficient: 1, ratios: crossed.ratios({ totals, weights }) }])).toEqual({ low: 1, high: 1 }); // prettier-ignore
    const single = { totals, weights: Float64Array.of(0, 0, 1, 0, 0, 1) };
    expect(crossed.interval([{ coefficient: 1, ratios: crossed.ratios(single) }])).toBeNull();
  });

  it('refuses what cannot be resampled', () => {
    expect(() => crossedBootstrap(0, 3, { seed: 1 })).toThrow(RangeError);
    expect(() => crossedBootstrap(2, 0, { seed: 1 })).toThrow(RangeError);
    expect(() => crossedBootstrap(2, 3, { seed: 1, resamples: 2 }).ratios(gridOf([[1, 2, 3]]))).toThrow(RangeError);
  }); // prettier-ignore
});
