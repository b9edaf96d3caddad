import { describe, expect, it } from 'vitest';
import { advantages } from './advantages.ts';
import type { AdvantageKind } from './types.ts';

const KINDS: AdvantageKind[] = ['group', 'batch', 'none', 'rloo'];

describe('advantages', () => {
  it('is the z-score with the sample deviation', () => {
    // mean 1, deviations −1, 1; std √2
    expect(advantages([0, 2], 2, 'group')[1]).toBeCloseTo(1 / (Math.SQRT2 + 1e-4), 12);
  });

  it('centres by group and scales by batch', () => {
    // mean of the batch 1.5, squares 2.25 + .25 + .25 + 2.25 = 5, std √(5/3)
    const expected = 0.5 / (Math.sqrt(5 / 3) + 1e-4);
    expect(advantages([0, 1, 2, 3], 2, 'batch')).toEqual([-expected, expected, -expected, expected]);
  });

  it('is the distance from the mean of the others for rloo', () => {
    expect(advantages([1, 2, 6], 3, 'rloo')).toEqual([1 - 4, 2 - 3.5, 6 - 1.5]);
  });

  it.each(KINDS)(
    '%s: is exactly zero where a group’s rewards are equal, 0.1 and its rounding included',
    (kind) => {
      expect(advantages([0.1, 0.1, 0.1, 1, 1, 1], 3, kind).map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
    },
  );

  it.each(KINDS)(
    '%s: sums to zero in each group and does not change when a group’s rewards shift',
    (kind) => {
      const rewards = [0.3, 1.7, 2.2, 0, 1, 0.25];
      const plain = advantages(rewards, 3, kind);
      expect(plain[0]! + plain[1]! + plain[2]!).toBeCloseTo(0, 12);
      if (kind === 'batch') return;
      const shifted = advantages(
        rewards.map((r, i) => (i < 3 ? r + 5 : r)),
        3,
        kind,
      );
      shifted.forEach((a, i) => expect(a).toBeCloseTo(plain[i]!, 10));
    },
  );

  it('refuses groups of one, ragged batches and rewards that are not finite', () => {
    expect(() => advantages([1], 1, 'group')).toThrow(/nothing to be compared/);
    expect(() => advantages([1, 2, 3], 2, 'group')).toThrow(/do not divide/);
    expect(() => advantages([1, NaN], 2, 'group')).toThrow(/finite/);
  });
});
