import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mcNemar } from './mcnemar.ts';

describe('McNemar’s exact test', () => {
  it.each([
    [0, 5],
    [3, 9],
    [12, 25],
    [121, 59],
    [480, 520],
    [2400, 2600],
  ])('of %d and %d pairs', (b, c) => {
    expect(mcNemar(b, c)).toBeGreaterThan(0);
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
