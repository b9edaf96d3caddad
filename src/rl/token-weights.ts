import { type LossOptions, sequenceWeights } from '../programs/loss.ts';

/**
 * What each completion token contributes to the loss, [sequences, time] row-major; see {@link sequenceWeights}. Prompt,
 * padding and what follows end-of-text weigh nothing.
 * @param lengths tokens that count in each sequence, end-of-text included; 0 for one that is left out
 * @param time columns of the result
 */
export function tokenWeights(
  lengths: readonly number[],
  time: number,
  options: Pick<LossOptions, 'aggregation' | 'constantLength' | 'microBatch'>,
): Float32Array {
  const weights = new Float32Array(lengths.length * time);
  sequenceWeights(lengths, options).forEach((weight, i) =>
    weights.fill(weight, i * time, i * time + lengths[i]!),
  );
  return weights;
}
