import { describe, expect, it } from 'vitest';
import { column, interpolate, smooth } from './series.ts';

describe('columns of records', () => {
  it('leaves a gap where a metric was undefined', () => {
    const records = [
      { step: 1, metrics: { kl: 0.1 } },
      { step: 2, metrics: {} },
    ];
    expect(column(records, 'kl')).toEqual([0.1, null]);
  });

  it('interpolates between evaluations and never beyond them', () => {
    expect(interpolate([0, 5, 10], [0.2, null, 0.4], [0, 5, 8, 10, 11])).toEqual([
      0.2,
      expect.closeTo(0.3, 12),
      expect.closeTo(0.36, 12),
      0.4,
      null,
    ]);
    expect(interpolate([5], [1], [4, 5])).toEqual([null, 1]);
    expect(interpolate([], [], [1])).toEqual([null]);
  });

  it('smooths from the first value on and keeps its average over a gap', () => {
    expect(smooth([1, 0, null, 0], 0.5)).toEqual([1, 0.5, null, 0.25]);
    expect(smooth([3, 1, 2], 0)).toEqual([3, 1, 2]);
  });
});
