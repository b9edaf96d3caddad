/** Whether reasoning is rewarded more while answers get no better. */
import { column, interpolate, smooth, stepsOf, type Column } from './series.ts';
import type { EvalRecord, StepRecord } from './types.ts';

/** Metrics of a step that {@link jawsOf} reads. */
export const JAWS_METRICS = [
  'rewards/thinking/mean',
  'thinking/mean_given_pass',
  'thinking/mean_given_fail',
] as const;

/** Columns over the steps, all in [0, 1]. */
export interface Jaws {
  readonly x: readonly number[];
  /** Mean R_t. */
  readonly thinking: Column;
  /** Held-out pass@1, by straight lines between evaluations; null beyond them. */
  readonly heldOut: Column;
  /** E[R_t | pass] and E[R_t | fail]. */
  readonly pass: Column;
  readonly fail: Column;
}

/** @param smoothing weight of the past in moving averages of R_t; 0 leaves it as it is */
export function jawsOf(steps: readonly StepRecord[], evals: readonly EvalRecord[], smoothing: number): Jaws {
  const x = stepsOf(steps);
  const [thinking, pass, fail] = JAWS_METRICS.map((metric) => smooth(column(steps, metric), smoothing));
  return {
    x,
    thinking: thinking!,
    heldOut: interpolate(stepsOf(evals), column(evals, 'eval/pass@1'), x),
    pass: pass!,
    fail: fail!,
  };
}

/** R_t as far as held-out pass@1 is known, too: the upper edge of the gap, whose lower edge is `heldOut`. */
export const gapOf = ({ thinking, heldOut }: Jaws): Column =>
  thinking.map((value, i) => (heldOut[i] === null ? null : value));
