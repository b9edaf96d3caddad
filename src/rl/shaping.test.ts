import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { klInReward, overlongPunishment } from './shaping.ts';

const settings = { maxCompletionTokens: 100, overlongBuffer: 20, overlongPenalty: 1 };

describe('overlongPunishment', () => {
  it('grows in a straight line over the buffer', () => {
    const of = (length: number) => overlongPunishment(length, settings);
    expect([10, 80, 85, 90, 100].map(of)).toEqual([0, 0, -0.25, -0.5, -1]);
    expect(overlongPunishment(90, { ...settings, overlongPenalty: 3 })).toBe(-1.5);
    expect(overlongPunishment(100, { ...settings, overlongBuffer: 0 })).toBe(0);
  });

  it('is never above 0, and longer is never better', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), fc.nat(100), (a, b, overlongBuffer) => {
        const [short, long] = [Math.min(a, b), Math.max(a, b)].map((n) =>
          overlongPunishment(n, { ...settings, overlongBuffer }),
        );
        expect(short).toBeLessThanOrEqual(0);
        expect(long).toBeLessThanOrEqual(short!);
      }),
    );
  });
});

describe('klInReward', () => {
  it('is −β times the sum of the estimates', () => {
    const of = (klEstimator: 'k1' | 'k2' | 'k3') =>
      klInReward([-1, -2], [-1.5, -1], { beta: 0.1, klEstimator });
    // d = −½ and 1.
    expect(of('k1')).toBeCloseTo(-0.1 * (0.5 - 1), 12);
    expect(of('k2')).toBeCloseTo(-0.1 * (0.125 + 0.5), 12);
    expect(of('k3')).toBeCloseTo(-0.1 * (Math.exp(-0.5) - 0.5 + Math.E - 2), 12);
  });
});
