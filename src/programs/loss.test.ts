import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Advantage,
  type Aggregation,
  boundOf,
  clipFractions,
  type ImportanceLevel,
  importanceRatios,
  KL_ESTIMATORS,
  limitOf,
  type LossInput,
  type LossOptions,
  PLAIN_LOSS,
  policyLoss,
  sequenceWeights,
  type Surrogate,
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
  entropies: [
    [1.1, 0.4, 2],
    [0.7, 1.3, 9],
    [9, 9, 9],
  ],
  advantages: [0.8, -1.2, 3],
};
/** The same with an advantage for each token: two signs in a sequence, and none. */
const perToken: LossInput = {
  ...input,
  advantages: [
    [0.8, -0.5, 1.4],
    [-1.2, 0.7, 3],
    [3, 0, -1],
  ],
};
const at = (advantage: Advantage, t: number): number =>
  typeof advantage === 'number' ? advantage : advantage[t]!;
const base: LossOptions = {
  ...PLAIN_LOSS,
  importance: 'token',
  aggregation: 'token',
  clipLow: 0.2,
  clipHigh: 0.28,
  beta: 0,
  constantLength: 4,
};

const combinations = (['token', 'sequence'] satisfies ImportanceLevel[]).flatMap((importance) =>
  (['token', 'sequence', 'constant', 'micro-batch'] satisfies Aggregation[]).flatMap((aggregation) =>
    (['clipped', 'cispo'] satisfies Surrogate[]).flatMap((surrogate) => [
      { ...base, importance, aggregation, surrogate },
      ...KL_ESTIMATORS.map((klEstimator, i) => ({
        ...base,
        importance,
        aggregation,
        surrogate,
        klEstimator,
        beta: 0.1,
        dualClip: i === 0 ? 1.3 : 0,
        entropyCoefficient: i === 0 ? 0.2 : 0,
        microBatch: 2,
      })),
    ]),
  ),
);

describe.each([
  { advantages: 'sequences', data: input },
  { advantages: 'tokens', data: perToken },
])('policyLoss with advantages of $advantages', ({ data }) => {
  it.each(combinations)(
    'has the gradient that finite differences find: $surrogate $importance $aggregation $klEstimator β $beta',
    (options) => {
      const { grad } = policyLoss(data, options);
      const h = 1e-6;
      // What CISPO holds constant is held constant here, too: the ratio's part of the loss is made from `logp` alone.
      if (options.surrogate === 'cispo') return expectCispoGradient(grad, options);
      const held = data === perToken && options.importance === 'sequence' ? heldRatios() : {};
      const importance = 'oldLogp' in held ? 'token' : options.importance;
      const lossAt = (s: number, t: number, by: number): number => {
        const logp = data.logp.map((row, i) =>
          row.map((value, j) => (i === s && j === t ? value + by : value)),
        );
        return policyLoss({ ...data, ...held, logp }, { ...options, importance }).loss;
      };
      grad.forEach((row, s) =>
        row.forEach((value, t) =>
          expect(value).toBeCloseTo((lossAt(s, t, h) - lossAt(s, t, -h)) / (2 * h), 8),
        ),
      );
    },
  );

  /** A policy that sampled, under which the ratio of each token is that of its sequence and moves with the token alone. */
  function heldRatios(): Pick<LossInput, 'oldLogp'> {
    return {
      oldLogp: data.logp.map((row, i) => {
        const counted = row.flatMap((value, t) => (data.mask[i]![t] ? [value - data.oldLogp[i]![t]!] : []));
        const mean = counted.reduce((a, b) => a + b, 0) / Math.max(1, counted.length);
        return row.map((value) => value - mean);
      }),
    };
  }

  function expectCispoGradient(grad: number[][], options: LossOptions): void {
    // −sg(w)·A·logp has the gradient of the clipped loss with a ratio of w that nothing clips.
    const without = { ...options, beta: 0, entropyCoefficient: 0 };
    const kl = policyLoss(data, {
      ...without,
      surrogate: 'clipped',
      beta: options.beta,
      clipLow: 1,
      clipHigh: 99,
      dualClip: 0,
    });
    const bare = policyLoss(data, {
      ...without,
      surrogate: 'clipped',
      clipLow: 1,
      clipHigh: 99,
      dualClip: 0,
    });
    const lengths = data.mask.map((row) => row.reduce((a, b) => a + b, 0));
    const weights = sequenceWeights(lengths, options);
    grad.forEach((row, i) => {
      const ratios = row.map((_, t) => Math.exp(data.logp[i]![t]! - data.oldLogp[i]![t]!));
      const counted = ratios.filter((_, t) => data.mask[i]![t]);
      const mean = Math.exp(
        counted.reduce((sum, ratio) => sum + Math.log(ratio), 0) / Math.max(1, counted.length),
      );
      row.forEach((value, t) => {
        const ratio = options.importance === 'sequence' ? mean : ratios[t]!;
        const surrogate = data.mask[i]![t]
          ? -weights[i]! * Math.min(ratio, 1 + options.clipHigh) * at(data.advantages[i]!, t)
          : 0;
        expect(value).toBeCloseTo(surrogate + kl.grad[i]![t]! - bare.grad[i]![t]!, 9);
      });
    });
  }
});

