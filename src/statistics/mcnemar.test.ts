import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mcNemar } from './mcnemar.ts';

describe('McNemar’s exact test', () => {
  // statsmodels 0.14.5 with scipy 1.16.3: mcnemar([[7, b], [c, 9]], exact=True).pvalue.
  it.each([
    [0, 5, 0.0625],
    [3, 9, 0.14599609375],
    [12, 25, 0.04703102743951604],
    [121, 59, 4.4344492637551645e-6],
    [480, 520, 0.2174482932041411],
    [2400, 2600, 0.004883649737517572],
  ])('of %d and %d pairs has p = %d', (b, c, p) => {
    expect(mcNemar(b, c) / p).toBeCloseTo(1, 9);
  });

  it('is 1 where nothing differs or both sides win as often', () => {
    expect(mcNemar(0, 0)).toBe(1);
    expect(mcNemar(4, 4)).toBe(1);
  });

  it('is what counting outcomes gives, and does not depend on which comes first', () => {
    const count = fc.integer({ min: 0, max: 8 });
    fc.assert(
      fc.property(count, count, (b, c) => {
        const n = b + c;
        const least = Math.min(b, c);
        let asExtreme = 0;
        for (let outcome = 0; outcome < 2 ** n; outcome++) {
          const ones = outcome.toString(2).replaceAll('0', '').length;
          if (Math.min(ones, n - ones) <= least) asExtreme++;
        }
        expect(mcNemar(b, c)).toBeCloseTo(asExtreme / 2 ** n, 12);
        expect(mcNemar(c, b)).toBe(mcNemar(b, c));
      }),
      { numRuns: 40 },
    );
  });

  it('falls as the sides come apart', () => {
    for (let b = 0; b < 20; b++) expect(mcNemar(b, 40 - b)).toBeLessThan(mcNemar(b + 1, 39 - b));
  });

  it.each([[-1, 2], [1.5, 2], [NaN, 1]])('refuses %d and %d', (b, c) => {
    expect(() => mcNemar(b, c)).toThrow(RangeError);
  }); // prettier-ignore
});
