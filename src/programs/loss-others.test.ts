/** What TRL's and verl's own code makes of the same batches: written by `interop/loss_check.py --record`. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type LossInput, type LossOptions, type Matrix, policyLoss } from './loss.ts';

interface Fixture {
  readonly batches: readonly (LossInput & { readonly tokenAdvantages: Matrix })[];
  readonly losses: readonly {
    readonly tool: string;
    readonly batch: number;
    readonly advantages: 'advantages' | 'tokenAdvantages';
    readonly options: LossOptions;
    readonly loss: number;
    readonly gradNorm: number;
    /** Of the first sequence. */
    readonly gradFirst: readonly number[];
  }[];
}

const { batches, losses } = JSON.parse(readFileSync('tests/fixtures/others.json', 'utf8')) as Fixture;
const l2 = (rows: readonly (readonly number[])[]): number => Math.hypot(...rows.flat());

describe.each(['TRL', 'verl'])('the losses of %s', (tool) => {
  const cases = losses.filter((each) => each.tool === tool);

  it('are ours, gradients included', () => {
    for (const { batch, advantages, options, loss, gradNorm, gradFirst } of cases) {
      const input = batches[batch]!;
      const ours = policyLoss({ ...input, advantages: input[advantages] }, options);
      const name = JSON.stringify([advantages, options]);
      expect(Math.abs(ours.loss - loss), name).toBeLessThan(1e-6);
      expect(Math.abs(l2(ours.grad) - gradNorm), name).toBeLessThan(1e-6);
      gradFirst.forEach((g, t) => expect(Math.abs(ours.grad[0]![t]! - g), name).toBeLessThan(1e-6));
    }
  });

  it('are there with every surrogate, ratio and aggregation that it has', () => {
    const has = (key: keyof LossOptions) => [...new Set(cases.map(({ options }) => options[key]))].sort();
    expect(has('surrogate')).toEqual(['cispo', 'clipped']);
    expect(has('importance')).toEqual(['sequence', 'token']);
    const ofTokens = cases.filter(({ advantages }) => advantages === 'tokenAdvantages');
    expect(new Set(ofTokens.map(({ options }) => options.importance)).size).toBe(2);
    const common = ['constant', 'sequence', 'token'];
    expect(has('aggregation')).toEqual(
      tool === 'TRL' ? ['constant', 'micro-batch', 'sequence', 'token'] : common,
    );
  });
});
