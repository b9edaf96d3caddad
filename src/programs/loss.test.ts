import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Aggregation,
  clipFractions,
  type ImportanceLevel,
  type LossInput,
  type LossOptions,
  policyLoss,
} from './loss.ts';

const input: LossInput = {
  logp: [
    [-1, -0.4, -2],
    [-0.7, -1.1, -0.2],
    [-3, -0.1, -0.5],
  ],
  oldLogp: [
    [-1.3, -0.35, -1.9],
    [-0.6, -1.4, -0.9],
    [-2.5, -0.2, -0.5],
  ],
  refLogp: [
    [-1.1, -0.5, -2.2],
    [-0.8, -1.2, -0.1],
    [-2.9, -0.3, -0.4],
  ],
  mask: [
    [1, 1, 1],
    [1, 1, 0],
    [0, 0, 0],
  ],
  advantages: [0.8, -1.2, 3],
};
const base: LossOptions = {
  importance: 'token',
  aggregation: 'token',
  clipLow: 0.2,
  clipHigh: 0.28,
  beta: 0,
  constantLength: 4,
};

const combinations = (['token', 'sequence'] satisfies ImportanceLevel[]).flatMap((importance) =>
  (['token', 'sequence', 'constant'] satisfies Aggregation[]).flatMap((aggregation) =>
    [0, 0.1].map((beta) => ({ ...base, importance, aggregation, beta })),
  ),
);

describe('policyLoss', () => {
  it.each(combinations)(
    'has the gradient that finite differences find: $importance $aggregation β $beta',
    (options) => {
      const { grad } = policyLoss(input, options);
      const h = 1e-6;
      const at = (s: number, t: number, by: number): number => {
        const logp = input.logp.map((row, i) =>
          row.map((value, j) => (i === s && j === t ? value + by : value)),
        );
        return policyLoss({ ...input, logp }, options).loss;
      };
      grad.forEach((row, s) =>
        row.forEach((value, t) => expect(value).toBeCloseTo((at(s, t, h) - at(s, t, -h)) / (2 * h), 8)),
      );
    },
  );

  it('never looks at masked tokens', () => {
    const spoiled = {
      ...input,
      logp: input.logp.map((row, i) => row.map((value, t) => (input.mask[i]![t] ? value : NaN))),
    };
    expect(policyLoss(spoiled, { ...base, beta: 0.1 })).toEqual(policyLoss(input, { ...base, beta: 0.1 }));
  });

  it('is minus the mean advantage on-policy, with the policy gradient −A/n', () => {
    const onPolicy = { ...input, oldLogp: input.logp };
    const { loss, grad, clipLowFraction, clipHighFraction } = policyLoss(onPolicy, base);
    expect(loss).toBeCloseTo(-(3 * 0.8 - 2 * 1.2) / 5, 14);
    expect(grad[0]).toEqual([-0.8 / 5, -0.8 / 5, -0.8 / 5].map((x) => expect.closeTo(x, 14)));
    expect([clipLowFraction, clipHighFraction]).toEqual([0, 0]);
  });

  it('counts a clip only where it removes the gradient', () => {
    // ratios e^.3 = 1.35, .951, .905 with A > 0 (first is clipped high); .905, 1.35 with A < 0 (neither).
    const { clipLowFraction, clipHighFraction, grad } = policyLoss(input, base);
    expect([clipLowFraction, clipHighFraction]).toEqual([0, 0.2]);
    expect(grad[0]![0]).toBe(0);
    expect(grad[1]![1]).not.toBe(0);
  });

  it('has no KL without a reference, and refuses β without one', () => {
    expect(policyLoss({ ...input, refLogp: null }, base).klMean).toBeNull();
    expect(() => policyLoss({ ...input, refLogp: null }, { ...base, beta: 0.1 })).toThrow(/reference/);
  });

  it('refuses shapes that do not fit', () => {
    expect(() => policyLoss({ ...input, mask: [[1]] }, base)).toThrow(/mask has rows/);
    expect(() => policyLoss({ ...input, advantages: [1] }, base)).toThrow(/1 advantages for 3/);
    expect(() => policyLoss(input, { ...base, aggregation: 'constant', constantLength: 0 })).toThrow(
      /above 0/,
    );
  });
});

describe('clipFractions', () => {
  it('are those of the loss, for completions of any length', () => {
    const logprob = fc.integer({ min: -40, max: 0 }).map((n) => n / 20);
    const completion = fc.record({
      tokens: fc.array(fc.tuple(logprob, logprob), { minLength: 1, maxLength: 6 }),
      advantage: fc.constantFrom(-1.5, -0.1, 0, 0.4, 2),
    });
    fc.assert(
      fc.property(
        fc.array(completion, { minLength: 1, maxLength: 5 }),
        fc.constantFrom<ImportanceLevel>('token', 'sequence'),
        (completions, importance) => {
          const rows = (side: 0 | 1): number[][] =>
            completions.map(({ tokens }) => tokens.map((pair) => pair[side]));
          const advantages = completions.map(({ advantage }) => advantage);
          const [logp, oldLogp] = [rows(0), rows(1)];
          const time = Math.max(...logp.map((row) => row.length));
          const padded = (all: number[][]): number[][] =>
            all.map((row) => Array.from({ length: time }, (_, t) => row[t] ?? 0));
          const mask = logp.map((row) => Array.from({ length: time }, (_, t) => Number(t < row.length)));
          const { clipLowFraction, clipHighFraction } = policyLoss(
            { logp: padded(logp), oldLogp: padded(oldLogp), refLogp: null, mask, advantages },
            { ...base, importance },
          );
          expect(clipFractions({ logp, oldLogp, advantages }, { ...base, importance })).toEqual({
            low: clipLowFraction,
            high: clipHighFraction,
          });
        },
      ),
    );
  });
});