/** Ratios on all sides of the bounds, advantages of either sign. */
const anyToken = fc.record({
  logRatio: fc.integer({ min: -15, max: 15 }).map((tenths) => tenths / 10 + 0.01),
  advantage: fc.constantFrom(-1.5, -0.2, 0.7, 2),
});

describe('a bound', () => {
  it('holds exactly the tokens that the loss has no gradient for, or whose weight CISPO cuts off', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(anyToken, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        fc.constantFrom<Partial<LossOptions>>(
          {},
          { dualClip: 2 },
          { importance: 'sequence' },
          { surrogate: 'cispo' },
        ),
        (tokens, isOfTokens, more) => {
          const options = { ...base, ...more };
          const each = tokens.map(({ advantage }) => (isOfTokens ? advantage : tokens[0]!.advantage));
          const { grad } = policyLoss(
            {
              logp: [tokens.map(({ logRatio }) => logRatio - 2)],
              oldLogp: [tokens.map(() => -2)],
              refLogp: null,
              mask: [tokens.map(() => 1)],
              advantages: [isOfTokens ? each : each[0]!],
            },
            options,
          );
          const ratios = importanceRatios(
            tokens.map(({ logRatio }) => logRatio - 2 + 2),
            options.importance,
          );
          ratios.forEach((ratio, t) => {
            const bound = boundOf(ratio, each[t]!, options);
            const push = -tokens.length * grad[0]![t]!;
            const weight =
              bound === null ? ratio : options.surrogate === 'cispo' ? limitOf(bound, options) : 0;
            expect(push).toBeCloseTo(weight * each[t]!, 9);
            seen.add(`${options.surrogate} ${bound}`);
          });
        },
      ),
    );
    expect([...seen].sort()).toEqual(
      ['cispo high', 'cispo null', 'clipped dual', 'clipped high', 'clipped low', 'clipped null'], // prettier-ignore
    );
  });

  it('is met as often as the fractions say', () => {
    const options = { ...base, dualClip: 1.3 };
    const { low, high, dual } = clipFractions(perToken, options);
    const bounds = perToken.logp.flatMap((row, i) =>
      importanceRatios(
        row.map((value, t) => value - perToken.oldLogp[i]![t]!),
        'token',
      ).map((ratio, t) => boundOf(ratio, at(perToken.advantages[i]!, t), options)),
    );
    const share = (of: string) => bounds.filter((bound) => bound === of).length / bounds.length;
    expect([share('low'), share('high'), share('dual')]).toEqual([low, high, dual]);
    expect(low + high + dual).toBeGreaterThan(0);
  });
});

