import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluateNamed, gradients, input, type NdArray } from '../graph/index.ts';
import { surrogateLoss } from './loss-graph.ts';
import { tokenWeights } from '../rl/token-weights.ts';
import type { Aggregation, ImportanceLevel } from './loss.ts';

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
        data: Float64Array.from(tokenWeights(lengths, time, aggregation!, fixture.constant_length)),
      },
      advantages: { shape: [rows], data: Float64Array.from(fixture.advantages[fixture.advantage_used]!) },
    };
    const [value, gradient] = evaluateNamed([loss, gradients(loss, [logprobs!])[0]!], feeds);
    expect(Math.abs(value!.data[0]! - expected.loss)).toBeLessThan(1e-6);
    expected.grad.flat().forEach((g, i) => expect(Math.abs(gradient!.data[i]! - g)).toBeLessThan(1e-6));
  });
});
