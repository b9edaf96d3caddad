import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { passAtK } from './pass-at-k.ts';

interface Case {
  readonly n: number;
  readonly c: number;
  readonly k: number;
  readonly value: number;
}
const cases = JSON.parse(readFileSync('tests/fixtures/pass_at_k.json', 'utf8')) as Case[];

describe('passAtK', () => {
  it('has the exact values of the fixture', () => {
    expect(cases.length).toBeGreaterThan(50);
    for (const { n, c, k, value } of cases) expect(passAtK(n, c, k)).toBeCloseTo(value, 12);
  });

  it('is c/n for k = 1, and stays right where factorials overflow', () => {
    expect(passAtK(8, 3, 1)).toBeCloseTo(3 / 8, 14);
    // One pass among 10,000: the chance that 5,000 draws include it.
    expect(passAtK(10_000, 1, 5_000)).toBeCloseTo(0.5, 12);
  });

  it.each([
    [4, 5, 1],
    [4, 1, 0],
    [4, 1, 5],
    [4, 0.5, 1],
    [0, 0, 1],
  ])('refuses n=%d c=%d k=%d', (n, c, k) => {
    expect(() => passAtK(n, c, k)).toThrow(RangeError);
  });
});
