import { describe, expect, it } from 'vitest';
import { meanInterval, tQuantile95, wilsonInterval } from './intervals.ts';

describe('wilsonInterval', () => {
  it('gives the paper’s benchmark interval: 62.6 % of 219 pairs is 56.0–68.7', () => {
    const { low, high } = wilsonInterval(137, 219);
    expect(low).toBeCloseTo(0.56, 3);
    expect(high).toBeCloseTo(0.687, 3);
  });

  it('stays inside [0, 1] and open where all or none succeed', () => {
    // z²/(n + z²) for n = 10: 3.8415/13.8415
    expect(wilsonInterval(0, 10)).toEqual({ low: 0, high: expect.closeTo(0.27753, 5) });
    expect(wilsonInterval(10, 10)).toEqual({ low: expect.closeTo(0.72247, 5), high: 1 });
  });

  // statsmodels 0.14.5: proportion_confint(successes, trials, method='wilson').
  it.each([
    [137, 219, 0.559825460441672, 0.6869867812797165],
    [7, 8, 0.5291118177871466, 0.9775825085499434],
    [30, 48, 0.4836276351921526, 0.747847332391318],
  ])('of %d successes of %d', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval.low).toBeCloseTo(low, 12);
    expect(interval.high).toBeCloseTo(high, 12);
  });

  it('refuses what is no share', () => {
    expect(() => wilsonInterval(0, 0)).toThrow(RangeError);
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
  });
});

describe('tQuantile95', () => {
  it.each([
    [1, 12.7062],
    [2, 4.30265],
    [3, 3.18245],
    [4, 2.77645],
    [9, 2.26216],
    [30, 2.04227],
    [120, 1.97993],
  ])('has the printed value for %d degrees of freedom', (df, t) => {
    expect(tQuantile95(df)).toBeCloseTo(t, 4);
  });
});

describe('meanInterval', () => {
  it('is mean ± t·s/√n', () => {
    // mean 2, s 1, t(2) 4.30265, √3
    const { mean, std, interval } = meanInterval([1, 2, 3]);
    expect([mean, std]).toEqual([2, 1]);
    expect(interval!.high).toBeCloseTo(2 + 4.30265 / Math.sqrt(3), 4);
    expect(interval!.low).toBeCloseTo(2 - 4.30265 / Math.sqrt(3), 4);
  });

  it('tells no spread of one seed', () => {
    expect(meanInterval([0.4])).toEqual({ n: 1, mean: 0.4, std: null, interval: null });
    expect(() => meanInterval([])).toThrow(RangeError);
  });
});
