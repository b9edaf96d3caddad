import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.ts';
import { GATE_NAMES, totalReward } from './gate.ts';
import { canInvert, klInReward, overlongPunishment } from './shaping.ts';

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

describe('a failing completion above a passing one', () => {
  it('is possible by the weights where, and only where, R_t outweighs R_o', () => {
    const weight = fc.integer({ min: 0, max: 8 }).map((n) => n / 4);
    fc.assert(
      fc.property(weight, weight, fc.constantFrom(...GATE_NAMES), (outcome, thinking, gate) => {
        fc.pre(outcome + thinking > 0);
        const config = parseConfig({ rewardWeights: { outcome, thinking }, gate });
        const best = totalReward({ format: 1, outcome: 0, thinking: 1 }, gate, 1, config);
        const worst = totalReward({ format: 1, outcome: 1, thinking: 0 }, gate, 1, config);
        if (gate === 'ungated') expect(best > worst).toBe(canInvert(config));
        else if (!canInvert(config)) expect(best).toBeLessThanOrEqual(worst);
      }),
    );
  });

  it('is possible where the total has a punishment or KL, from the start or later', () => {
    const of = (settings: object) => canInvert(parseConfig(settings));
    expect(of({})).toBe(false);
    expect(of({ overlongBuffer: 16 })).toBe(true);
    expect(of({ beta: 0.1 })).toBe(false);
    expect(of({ beta: 0.1, klIn: 'reward' })).toBe(true);
    const changes = [{ step: 3, settings: { beta: 0.1 } }];
    expect(of({ changes })).toBe(false);
    expect(of({ changes, klIn: 'reward' })).toBe(true);
  });
});
