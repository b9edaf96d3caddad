import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateNamed, gradients, input, type NdArray } from '../graph/index.ts';
import { surrogateLoss } from './loss-graph.ts';
import { tokenWeights } from '../rl/token-weights.ts';
import {
  type Aggregation,
  type ImportanceLevel,
  KL_ESTIMATORS,
  type LossInput,
  type LossOptions,
  PLAIN_LOSS,
  policyLoss,
  sequenceWeights,
  type Surrogate,
} from './loss.ts';

interface Fixture {
  readonly constant_length: number;
  readonly advantages: Record<string, number[]>;
  readonly advantage_used: string;
  readonly mask: number[][];
  readonly logp: number[][];
  readonly old_logp: number[][];
  readonly ref_logp: number[][];
  readonly losses: readonly {
    readonly importance_level: ImportanceLevel;
    readonly aggregation: string;
    readonly epsilon_low: number;
    readonly epsilon_high: number;
    readonly beta: number;
    readonly loss: number;
    readonly grad: number[][];
  }[];
}

const fixture = JSON.parse(readFileSync('tests/fixtures/grpo.json', 'utf8')) as Fixture;
const rows = fixture.logp.length;
const time = fixture.logp[0]!.length;
const matrix = (data: number[][]): NdArray => ({ shape: [rows, time], data: Float64Array.from(data.flat()) });
const AGGREGATIONS: Record<string, Aggregation> = {
  seq_mean: 'sequence',
  token_mean: 'token',
  constant: 'constant',
};

describe.each(
  fixture.losses.map(
    (l) =>
      [`${l.importance_level} ${l.aggregation} ${l.epsilon_low}/${l.epsilon_high} β ${l.beta}`, l] as const,
  ),
)('surrogate loss, %s', (_name, expected) => {
  const aggregation = AGGREGATIONS[expected.aggregation];
  const names = ['logprobs', 'oldLogprobs', 'refLogprobs', 'mask', 'weights'] as const;
  const [logprobs, oldLogprobs, refLogprobs, mask, weights] = names.map((name) => input(name, [rows, time]));
  const settings = {
    ...PLAIN_LOSS,
    importance: expected.importance_level,
    clipLow: expected.epsilon_low,
    clipHigh: expected.epsilon_high,
    beta: expected.beta,
  };
  const loss = surrogateLoss(
    {
      logprobs: logprobs!,
      oldLogprobs: oldLogprobs!,
      refLogprobs: refLogprobs!,
      mask: mask!,
      weights: weights!,
      advantages: input('advantages', [rows]),
    },
    settings,
  );

  it('has the loss and the gradient of the reference', () => {
    expect(aggregation, `aggregation ${expected.aggregation}`).toBeDefined();
    const lengths = fixture.mask.map((row) => row.reduce((a, b) => a + b, 0));
    const feeds = {
      logprobs: matrix(fixture.logp),
      oldLogprobs: matrix(fixture.old_logp),
      refLogprobs: matrix(fixture.ref_logp),
      mask: matrix(fixture.mask),
      weights: {
        shape: [rows, time],
        data: Float64Array.from(
          tokenWeights(lengths, time, {
            aggregation: aggregation!,
            constantLength: fixture.constant_length,
            microBatch: rows,
          }),
        ),
      },
      advantages: { shape: [rows], data: Float64Array.from(fixture.advantages[fixture.advantage_used]!) },
    };
    const [value, gradient] = evaluateNamed([loss, gradients(loss, [logprobs!])[0]!], feeds);
    expect(Math.abs(value!.data[0]! - expected.loss)).toBeLessThan(1e-6);
    expected.grad.flat().forEach((g, i) => expect(Math.abs(gradient!.data[i]! - g)).toBeLessThan(1e-6));
  });
});

describe('surrogate loss, any settings', () => {
  const shape = [4, 5] as const;
  const logprob = fc.double({ min: -4, max: -0.01, noNaN: true });
  const table = <T>(value: fc.Arbitrary<T>) =>
    fc.array(fc.array(value, { minLength: shape[1], maxLength: shape[1] }), {
      minLength: shape[0],
      maxLength: shape[0],
    });
  const advantage = fc.double({ min: -2, max: 2, noNaN: true });
  const batch: fc.Arbitrary<Required<LossInput>> = fc.record({
    logp: table(logprob),
    oldLogp: table(logprob),
    refLogp: table(logprob),
    entropies: table(fc.double({ min: 0, max: 3, noNaN: true })),
    mask: table(fc.constantFrom(0, 1)),
    advantages: fc.oneof(fc.array(advantage, { minLength: shape[0], maxLength: shape[0] }), table(advantage)),
  });
  const options: fc.Arbitrary<LossOptions> = fc.record({
    importance: fc.constantFrom<ImportanceLevel>('token', 'sequence'),
    surrogate: fc.constantFrom<Surrogate>('clipped', 'cispo'),
    aggregation: fc.constantFrom<Aggregation>('token', 'sequence', 'constant', 'micro-batch'),
    clipLow: fc.constant(0.2),
    clipHigh: fc.constantFrom(0.28, 3),
    dualClip: fc.constantFrom(0, 4.5),
    beta: fc.constantFrom(0, 0.1),
    klEstimator: fc.constantFrom(...KL_ESTIMATORS),
    entropyCoefficient: fc.constantFrom(0, 0.05),
    constantLength: fc.constant(7),
    microBatch: fc.constantFrom(1, 2, 3),
  });

  it('agrees with the float64 reference, gradient included', () => {
    fc.assert(
      fc.property(batch, options, (data, settings) => {
        const advantages: NdArray = {
          shape: typeof data.advantages[0] === 'number' ? [shape[0]] : [...shape],
          data: Float64Array.from(data.advantages.flat()),
        };
        const named = (name: string) => input(name, [...shape]);
        const [logprobs, entropies] = [named('logprobs'), named('entropies')];
        const loss = surrogateLoss(
          {
            logprobs,
            oldLogprobs: named('oldLogprobs'),
            refLogprobs: named('refLogprobs'),
            entropies,
            mask: named('mask'),
            weights: named('weights'),
            advantages: input('advantages', advantages.shape),
          },
          settings,
        );
        const expected = policyLoss(data, settings);
        const weights = sequenceWeights(
          data.mask.map((row) => row.reduce((a, b) => a + b, 0)),
          settings,
        );
        const of = (values: readonly (readonly number[])[]): NdArray => ({
          shape: [...shape],
          data: Float64Array.from(values.flat()),
        });
        const [value, gradient] = evaluateNamed([loss, gradients(loss, [logprobs])[0]!], {
          logprobs: of(data.logp),
          oldLogprobs: of(data.oldLogp),
          refLogprobs: of(data.refLogp!),
          entropies: of(data.entropies),
          mask: of(data.mask),
          weights: of(data.mask.map((row, i) => row.map((m) => m * weights[i]!))),
          advantages,
        });
        expect(value!.data[0]).toBeCloseTo(expected.loss, 9);
        expected.grad.flat().forEach((g, i) => expect(gradient!.data[i]).toBeCloseTo(g, 9));
      }),
      { numRuns: 150 },
    );
  });
});
