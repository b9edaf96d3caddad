import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Association,
  association,
  calibration,
  chiSquareTail,
  correlation,
  erfc,
  type Table,
} from './association.ts';

const pooled = (...tasks: readonly Table[]): Association => association(tasks, { seed: 1, resamples: 500 });

describe('correlation', () => {
  it('is what is known of small samples', () => {
    expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 14);
    expect(correlation([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).toBeCloseTo(0.8, 14);
    expect(correlation([1, 1], [0, 3])).toBeNull();
  });

  it('does not change under shift and positive scale, and lies in [−1, 1]', () => {
    const values = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
      minLength: 3,
      maxLength: 30,
    });
    fc.assert(
      fc.property(values, (rows) => {
        const [a, b] = [rows.map(([x]) => x), rows.map(([, y]) => y)];
        const r = correlation(a, b);
        const moved = correlation(
          a.map((x) => 3 * x + 7),
          b.map((y) => 5 - y),
        );
        if (r === null || moved === null) expect(r).toBe(moved);
        else {
          expect(Math.abs(r)).toBeLessThanOrEqual(1);
          expect(moved).toBeCloseTo(-r, 9);
        }
      }),
    );
  });
});

describe('χ²', () => {
  it('has the tail that tables give', () => {
    expect(chiSquareTail(0)).toBe(1);
    expect(chiSquareTail(3.841458820694124)).toBeCloseTo(0.05, 12);
    expect(chiSquareTail(6.634896601021213)).toBeCloseTo(0.01, 12);
    expect(chiSquareTail(10.827566170662733)).toBeCloseTo(0.001, 12);
    // The paper's p = 9.3e-15 has to be within reach.
    expect(chiSquareTail(60) / 9.485e-15).toBeCloseTo(1, 2);
  });

  it('has an erfc that is continuous where the method changes', () => {
    expect(erfc(0.5)).toBeCloseTo(0.4795001221869535, 14);
    expect(erfc(2) / 0.004677734981047266).toBeCloseTo(1, 11);
    expect(erfc(1.9999999999) / erfc(2)).toBeCloseTo(1, 8);
    expect(erfc(5) / 1.537459794428035e-12).toBeCloseTo(1, 10);
  });

  it('gives a known table its χ² and odds ratio', () => {
    // 10·25 against 20·15 of 70: χ² = 70·(10·25 − 20·15)²/(30·40·25·45)
    const { table, chiSquare, p, oddsRatio } = pooled([[4, 12], [15, 5]], [[6, 8], [0, 20]]); // prettier-ignore
    expect(table).toEqual([[10, 20], [15, 25]]); // prettier-ignore
    expect(chiSquare).toBeCloseTo(0.12962963, 8);
    expect(p).toBeCloseTo(0.718816361, 9);
    expect(oddsRatio).toBeCloseTo((10.5 * 25.5) / (20.5 * 15.5), 12);
  });

  it('says nothing where a margin is empty, and still has an odds ratio', () => {
    const { chiSquare, p, oddsRatio } = pooled([[5, 0], [3, 0]]); // prettier-ignore
    expect([chiSquare, p]).toEqual([null, null]);
    expect(Number.isFinite(oddsRatio)).toBe(true);
    expect(() => pooled([[0, 0], [0, 0]])).toThrow(RangeError); // prettier-ignore
    expect(() => pooled([[0.5, 0], [0.5, 0]])).toThrow(RangeError); // prettier-ignore
  });

  it('turns the odds over when a property is negated', () => {
    const count = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(count, count, count, count, (a, b, c, d) => {
        fc.pre(a + b + c + d > 0);
        const one = pooled([[a, b], [c, d]]); // prettier-ignore
        const other = pooled([[b, a], [d, c]]); // prettier-ignore
        expect(one.oddsRatio * other.oddsRatio).toBeCloseTo(1, 9);
        expect(one.chiSquare === null ? null : one.chiSquare - other.chiSquare!).toBeOneOf([null, 0]);
      }),
    );
  });
});

describe('the interval of an odds ratio', () => {
  const [a, b, c, d] = [120, 80, 60, 140];
  /** Tasks with so many equal samples each. */
  const tasks = (samples: number): Table[] => [
    ...Array.from({ length: a }, (): Table => [[samples, 0], [0, 0]]),
    ...Array.from({ length: b }, (): Table => [[0, samples], [0, 0]]),
    ...Array.from({ length: c }, (): Table => [[0, 0], [samples, 0]]),
    ...Array.from({ length: d }, (): Table => [[0, 0], [0, samples]]),
  ]; // prettier-ignore
  const logs = ({ interval }: Association): [number, number] => [
    Math.log(interval!.low),
    Math.log(interval!.high),
  ];

  it('is Woolf’s where every task has one sample', () => {
    const [low, high] = logs(pooled(...tasks(1)));
    const half = 1.96 * Math.sqrt(1 / a + 1 / b + 1 / c + 1 / d);
    const log = Math.log((a * d) / (b * c));
    expect(low).toBeCloseTo(log - half, 1);
    expect(high).toBeCloseTo(log + half, 1);
  });

  it('keeps tasks together: ten equal samples of each say no more than one', () => {
    const width = ([low, high]: readonly [number, number]): number => high - low;
    // Taking all samples for independent would make it √10 times narrower.
    expect(width(logs(pooled(...tasks(10)))) / width(logs(pooled(...tasks(1))))).toBeCloseTo(1, 1);
  });

  it('cannot be told of one task', () => {
    expect(pooled([[5, 3], [2, 9]], [[0, 0], [0, 0]]).interval).toBeNull(); // prettier-ignore
  });
});

describe('calibration', () => {
  it('finds a sure model that is right and one that is wrong', () => {
    expect(calibration([10, 10, 10]).error).toBeLessThan(1e-4);
    expect(calibration([-10, -10]).error).toBeGreaterThan(0.99);
    expect(calibration([0, 0, 0]).error).toBe(0);
  });

  it('bins by how sure the model is', () => {
    const { bins } = calibration([0.1, -0.1, 5, 5, -5], 5);
    expect(bins.map(({ pairs }) => pairs)).toEqual([2, 0, 0, 0, 3]);
    expect(bins[0]).toMatchObject({ low: 0.5, right: 0.5 });
    expect(bins[4]!.right).toBeCloseTo(2 / 3, 12);
    expect(bins[1]!.right).toBeNull();
  });
});
