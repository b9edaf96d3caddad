import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { studentP } from './intervals.ts';
import { holm, pairedTTest } from './paired.ts';

describe('Student’s p', () => {
  // scipy 1.17.1: 2 * stats.t.sf(t, df).
  it.each([
    [0, 1, 1],
    [0.5, 1, 0.7048327646991335],
    [12.7, 1, 0.050024327689344165],
    [1e6, 1, 6.366197723673691e-7],
    [2.5, 2, 0.12961172022151082],
    [40, 2, 0.0006244146721847406],
    [0.1, 7, 0.9231480596047924],
    [3.3, 7, 0.013120714938438112],
    [60, 7, 9.377600658329014e-11],
    [1.98, 120, 0.04999207557754106],
    [9, 30, 5.014831916147889e-10],
    [15, 191, 4.052228800188721e-34],
    [0.01, 400, 0.9920262728351453],
    [25, 400, 9.431853440782933e-84],
  ])('of %d with %d degrees of freedom', (t, df, p) => {
    expect(studentP(t, df) / p).toBeCloseTo(1, 11);
    expect(studentP(-t, df)).toBe(studentP(t, df));
  });

  it('is continuous where the method changes, and falls', () => {
    for (const df of [1, 2, 5, 8, 40]) {
      const ps = Array.from({ length: 400 }, (_, i) => studentP(i / 40, df));
      const steps = ps.slice(1).map((p, i) => ps[i]! - p);
      expect(Math.min(...steps)).toBeGreaterThan(0);
      expect(Math.max(...steps.slice(1).map((step, i) => Math.abs(step - steps[i]!)))).toBeLessThan(1e-3);
    }
  });

  it.each([0, 1.5, NaN])('refuses %d degrees of freedom', (df) => {
    expect(() => studentP(1, df)).toThrow(RangeError);
  });
});

describe('the paired t-test', () => {
  // scipy 1.17.1: r = stats.ttest_rel(a, b); r.statistic, r.pvalue, *r.confidence_interval(0.95).
  it.each([
    [[0.52, 0.55, 0.49, 0.61, 0.58], [0.48, 0.5, 0.5, 0.52, 0.55], 2.480694691784169, 0.0681603547157528, -0.004768832124212988, 0.08476883212421298],
    [[0.97, 0.97, 0.97], [0.67, 0.47, 0.67], 5.499999999999998, 0.03150400304181381, 0.07982315135003581, 0.6535101819832975],
    [[1, 2], [0.5, 3], -0.3333333333333333, 0.7951672353008665, -9.77965355213102, 9.27965355213102],
    [[0.71, 0.37, 0.81, 0.62, 0.33, 0.72, 0.44, 0.5], [0.67, 0.47, 0.67, 0.22, 0.16, 0.43, 0.45, 0.4], 2.260365794726993, 0.058299921317083184, -0.005938541608081577, 0.26343854160808156],
    [[412.5, 398.25, 405.75, 420], [301.5, 300.25, 299, 305.5], 30.21779436167832, 7.961096373674415e-5, 96.2343442578922, 118.8906557421078],
    [[3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5], [2, 7, 1, 8, 2, 8, 1, 8, 2, 8, 4], -0.5629804258555594, 0.5858482450695152, -3.1549352901086056, 1.8822080173813331],
  ])('of %j and %j', (first, second, t, p, low, high) => {
    const test = pairedTTest(first, second);
    expect(test).toMatchObject({ n: first.length, degreesOfFreedom: first.length - 1 });
    expect(test.t! / t).toBeCloseTo(1, 11);
    expect(test.p! / p).toBeCloseTo(1, 11);
    expect(test.interval!.low / low).toBeCloseTo(1, 9);
    expect(test.interval!.high / high).toBeCloseTo(1, 9);
  }); // prettier-ignore

  const value = fc.integer({ min: -50, max: 50 });
  const pairs = fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 9 });

  it('turns round with its sides, and p does not change with the scale', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 999 }), (rows, scale) => {
        const [a, b] = [rows.map(([x]) => x), rows.map(([, x]) => x)];
        const test = pairedTTest(a, b);
        fc.pre(test.t !== null);
        const turned = pairedTTest(b, a);
        expect(turned.t).toBeCloseTo(-test.t!, 9);
        expect(turned.p).toBeCloseTo(test.p!, 9);
        expect(turned.interval!.low).toBeCloseTo(-test.interval!.high, 9);
        const scaled = pairedTTest(
          a.map((x) => scale * x),
          b.map((x) => scale * x),
        );
        expect(scaled.t).toBeCloseTo(test.t!, 6);
        expect(scaled.p).toBeCloseTo(test.p!, 9);
        expect(scaled.mean).toBeCloseTo(scale * test.mean, 6);
        // The interval leaves 0 out exactly where p is below .05.
        const { low, high } = test.interval!;
        if (Math.abs(test.p! - 0.05) > 1e-9) expect(low > 0 || high < 0).toBe(test.p! < 0.05);
      }),
    );
  });

  it('is 0 where nothing differs, and tests nothing where differences do not vary', () => {
    expect(pairedTTest([0.1, 0.7], [0.1, 0.7])).toEqual({
      n: 2,
      mean: 0,
      t: null,
      degreesOfFreedom: 1,
      p: 1,
      interval: { low: 0, high: 0 },
    });
    // .3 − .1 and .4 − .2 differ by rounding alone.
    expect(pairedTTest([0.3, 0.4], [0.1, 0.2])).toMatchObject({ t: null, p: null });
  });

  it('tells no spread of one pair, and refuses what makes none', () => {
    expect(pairedTTest([0.5], [0.2])).toEqual({
      n: 1,
      mean: 0.3,
      t: null,
      degreesOfFreedom: 0,
      p: null,
      interval: null,
    });
    expect(() => pairedTTest([], [])).toThrow(RangeError);
    expect(() => pairedTTest([1], [1, 2])).toThrow(RangeError);
  });
});

describe('Holm’s adjustment', () => {
  it('is worked by hand', () => {
    // .005 · 4; .01 · 3; .03 · 2; .04 · 1, raised to the one before.
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((p, i) => expect(adjusted[i]).toBeCloseTo(p, 14));
  });

  it('leaves one test as it is, and never goes above 1', () => {
    expect(holm([0.03])).toEqual([0.03]);
    expect(holm([0.6, 0.9])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });

  it('keeps the order, between p and the p of Bonferroni', () => {
    const p = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 12 }), (ps) => {
        const adjusted = holm(ps);
        ps.forEach((one, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(one);
          expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, one * ps.length));
          ps.forEach((other, j) => {
            if (one <= other) expect(adjusted[i]!).toBeLessThanOrEqual(adjusted[j]!);
          });
        });
      }),
    );
  });
});
