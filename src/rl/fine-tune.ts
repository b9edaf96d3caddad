/** Supervised fine-tuning of a policy: update after update on completions that it should write. */
import { Random } from '../random.ts';
import type { Policy, SupervisedExample } from './policy.ts';
import { schedule } from './schedule.ts';

export interface FineTuning {
  readonly seed: number;
  /** Updates. */
  readonly steps: number;
  /** Examples of an update. */
  readonly batch: number;
  /** Highest learning rate; see {@link schedule}. */
  readonly rate: number;
  /** Examples that are computed at once. */
  readonly microBatch: number;
  /** Tokens that every batch is padded to at least, so that one compiled program serves all. */
  readonly minTokens?: number;
}

/**
 * Trains the weights that the policy holds.
 * @param draw an example, by the random numbers of its update
 * @param report hears of every update: how many are done, and the mean loss per token of the last
 * @returns the last loss; NaN without a step
 */
export async function fineTune(
  policy: Pick<Policy, 'supervise'>,
  draw: (random: Random) => SupervisedExample,
  { seed, steps, batch, rate, microBatch, minTokens = 0 }: FineTuning,
  report: (step: number, loss: number) => void,
): Promise<number> {
  let loss = NaN;
  for (let step = 0; step < steps; step++) {
    const random = new Random(seed, step, 'demonstrations');
    const examples = Array.from({ length: batch }, () => draw(random));
    loss = await policy.supervise(examples, schedule(step, steps, rate), microBatch, minTokens);
    report(step + 1, loss);
  }
  return loss;
}
