import { describe, expect, it } from 'vitest';
import { agreement, interleave, largestRelativeDifference, median } from './statistics.ts';

describe('median', () => {
  it('takes the middle value, or the mean of the two middle ones', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 1, 2, 9])).toBe(5.5);
  });

  it('leaves its argument as it was, and refuses an empty one', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('interleave', () => {
  it('takes turns and times each job by itself', async () => {
    let clock = 0;
    const order: string[] = [];
    const job = (name: string, ms: number) => async () => {
      order.push(name);
      clock += ms;
    };
    let rounds = 0;
    const times = await interleave(
      [job('ours', 3), job('peer', 7)],
      2,
      () => rounds++,
      () => clock,
    );
    expect(order).toEqual(['ours', 'peer', 'ours', 'peer']);
    expect(times).toEqual([
      [3, 3],
      [7, 7],
    ]);
    expect(rounds).toBe(2);
  });
});

describe('largestRelativeDifference', () => {
  it('is relative to the second list', () => {
    expect(largestRelativeDifference([1, 11], [1, 10])).toBeCloseTo(0.1, 12);
  });

  it('never calls NaN or a missing value equal', () => {
    expect(largestRelativeDifference([NaN], [1])).toBe(Infinity);
    expect(largestRelativeDifference([1], [1, 2])).toBe(Infinity);
  });
});

describe('agreement', () => {
  it('counts equal positions', () => {
    expect(agreement([1, 2, 3, 4], [1, 0, 3, 4])).toBe(0.75);
    expect(agreement([1], [1, 2])).toBe(0);
  });
});
