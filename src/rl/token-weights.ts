import type { Aggregation } from '../programs/loss.ts';

/**
 * What each completion token contributes to the loss, [sequences, time] row-major: 1/(B·length) for `sequence`
 * (GRPO), 1/(all tokens) for `token` (DAPO), 1/(B·L) for `constant` (Dr. GRPO). Prompt, padding and what follows
 * end-of-text weigh nothing.
 * @param lengths tokens that count in each sequence, end-of-text included
 * @param time columns of the result
 * @param constantLength L of the constant divisor
 */
export function tokenWeights(
  lengths: readonly number[],
  time: number,
  aggregation: Aggregation,
  constantLength: number,
): Float32Array {
  const total = lengths.reduce((a, b) => a + b, 0);
  const weights = new Float32Array(lengths.length * time);
  lengths.forEach((length, i) => {
    const divisor = {
      sequence: lengths.length * length,
      token: total,
      constant: lengths.length * constantLength,
    }[aggregation];
    weights.fill(1 / divisor, i * time, i * time + length);
  });
  return weights;
}
