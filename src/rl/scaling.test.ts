import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  calibrate,
  DEFAULT_SCALING,
  parseScalingFile,
  RewardScoreError,
  scaleGroup,
  type Scaling,
  ScalingError,
  scalingOf,
  storedScaling,
} from './scaling.ts';

const score = fc.double({ min: -40, max: 40, noNaN: true });
const group = fc.array(fc.option(score, { freq: 5 }), { minLength: 1, maxLength: 16 });
const scaling: fc.Arbitrary<Scaling> = fc.oneof(
  fc.record({ kind: fc.constant('sigmoid' as const), center: score }),
  fc.record({ kind: fc.constant('reference' as const), anchor: score }),
  fc.constant({ kind: 'rank' as const }),
  fc
    .record({ kind: fc.constant('min-max' as const), low: score, high: score.map((x) => x + 41) })
    .map((map) => ({
      ...map,
      high: Math.max(map.high, map.low + 1),
    })),
);

describe('scaleGroup', () => {
  it('stays in [0, 1] and never turns the order of two scores around, whatever the map', () => {
    fc.assert(
      fc.property(group, scaling, fc.option(score), (scores, map, reference) => {
        const rewards = scaleGroup(scores, map, reference);
        expect(rewards.every((reward) => reward >= 0 && reward <= 1)).toBe(true);
        scores.forEach((a, i) =>
          scores.forEach((b, j) => {
            if (a !== null && b !== null && a > b) expect(rewards[i]!).toBeGreaterThanOrEqual(rewards[j]!);
          }),
        );
      }),
    );
  });

  it('is by default the plain sigmoid, to the last bit', () => {
    fc.assert(fc.property(score, (s) => scaleGroup([s], DEFAULT_SCALING)[0] === 1 / (1 + Math.exp(-s))));
  });

  it('gives a completion without reasoning nothing', () => {
    for (const map of [DEFAULT_SCALING, { kind: 'rank' }, { kind: 'min-max', low: -5, high: -4 }] as const)
      expect(scaleGroup([null, 3], map)[0]).toBe(0);
  });

  it('ranks within the group, ties sharing their places, and does not mind a shift', () => {
    expect(scaleGroup([5, 1, 3, 3, null], { kind: 'rank' })).toEqual([1, 0, 0.5, 0.5, 0]);
    expect(scaleGroup([7], { kind: 'rank' })).toEqual([0.5]);
    expect(scaleGroup([105, 101, 103], { kind: 'rank' })).toEqual([1, 0, 0.5]);
  });

  it('anchors at the reference of the task, and at the stored anchor where there is none', () => {
    const map: Scaling = { kind: 'reference', anchor: 2 };
    expect(scaleGroup([-3, 4], map, -3)[0]).toBe(0.5);
    expect(scaleGroup([2], map)[0]).toBe(0.5);
    // A shift of all scores of a prompt, which Bradley–Terry cannot see, changes nothing.
    expect(scaleGroup([1, 2], map, 0.5)).toEqual(scaleGroup([11, 12], map, 10.5));
  });

  it('cuts min–max off at the calibrated range', () => {
    expect(scaleGroup([-9, -1, 0, 1, 9], { kind: 'min-max', low: -1, high: 1 })).toEqual([0, 0, 0.5, 1, 1]);
  });

  it.each([NaN, Infinity, -Infinity])('refuses a score of %d', (bad) => {
    expect(() => scaleGroup([0, bad], DEFAULT_SCALING)).toThrow(RewardScoreError);
    expect(() => scaleGroup([0], { kind: 'reference', anchor: 0 }, bad)).toThrow(/refused/);
  });
});

describe('calibrate', () => {
  it('takes quantiles, so that one outlier does not decide', () => {
    const scores = [...Array.from({ length: 200 }, (_, i) => i), 1e6];
    const { low, high, anchor } = calibrate(scores, [10, 20]);
    expect([low, high, anchor]).toEqual([2, 198, 15]);
  });

  it('refuses a model that tells nothing apart, and one that gives no numbers', () => {
    expect(() => calibrate([1, 1, 1], [1])).toThrow(ScalingError);
    expect(() => calibrate([1, NaN], [1])).toThrow(/text 2 of the calibration set/);
  });
});

describe('stored maps', () => {
  it('come back as they were, and are the default where there was no choice', () => {
    const calibration = calibrate([0, 1, 2], [1]);
    for (const kind of ['sigmoid', 'reference', 'rank', 'min-max'] as const) {
      const map = scalingOf(kind, calibration);
      expect(storedScaling(structuredClone(map))).toEqual(map);
      expect(parseScalingFile({ scaling: map, calibration })).toEqual({ scaling: map, calibration });
    }
    expect(storedScaling(undefined)).toBe(DEFAULT_SCALING);
  });

  it('are refused when they are nonsense', () => {
    expect(() => scalingOf('min-max', null)).toThrow(/needs/);
    expect(() => storedScaling({ kind: 'min-max', low: 1, high: 1 })).toThrow(ScalingError);
    expect(() => parseScalingFile({ scaling: { kind: 'cube' }, calibration: null })).toThrow(/scaling/);
  });
});
