import { describe, expect, it } from 'vitest';
import { bradleyTerry, pairwiseAccuracy } from './bradley-terry.ts';

const nudge = (values: number[], i: number, by: number): number[] =>
  values.map((v, j) => (i === j ? v + by : v));
const plain = { margin: 0, centerCoefficient: 0 };

describe('bradleyTerry', () => {
  it('is log 2 for equal scores', () => {
    expect(bradleyTerry([3], [3], plain).loss).toBeCloseTo(Math.LN2, 14);
  });

  it('does not change when all scores shift, unless centred', () => {
    const shifted = bradleyTerry([2 + 7, 1 + 7], [0 + 7, 3 + 7], plain).loss;
    expect(shifted).toBeCloseTo(bradleyTerry([2, 1], [0, 3], plain).loss, 12);
    const centred = { margin: 0, centerCoefficient: 0.01 };
    // one pair, scores 1 and 1: log 2 + .01·2²
    expect(bradleyTerry([1], [1], centred).loss).toBeCloseTo(Math.LN2 + 0.04, 14);
  });

  it('stays finite for hopeless pairs', () => {
    const { loss, gradChosen } = bradleyTerry([-1000], [1000], plain);
    expect(loss).toBe(2000);
    expect(gradChosen).toEqual([-1]);
  });

  it('has the gradient that finite differences find', () => {
    const chosen = [0.3, -1.2, 2];
    const rejected = [0.1, 0.4, -0.5];
    const options = { margin: 0.5, centerCoefficient: 0.02 };
    const { gradChosen, gradRejected } = bradleyTerry(chosen, rejected, options);
    const h = 1e-5;
    chosen.forEach((_, i) => {
      const up = bradleyTerry(nudge(chosen, i, h), rejected, options).loss;
      const down = bradleyTerry(nudge(chosen, i, -h), rejected, options).loss;
      expect(gradChosen[i]).toBeCloseTo((up - down) / (2 * h), 8);
      const upR = bradleyTerry(chosen, nudge(rejected, i, h), options).loss;
      const downR = bradleyTerry(chosen, nudge(rejected, i, -h), options).loss;
      expect(gradRejected[i]).toBeCloseTo((upR - downR) / (2 * h), 8);
    });
  });

  it('refuses what is not pairs', () => {
    expect(() => bradleyTerry([1], [], plain)).toThrow(RangeError);
    expect(() => pairwiseAccuracy([], [])).toThrow(RangeError);
  });
});

describe('pairwiseAccuracy', () => {
  it('counts a tie as wrong', () => {
    expect(pairwiseAccuracy([1, 2, 3, 4], [0, 2, 4, 1])).toBe(0.5);
  });
});