describe('policyLoss', () => {
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

  it('clips each token by the sign of its own advantage', () => {
    // Ratios 1.35, .951, 1.105 and .905, 1.35: of the first sequence one is too high, of the second one with A > 0.
    const { clipLowFraction, clipHighFraction, grad } = policyLoss(perToken, base);
    expect([clipLowFraction, clipHighFraction]).toEqual([0, 0.4]);
    expect([grad[0]![0], grad[1]![1]]).toEqual([0, 0]);
    const low = { ...base, clipLow: 0.05 };
    expect(policyLoss(perToken, low).clipLowFraction).toBe(0.2);
  });

  it('lets a token learn by its own advantage alone, whatever ratio it shares', () => {
    const advantages = [
      [2, 2, 0],
      [0, 1, 0],
      [0, 0, 0],
    ];
    const onPolicy = { ...input, oldLogp: input.logp, advantages };
    for (const importance of ['token', 'sequence'] satisfies ImportanceLevel[]) {
      const { grad } = policyLoss(onPolicy, { ...base, importance });
      expect(grad.flat().map((g) => -5 * g + 0)).toEqual(advantages.flat().map((A) => expect.closeTo(A, 12)));
    }
  });

  it('is that of sequences where all tokens of a sequence have the same advantage', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...combinations),
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (options, advantages) => {
          const one = policyLoss({ ...input, advantages }, options);
          const each = policyLoss({ ...input, advantages: advantages.map((A) => [A, A, A]) }, options);
          const { grad, ...rest } = each;
          expect(rest).toEqual({
            loss: one.loss,
            clipLowFraction: one.clipLowFraction,
            clipHighFraction: one.clipHighFraction,
            klMean: one.klMean,
          });
          grad.flat().forEach((g, i) => expect(g).toBeCloseTo(one.grad.flat()[i]!, 12));
        },
      ),
    );
  });

  it('counts no ratio above the dual clip where the advantage is negative', () => {
    const one = (ratio: number, advantage: number) =>
      policyLoss(
        {
          logp: [[Math.log(ratio) - 1]],
          oldLogp: [[-1]],
          refLogp: null,
          mask: [[1]],
          advantages: [advantage],
        },
        { ...base, dualClip: 3 },
      );
    expect(one(5, -2).loss).toBeCloseTo(3 * 2, 12);
    expect(one(5, -2).grad[0]![0]).toBeCloseTo(0, 12);
    expect(one(2.5, -2).loss).toBeCloseTo(2.5 * 2, 12);
    expect(one(5, 2).loss).toBeCloseTo(-1.28 * 2, 12);
    expect(
      clipFractions({ logp: [[1, 1]], oldLogp: [[-1, 1]], advantages: [-1] }, { ...base, dualClip: 3 }),
    ).toEqual({ low: 0, high: 0, dual: 0.5 });
  });

  it('gives a micro-batch the mean of its tokens, and the mean of those to the batch', () => {
    // The first two sequences have 3 and 2 tokens, the third none.
    expect(
      sequenceWeights([3, 2, 0], { aggregation: 'micro-batch', constantLength: 1, microBatch: 2 }),
    ).toEqual([1 / 10, 1 / 10, 1 / 2]);
    expect(
      sequenceWeights([3, 2, 0], { aggregation: 'micro-batch', constantLength: 1, microBatch: 3 }),
    ).toEqual(sequenceWeights([3, 2, 0], { aggregation: 'token', constantLength: 1, microBatch: 3 }));
  });

  it('has no KL without a reference, and refuses β without one', () => {
    expect(policyLoss({ ...input, refLogp: null }, base).klMean).toBeNull();
    expect(() => policyLoss({ ...input, refLogp: null }, { ...base, beta: 0.1 })).toThrow(/reference/);
  });

  it('refuses an entropy bonus without entropies, and micro-batches of nothing', () => {
    const { entropies: _, ...bare } = input;
    expect(() => policyLoss(bare, { ...base, entropyCoefficient: 0.1 })).toThrow(/entropies/);
    expect(() => policyLoss(input, { ...base, aggregation: 'micro-batch', microBatch: 0 })).toThrow(
      /micro-batch/,
    );
  });

  it('refuses shapes that do not fit', () => {
    expect(() => policyLoss({ ...input, mask: [[1]] }, base)).toThrow(/mask has rows/);
    expect(() => policyLoss({ ...input, advantages: [1] }, base)).toThrow(/1 advantages for 3/);
    expect(() => policyLoss({ ...input, advantages: [1, [1, 2], 3] }, base)).toThrow(
      /of 3 tokens has 2 advantages/,
    );
    expect(() => policyLoss(input, { ...base, aggregation: 'constant', constantLength: 0 })).toThrow(
      /above 0/,
    );
  });
});

describe('clipFractions', () => {
  it('are those of the loss, for completions of any length', () => {
    const logprob = fc.integer({ min: -40, max: 0 }).map((n) => n / 20);
    const advantage = fc.constantFrom(-1.5, -0.1, 0, 0.4, 2);
    const completion = fc.record({
      tokens: fc.array(fc.tuple(logprob, logprob, advantage), { minLength: 1, maxLength: 6 }),
      advantage,
    });
    fc.assert(
      fc.property(
        fc.array(completion, { minLength: 1, maxLength: 5 }),
        fc.constantFrom<ImportanceLevel>('token', 'sequence'),
        fc.boolean(),
        (completions, importance, byToken) => {
          const rows = (column: 0 | 1 | 2): number[][] =>
            completions.map(({ tokens }) => tokens.map((values) => values[column]));
          const advantages = byToken ? rows(2) : completions.map(({ advantage }) => advantage);
          const [logp, oldLogp] = [rows(0), rows(1)];
          const time = Math.max(...logp.map((row) => row.length));
          const padded = (all: number[][]): number[][] =>
            all.map((row) => Array.from({ length: time }, (_, t) => row[t] ?? 0));
          const mask = logp.map((row) => Array.from({ length: time }, (_, t) => Number(t < row.length)));
          const { clipLowFraction, clipHighFraction } = policyLoss(
            {
              logp: padded(logp),
              oldLogp: padded(oldLogp),
              refLogp: null,
              mask,
              advantages: byToken ? padded(rows(2)) : advantages,
            },
            { ...base, importance },
          );
          expect(clipFractions({ logp, oldLogp, advantages }, { ...base, importance })).toEqual({
            low: clipLowFraction,
            high: clipHighFraction,
            dual: 0,
          });
        },
      ),
    );
  });
});
