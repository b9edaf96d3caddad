import { sum } from '../statistics/samples.ts';

/** The ratio of each token by itself (PPO, GRPO), or one for the whole sequence (GSPO). */
export type ImportanceLevel = 'token' | 'sequence';
/** Per-sequence mean, mean over all tokens, or a constant B·L divisor. */
export type Aggregation = 'sequence' | 'token' | 'constant';

export type Matrix = readonly (readonly number[])[];

export interface LossInput {
  /** Log-probability of each completion token under the policy being trained, [sequences, time]. */
  readonly logp: Matrix;
  /** Under the policy that sampled, and under the reference policy where there is one; [sequences, time]. */
  readonly oldLogp: Matrix;
  readonly refLogp: Matrix | null;
  /** 1 where a token counts, 0 for prompt, padding and everything after end-of-text; [sequences, time]. */
  readonly mask: Matrix;
  /** [sequences] */
  readonly advantages: readonly number[];
}

export interface LossOptions {
  readonly importance: ImportanceLevel;
  readonly aggregation: Aggregation;
  readonly clipLow: number;
  readonly clipHigh: number;
  readonly beta: number;
  /** L of the `constant` aggregation, the completion budget; unused by the others. */
  readonly constantLength: number;
}

export interface LossResult {
  readonly loss: number;
  /** d loss / d logp, [sequences, time]; 0 where masked. */
  readonly grad: number[][];
  /** Share of counted tokens whose gradient the clip removed: ratio < 1 − ε_low and A < 0, ratio > 1 + ε_high and A > 0. */
  readonly clipLowFraction: number;
  readonly clipHighFraction: number;
  /** Mean of k3 over counted tokens; null without a reference. */
  readonly klMean: number | null;
}

/**
 * The GRPO family's loss in float64 with its analytic gradient: the reference that the training graph is checked
 * against, and what `verify formulas` runs.
 *
 * ℓ_t = −min(ρA, clip(ρ, 1 − ε_low, 1 + ε_high)·A) + β·k3_t, aggregated with weights w_t:
 * - ρ_t = exp(logp_t − old_t) (`token`), or exp of its masked mean over the sequence for each of its tokens
 *   (`sequence`, GSPO)
 * - k3 = e^d − d − 1 with d = ref_t − logp_t
 * - w = m/(B·n_i) (`sequence`), m/Σm (`token`), m/(B·L) (`constant`); a divisor of 0 counts as 1
 *
 * @throws RangeError when the shapes differ, or β > 0 without a reference.
 */
export function policyLoss(input: LossInput, options: LossOptions): LossResult {
  checkShapes(input, options);
  const { logp, oldLogp, refLogp, mask, advantages } = input;
  const { importance, clipLow, clipHigh, beta } = options;
  const sequences = logp.length;
  const counted = Math.max(1, sum(mask.map(sum)));
  let loss = 0;
  let kl = 0;
  let clippedLow = 0;
  let clippedHigh = 0;
  const grad = logp.map((row, i) => {
    const m = mask[i]!;
    const old = oldLogp[i]!;
    const ref = refLogp?.[i];
    const advantage = advantages[i]!;
    const length = Math.max(1, sum(m));
    const weight = 1 / divisor(options, sequences, counted, length);
    const logRatios = row.map((value, t) => (m[t] ? value - old[t]! : 0));
    const sequenceLogRatio = sum(logRatios) / length;
    const rowGrad = row.map(() => 0);
    let sequenceGrad = 0;
    row.forEach((value, t) => {
      if (!m[t]) return;
      const ratio = Math.exp(importance === 'sequence' ? sequenceLogRatio : logRatios[t]!);
      const { tooLow, tooHigh } = clipOf(ratio, advantage, options);
      clippedLow += Number(tooLow);
      clippedHigh += Number(tooHigh);
      const bounded = tooLow ? 1 - clipLow : tooHigh ? 1 + clipHigh : ratio;
      loss -= weight * bounded * advantage;
      const slope = tooLow || tooHigh ? 0 : -weight * ratio * advantage;
      if (importance === 'sequence') sequenceGrad += slope;
      else rowGrad[t]! += slope;
      if (ref === undefined) return;
      const d = ref[t]! - value;
      const estimate = k3(d);
      kl += estimate;
      loss += weight * beta * estimate;
      rowGrad[t]! -= weight * beta * Math.expm1(d);
    });
    // Each token moves the sequence's ratio by 1/length of its own change, and so moves every token's term.
    return rowGrad.map((value, t) => (m[t] ? value + sequenceGrad / length : 0));
  });
  return {
    loss,
    grad,
    clipLowFraction: clippedLow / counted,
    clipHighFraction: clippedHigh / counted,
    klMean: refLogp === null ? null : kl / counted,
  };
}

