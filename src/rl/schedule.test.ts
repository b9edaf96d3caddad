import { describe, expect, it } from 'vitest';
import { schedule, scheduledRate, SCHEDULER_TYPES } from './schedule.ts';

const rates = (type: (typeof SCHEDULER_TYPES)[number], warmupSteps: number, floor = 0) =>
  Array.from({ length: 10 }, (_, step) => scheduledRate(1, step, 10, { type, warmupSteps, floor }));

describe('scheduledRate', () => {
  it('stays where it is', () => {
    expect(rates('constant', 0)).toEqual(Array(10).fill(1));
  });

  // Of `get_linear_schedule_with_warmup` and `get_cosine_schedule_with_warmup`, 2 of 10 steps to warm up.
  it('falls as in Hugging Face’s trainers once it is warm', () => {
    const linear = [1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125];
    expect(rates('linear', 2)).toEqual([0.5, 1, ...linear]);
    const cosine = linear.map((left) => 0.5 * (1 + Math.cos(Math.PI * (1 - left))));
    expect(rates('cosine', 2)).toEqual([0.5, 1, ...cosine].map((rate) => expect.closeTo(rate, 12)));
  });

  it('ends at its floor', () => {
    for (const type of ['linear', 'cosine'] as const)
      expect(scheduledRate(1, 10, 10, { type, warmupSteps: 0, floor: 0.1 })).toBeCloseTo(0.1, 12);
  });

  it('is what the recipes use: a twentieth to warm up and a twentieth left', () => {
    expect(schedule(0, 100, 1)).toBe(0.2);
    expect(schedule(4, 100, 1)).toBe(1);
    expect(schedule(100, 100, 1)).toBeCloseTo(0.05, 12);
  });
});
