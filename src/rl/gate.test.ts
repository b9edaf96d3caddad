import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLD, formulaOf, GATE_NAMES, openingOf, totalReward, type Gate } from './gate.ts';
import { MAX_REWARD, REWARDS, type RewardParts } from './rewards/index.ts';

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

  it.each<[Gate, number, number]>([
    ['soft', 0.25, 1.15],
    ['soft', 0, 1],
    ['threshold', 0.5, 1.6],
    ['threshold', 0.49, 1],
    ['correct-only', 0.99, 1],
  ])('%s: counts R_t of a failure by the share of tests passed, here %f: %f', (gate, passed, total) => {
    expect(totalReward({ format: 1, outcome: 0, thinking: 0.6 }, gate, passed)).toBeCloseTo(total, 12);
  });

  it('counts R_t from the threshold that is set', () => {
    const under = (gateThreshold: number) =>
      totalReward({ format: 1, thinking: 0.6 }, 'threshold', 0.75, { gateThreshold });
    expect([under(0.75), under(0.76)]).toEqual([1.6, 1]);
  });

  it('multiplies each reward with its weight', () => {
    const rewards = { format: 1, outcome: 1, thinking: 0.6 };
    const rewardWeights = { format: 0.5, thinking: 2 };
    expect(totalReward(rewards, 'posterior', 1, { rewardWeights })).toBeCloseTo(0.5 + 1 + 1.2, 12);
    expect(totalReward({ ...rewards, outcome: 0 }, 'posterior', 0, { rewardWeights })).toBeCloseTo(0.5, 12);
  });

  it('refuses a soft outcome, a soft format and a score outside [0, 1]', () => {
    expect(() => totalReward({ format: 1, outcome: 0.9, thinking: 1 }, 'posterior')).toThrow(/outcome/);
    expect(() => totalReward({ format: 0.5, outcome: 1, thinking: 1 }, 'posterior')).toThrow(/format/);
    for (const thinking of [-0.1, 1.1, NaN]) {
      expect(() => totalReward({ format: 1, outcome: 1, thinking }, 'outcome')).toThrow(/thinking/);
    }
  });
});

const parts = fc.record(
  Object.fromEntries(
    REWARDS.map(({ name, values, range: [min, max] }) => [
      name,
      values === 'binary' ? fc.constantFrom(0, 1) : fc.double({ min, max, noNaN: true }),
    ]),
  ),
) as fc.Arbitrary<RewardParts>;
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe.each(GATE_NAMES)('the gate %s', (gate) => {
  it('lets through between nothing and all of R_t, and no total is above the largest', () => {
    fc.assert(
      fc.property(parts, share, (rewards, passed) => {
        const opening = openingOf(gate, rewards, passed);
        expect(opening).toBeGreaterThanOrEqual(0);
        expect(opening).toBeLessThanOrEqual(1);
        const total = totalReward(rewards, gate, passed);
        expect(total).toBeGreaterThanOrEqual(rewards.format + rewards.outcome);
        expect(total).toBeLessThanOrEqual(MAX_REWARD);
      }),
    );
  });

  it('has a formula that comes to its totals', () => {
    fc.assert(
      fc.property(parts, share, (rewards, passed) => {
        const values = new Map<string, number>(REWARDS.map(({ name, symbol }) => [symbol, rewards[name]]));
        values.set('s', passed);
        values.set('[s≥τ]', Number(passed >= DEFAULT_THRESHOLD));
        const terms = formulaOf(gate)
          .split(' + ')
          .map((term) => term.split('·').reduce((product, symbol) => product * values.get(symbol)!, 1));
        const sum = terms.reduce((total, term) => total + term, 0);
        expect(totalReward(rewards, gate, passed)).toBeCloseTo(sum, 12);
      }),
    );
  });
});