/** Schulman's k3 = e^d − d − 1 of a log-ratio d = log π_ref − log π: an estimate of KL(π ‖ π_ref) that is never negative. */
export const k3 = (d: number): number => Math.exp(d) - d - 1;

type Clip = Pick<LossOptions, 'clipLow' | 'clipHigh'>;

/** On which side the clip removes the gradient of a token. */
function clipOf(ratio: number, advantage: number, { clipLow, clipHigh }: Clip) {
  return { tooLow: ratio < 1 - clipLow && advantage < 0, tooHigh: ratio > 1 + clipHigh && advantage > 0 };
}

/**
 * Share of tokens whose gradient the clip removed, on either side.
 *
 * @param logp log-probability of each token of each completion under the policy being trained; rows of any length
 * @param oldLogp the same under the policy that sampled
 * @param advantages [completions]
 */
export function clipFractions(
  { logp, oldLogp, advantages }: Pick<LossInput, 'logp' | 'oldLogp' | 'advantages'>,
  options: Clip & Pick<LossOptions, 'importance'>,
): { readonly low: number; readonly high: number } {
  let [low, high, counted] = [0, 0, 0];
  logp.forEach((row, i) => {
    const logRatios = row.map((value, t) => value - oldLogp[i]![t]!);
    const ofSequence = sum(logRatios) / Math.max(1, row.length);
    for (const own of logRatios) {
      const ratio = Math.exp(options.importance === 'sequence' ? ofSequence : own);
      const { tooLow, tooHigh } = clipOf(ratio, advantages[i]!, options);
      low += Number(tooLow);
      high += Number(tooHigh);
    }
    counted += row.length;
  });
  return { low: low / Math.max(1, counted), high: high / Math.max(1, counted) };
}

/**
 * Means over counted tokens of the three estimators of KL(policy ‖ reference), with d = ref − logp:
 * k1 = −d, k2 = d²/2, k3 = e^d − d − 1.
 */
export function klEstimates(
  logp: Matrix,
  refLogp: Matrix,
  mask: Matrix,
): { k1: number; k2: number; k3: number } {
  const total = { k1: 0, k2: 0, k3: 0 };
  logp.forEach((row, i) =>
    row.forEach((value, t) => {
      if (!mask[i]?.[t]) return;
      const d = refLogp[i]![t]! - value;
      total.k1 -= d;
      total.k2 += d ** 2 / 2;
      total.k3 += k3(d);
    }),
  );
  const counted = Math.max(1, sum(mask.map(sum)));
  return { k1: total.k1 / counted, k2: total.k2 / counted, k3: total.k3 / counted };
}

function divisor(options: LossOptions, sequences: number, counted: number, length: number): number {
  switch (options.aggregation) {
    case 'sequence':
      return sequences * length;
    case 'token':
      return counted;
    case 'constant':
      return sequences * options.constantLength;
  }
}

function checkShapes({ logp, oldLogp, refLogp, mask, advantages }: LossInput, options: LossOptions): void {
  const expected = lengths(logp);
  for (const [name, matrix] of Object.entries({ oldLogp, mask, ...(refLogp === null ? {} : { refLogp }) })) {
    if (lengths(matrix) !== expected) {
      throw new RangeError(`${name} has rows of ${lengths(matrix)} tokens where logp has ${expected}.`);
    }
  }
  if (advantages.length !== logp.length) {
    throw new RangeError(`${advantages.length} advantages for ${logp.length} sequences.`);
  }
  if (options.beta !== 0 && refLogp === null) {
    throw new RangeError('beta is not 0, so the log-probabilities of a reference policy are needed.');
  }
  if (options.aggregation === 'constant' && !(options.constantLength > 0)) {
    throw new RangeError(`The constant aggregation needs a length above 0, not ${options.constantLength}.`);
  }
}

function lengths(matrix: Matrix): string {
  return matrix.map((row) => row.length).join(',');
}
