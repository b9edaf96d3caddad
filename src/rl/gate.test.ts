import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formulaOf, GATE_NAMES, openingOf, totalReward, type Gate } from './gate.ts';
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
        const terms = formulaOf(gate)
          .split(' + ')
          .map((term) => term.split('·').reduce((product, symbol) => product * values.get(symbol)!, 1));
        const sum = terms.reduce((total, term) => total + term, 0);
        expect(totalReward(rewards, gate, passed)).toBeCloseTo(sum, 12);
      }),
    );
  });
});
