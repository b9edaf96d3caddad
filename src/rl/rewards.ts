import type { Gate } from './types.ts';

export interface RewardParts {
  /** R_f: the completion has the form. */
  readonly format: number;
  /** R_o: every visible test passed. */
  readonly outcome: number;
  /** R_t: the reward model's score of the reasoning, in [0, 1]. */
  readonly thinking: number;
}

/**
 * R = R_f + R_o + g(R_o)·R_t with g = R_o (`posterior`), 1 (`ungated`) or 0 (`outcome`);
 * arXiv 2508.05170v3, equation 1.
 *
 * R_f and R_o are strictly binary: a share of passed tests would open the gate for a wrong program.
 * @throws RangeError when a part is outside its range, which is a fault of the caller and never the policy's.
 */
export function totalReward({ format, outcome, thinking }: RewardParts, gate: Gate): number {
  if (format !== 0 && format !== 1) throw new RangeError(`The format reward must be 0 or 1, not ${format}.`);
  if (outcome !== 0 && outcome !== 1)
    throw new RangeError(`The outcome reward must be 0 or 1, not ${outcome}.`);
  if (!(thinking >= 0 && thinking <= 1)) {
    throw new RangeError(`The thinking reward must lie in [0, 1], not ${thinking}.`);
  }
  switch (gate) {
    case 'posterior':
      return format + outcome + outcome * thinking;
    case 'ungated':
      return format + outcome + thinking;
    case 'outcome':
      return format + outcome;
  }
}
