import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rolloutOf } from '../../tests/support/rollout.ts';
import { GATE_NAMES, type Gate } from '../rl/gate.ts';
import { rewardsOf } from '../rl/rewards/index.ts';
import type { Rollout } from '../rl/types.ts';
import { throughGate } from './gate-data.ts';
import { type Why, whyOf } from './why.ts';

const SIZE = 4;
const rollout = (i: number, outcome: number, thinking: number, format = 1): Rollout =>
  rolloutOf({
    group: Math.floor(i / SIZE),
    index: i % SIZE,
    tokens: Array.from({ length: 10 }, () => 1),
    rewards: rewardsOf({ format, outcome, thinking }),
  });

function why(rollouts: readonly Rollout[], gate: Gate, group = 0): Why {
  const settings = { groupSize: SIZE, advantage: 'group', rewardWeights: {} } as const;
  const step = throughGate(rollouts, gate, settings);
  return whyOf(step.groups[group]!, step, gate, settings, {
    learning_rate: 1e-4,
    grad_norm: 0.5,
    'clip_ratio/region_mean': 0.25,
  });
}

/** Two pass; the failing ones sound better. */
const MIXED = [rollout(0, 1, 0.2), rollout(1, 1, 0.6), rollout(2, 0, 0.9), rollout(3, 0, 0.8)];
const ALIKE = [4, 5, 6, 7].map((i) => rollout(i, 1, 0.5));

describe('why a group did what it did', () => {
  it('names who was pushed, and the reward that did it', () => {
    const { size, passing, spread, up, down, withheld, update } = why(MIXED, 'posterior');
    expect([size, passing, withheld]).toEqual([4, 2, 2]);
    expect(spread.map(({ symbol }) => symbol)).toEqual(['R_o', 'R_t']);
    expect(up).toMatchObject({ place: 1, passes: true, by: { symbol: 'R_o', value: 1, mean: 0.5 } });
    expect(down).toMatchObject({ passes: false, by: { symbol: 'R_o', value: 0 } });
    expect(update).toEqual({ learningRate: 1e-4, gradNorm: 0.5, clipped: 0.25 });
  });

  it('counts the failures that the gate keeps from being made likelier', () => {
    const sounding = [rollout(0, 1, 0), rollout(1, 0, 1), rollout(2, 0, 0), rollout(3, 0, 0)];
    expect(why(sounding, 'posterior')).toMatchObject({ spared: 1, lifted: 0, withheld: 1 });
    expect(why(sounding, 'ungated')).toMatchObject({ spared: 0, lifted: 1, withheld: 0 });
  });

  it('says so where nothing can be learned, and whose push the step was', () => {
    const both = [...MIXED, ...ALIKE];
    expect(why(both, 'posterior', 1)).toMatchObject({
      equal: 2.5,
      spread: [],
      up: null,
      down: null,
      push: 0,
    });
    expect(why(both, 'posterior', 0)).toMatchObject({ equal: null, push: 1 });
  });

  it('explains all of the variance, whatever the rewards are, and pushes that are those shown', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const one = fc.tuple(fc.constantFrom(0, 1), share, fc.constantFrom(0, 1));
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 8, maxLength: 8 }),
        fc.constantFrom(...GATE_NAMES),
        (rows, gate) => {
          const rollouts = rows.map(([outcome, thinking, format], i) =>
            rollout(i, outcome, thinking, format),
          );
          const groups = [0, 1].map((group) => why(rollouts, gate, group));
          for (const { spread, up, down, equal } of groups) {
            if (gate !== 'correct-only' && equal === null)
              expect(spread.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1, 1);
            expect(up?.advantage ?? 1).toBeGreaterThan(0);
            expect(down?.advantage ?? -1).toBeLessThan(0);
          }
          const total = groups.reduce((sum, { push }) => sum + push, 0);
          expect(total === 0 || Math.abs(total - 1) < 1e-9).toBe(true);
        },
      ),
    );
  });
});
