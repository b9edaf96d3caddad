import { describe, expect, it } from 'vitest';
import { totalReward } from './rewards.ts';
import type { Gate } from './types.ts';

describe('totalReward', () => {
  it.each<[Gate, number, number]>([
    ['posterior', 2.6, 1],
    ['ungated', 2.6, 1.6],
    ['outcome', 2, 1],
  ])('%s: %f after a pass, %f after a failure', (gate, pass, fail) => {
    expect(totalReward({ format: 1, outcome: 1, thinking: 0.6 }, gate)).toBeCloseTo(pass, 12);
    expect(totalReward({ format: 1, outcome: 0, thinking: 0.6 }, gate)).toBeCloseTo(fail, 12);
  });

  it('gives the same posterior reward to every failing completion, however pleasing its reasoning', () => {
    const rewards = [0, 0.5, 1].map((thinking) =>
      totalReward({ format: 1, outcome: 0, thinking }, 'posterior'),
    );
    expect(new Set(rewards)).toEqual(new Set([1]));
  });

  it('refuses a soft outcome, a soft format and a score outside [0, 1]', () => {
    expect(() => totalReward({ format: 1, outcome: 0.9, thinking: 1 }, 'posterior')).toThrow(/outcome/);
    expect(() => totalReward({ format: 0.5, outcome: 1, thinking: 1 }, 'posterior')).toThrow(/format/);
    for (const thinking of [-0.1, 1.1, NaN]) {
      expect(() => totalReward({ format: 1, outcome: 1, thinking }, 'outcome')).toThrow(/thinking/);
    }
  });
});
