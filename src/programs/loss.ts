import { sum } from '../statistics/samples.ts';

/** The ratio of each token by itself (PPO, GRPO), or one for the whole sequence (GSPO). */
export type ImportanceLevel = 'token' | 'sequence';
/** How the ratio bounds a token's weight: PPO's clip, or CISPO's weight that is cut off and held constant. */
export type Surrogate = 'clipped' | 'cispo';
/** Per-sequence mean, mean over all tokens, a constant B·L divisor, or the mean of each micro-batch's mean over tokens. */
export type Aggregation = 'sequence' | 'token' | 'constant' | 'micro-batch';
/** Estimators of KL(π ‖ π_ref) from samples of π (Schulman 2020), with d = log π_ref − log π. */
export const KL_ESTIMATORS = ['k1', 'k2', 'k3'] as const;
export type KlEstimator = (typeof KL_ESTIMATORS)[number];

export type Matrix = readonly (readonly number[])[];

/** A sequence's advantage: the same for all its tokens, or one for each, [time]. */
export type Advantage = number | readonly number[];

export interface LossInput {
  /** Log-probability of each completion token under the policy being trained, [sequences, time]. */
  readonly logp: Matrix;
  /** Under the policy that sampled, and under the reference policy where there is one; [sequences, time]. */
  readonly oldLogp: Matrix;
  readonly refLogp: Matrix | null;
  /** Entropy of the distribution of each token; needed where an entropy bonus is; [sequences, time]. */
  readonly entropies?: Matrix;
  /** 1 where a token counts, 0 for prompt, padding and everything after end-of-text; [sequences, time]. */
  readonly mask: Matrix;
  /** [sequences] */
  readonly advantages: readonly Advantage[];
}

/** What the loss of a token is. */
export interface SurrogateSettings {
  readonly importance: ImportanceLevel;
  readonly surrogate: Surrogate;
  readonly clipLow: number;
  readonly clipHigh: number;
  /** Largest ratio that counts where A < 0; 0 for no limit. */
  readonly dualClip: number;
  /** Coefficient of the KL estimate against the reference policy; 0 leaves it out. */
  readonly beta: number;
  readonly klEstimator: KlEstimator;
  /** Coefficient of the entropy that is subtracted; 0 leaves it out. */
  readonly entropyCoefficient: number;
}

export interface LossOptions extends SurrogateSettings {
  readonly aggregation: Aggregation;
  /** L of the `constant` aggregation, the completion budget; unused by the others. */
  readonly constantLength: number;
  /** Sequences of a micro-batch, for the aggregation of that name. */
  readonly microBatch: number;
}

/** What GRPO has where the later methods offer a choice. */
export const PLAIN_LOSS = {
  surrogate: 'clipped',
  dualClip: 0,
  klEstimator: 'k3',
  entropyCoefficient: 0,
  microBatch: 1,
} as const satisfies Partial<LossOptions>;

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
 * ℓ_t = surrogate + β·k_t − c·H_t, aggregated with weights w_t:
 * - ρ_t = exp(logp_t − old_t) (`token`), or exp of its masked mean over the sequence for each of its tokens
 *   (`sequence`, GSPO, arXiv 2507.18071); where each token has an advantage of its own, the gradient of the latter flows
 *   through the token alone: ρ_t = sg(ρ)·π_t/sg(π_t) (GSPO-token, there, section 4.3)
 * - `clipped`: −min(ρA, clip(ρ, 1 − ε_low, 1 + ε_high)·A), ρ at most the dual clip where A < 0 (arXiv 1912.09729)
 * - `cispo`: −sg(min(ρ, 1 + ε_high))·A·logp_t, where no gradient flows through sg (arXiv 2506.13585)
 * - k_t of d = ref_t − logp_t: −d (`k1`), d²/2 (`k2`), e^d − d − 1 (`k3`)
 * - w = m/(B·n_i) (`sequence`), m/Σm (`token`), m/(B·L) (`constant`), m/(M·Σm of the micro-batch) for M of them
 *   (`micro-batch`); a divisor of 0 counts as 1
 *
 * @throws RangeError when the shapes differ, or a term has a coefficient and nothing to be made from.
 */
export function policyLoss(input: LossInput, options: LossOptions): LossResult {
  checkShapes(input, options);
  const { logp, oldLogp, refLogp, entropies, mask, advantages } = input;
  const { importance, beta, klEstimator, entropyCoefficient } = options;
  const counted = Math.max(1, sum(mask.map(sum)));
  const weights = sequenceWeights(mask.map(sum), options);
  let loss = 0;
  let kl = 0;
  let clippedLow = 0;
  let clippedHigh = 0;
  const grad = logp.map((row, i) => {
    const m = mask[i]!;
    const old = oldLogp[i]!;
    const ref = refLogp?.[i];
    const own = advantages[i]!;
    const byToken = importance === 'token' || typeof own !== 'number';
    const length = Math.max(1, sum(m));
    const weight = weights[i]!;
    const logRatios = row.map((value, t) => (m[t] ? value - old[t]! : 0));
    const sequenceLogRatio = sum(logRatios) / length;
    const rowGrad = row.map(() => 0);
    let sequenceGrad = 0;
    row.forEach((value, t) => {
      if (!m[t]) return;
      const advantage = advantageAt(own, t);
      const ratio = Math.exp(importance === 'sequence' ? sequenceLogRatio : logRatios[t]!);
      const { tooLow, tooHigh } = clipOf(ratio, advantage, options);
      clippedLow += Number(tooLow);
      clippedHigh += Number(tooHigh);
      const { gain, byLogp, byLogRatio } = gainOf(ratio, advantage, value, options);
      loss -= weight * gain;
      rowGrad[t]! -= weight * byLogp;
      if (byToken) rowGrad[t]! -= weight * byLogRatio;
      else sequenceGrad -= weight * byLogRatio;
      if (entropies) loss -= weight * entropyCoefficient * entropies[i]![t]!;
      if (ref === undefined) return;
      const d = ref[t]! - value;
      kl += k3(d);
      loss += weight * beta * klEstimate(klEstimator, d);
      rowGrad[t]! -= weight * beta * klSlope(klEstimator, d);
    });
    // Each token moves a ratio that they share by 1/length of its own change, and so moves every token's term.
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

const advantageAt = (of: Advantage, t: number): number => (typeof of === 'number' ? of : of[t]!);

/** What the surrogate of a token is to be maximised of, and its derivatives by logp and by the log-ratio. */
function gainOf(ratio: number, advantage: number, logp: number, options: LossOptions) {
  const bound = boundOf(ratio, advantage, options);
  const weight = (bound === null ? ratio : limitOf(bound, options)) * advantage;
  if (options.surrogate === 'cispo') return { gain: weight * logp, byLogp: weight, byLogRatio: 0 };
  return { gain: weight, byLogp: 0, byLogRatio: bound === null ? weight : 0 };
}

/** Which bound holds the ratio of a token: 1 − ε_low, 1 + ε_high, or the dual clip. */
export type Bound = 'low' | 'high' | 'dual';

/**
 * The bound that holds a token, or `null`. With PPO's clip a token that is held has no gradient, which the sign of its advantage
 * decides; with CISPO it has a weight that is cut off.
 */
export function boundOf(
  ratio: number,
  advantage: number,
  options: Clip & Pick<LossOptions, 'surrogate'>,
): Bound | null {
  if (options.surrogate === 'cispo') return advantage !== 0 && ratio > 1 + options.clipHigh ? 'high' : null;
  const { tooLow, tooHigh, tooFar } = clipOf(ratio, advantage, options);
  return tooLow ? 'low' : tooHigh ? 'high' : tooFar ? 'dual' : null;
}

/** The ratio that a bound holds a token at. */
export const limitOf = (bound: Bound, { clipLow, clipHigh, dualClip }: Clip): number =>
  ({ low: 1 - clipLow, high: 1 + clipHigh, dual: dualClip })[bound];

/** ρ of each token of a sequence, all of which count, from ln(π/π_old) of each; [tokens]. */
export function importanceRatios(logRatios: readonly number[], importance: ImportanceLevel): number[] {
  const ofSequence = sum(logRatios) / Math.max(1, logRatios.length);
  return logRatios.map((own) => Math.exp(importance === 'sequence' ? ofSequence : own));
}

/** The estimate of one token; see {@link KlEstimator}. */
export function klEstimate(estimator: KlEstimator, d: number): number {
  switch (estimator) {
    case 'k1':
      return -d;
    case 'k2':
      return d ** 2 / 2;
    case 'k3':
      return k3(d);
  }
}

/** Its derivative by d. */
function klSlope(estimator: KlEstimator, d: number): number {
  switch (estimator) {
    case 'k1':
      return -1;
    case 'k2':
      return d;
    case 'k3':
      return Math.expm1(d);
  }
}

/** Schulman's k3 = e^d − d − 1 of a log-ratio d = log π_ref − log π: an estimate of KL(π ‖ π_ref) that is never negative. */
export const k3 = (d: number): number => Math.exp(d) - d - 1;

type Clip = Pick<LossOptions, 'clipLow' | 'clipHigh' | 'dualClip'>;

/** On which side the clip removes the gradient of a token. With CISPO, which removes none, where it cuts the weight off. */
function clipOf(ratio: number, advantage: number, { clipLow, clipHigh, dualClip }: Clip) {
  return {
    tooLow: ratio < 1 - clipLow && advantage < 0,
    tooHigh: ratio > 1 + clipHigh && advantage > 0,
    tooFar: dualClip > 0 && ratio > dualClip && advantage < 0,
  };
}

/** Share of tokens that the clip holds: see {@link clipFractions}. */
export interface ClipFractions {
  readonly low: number;
  readonly high: number;
  readonly dual: number;
}

/**
 * Share of tokens whose gradient the clip removed: on either side, and by the dual clip.
 *
 * @param logp log-probability of each token of each completion under the policy being trained; rows of any length
 * @param oldLogp the same under the policy that sampled
 * @param advantages [completions], each a number or one for each token
 */
export function clipFractions(
  { logp, oldLogp, advantages }: Pick<LossInput, 'logp' | 'oldLogp' | 'advantages'>,
  options: Clip & Pick<LossOptions, 'importance'>,
): ClipFractions {
  let [low, high, dual, counted] = [0, 0, 0, 0];
  logp.forEach((row, i) => {
    const logRatios = row.map((value, t) => value - oldLogp[i]![t]!);
    importanceRatios(logRatios, options.importance).forEach((ratio, t) => {
      const { tooLow, tooHigh, tooFar } = clipOf(ratio, advantageAt(advantages[i]!, t), options);
      low += Number(tooLow);
      high += Number(tooHigh);
      dual += Number(tooFar);
    });
    counted += row.length;
  });
  const of = Math.max(1, counted);
  return { low: low / of, high: high / of, dual: dual / of };
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
      for (const estimator of KL_ESTIMATORS) total[estimator] += klEstimate(estimator, d);
    }),
  );
  const counted = Math.max(1, sum(mask.map(sum)));
  return { k1: total.k1 / counted, k2: total.k2 / counted, k3: total.k3 / counted };
}

/**
 * What one counted token of each sequence contributes to the loss, [sequences].
 * @param lengths tokens that count in each sequence; 0 for one that is left out
 */
export function sequenceWeights(
  lengths: readonly number[],
  {
    aggregation,
    constantLength,
    microBatch,
  }: Pick<LossOptions, 'aggregation' | 'constantLength' | 'microBatch'>,
): number[] {
  const all = Math.max(1, sum(lengths));
  const parts = Math.ceil(lengths.length / microBatch);
  const partOf = (i: number): readonly number[] => {
    const start = Math.floor(i / microBatch) * microBatch;
    return lengths.slice(start, start + microBatch);
  };
  return lengths.map((length, i) => {
    switch (aggregation) {
      case 'sequence':
        return 1 / (lengths.length * Math.max(1, length));
      case 'token':
        return 1 / all;
      case 'constant':
        return 1 / (lengths.length * constantLength);
      case 'micro-batch':
        return 1 / (parts * Math.max(1, sum(partOf(i))));
    }
  });
}

function checkShapes(input: LossInput, options: LossOptions): void {
  const { logp, oldLogp, refLogp, entropies, mask, advantages } = input;
  const expected = lengths(logp);
  const matrices = { oldLogp, mask, ...(refLogp && { refLogp }), ...(entropies && { entropies }) };
  for (const [name, matrix] of Object.entries(matrices)) {
    if (lengths(matrix) !== expected) {
      throw new RangeError(`${name} has rows of ${lengths(matrix)} tokens where logp has ${expected}.`);
    }
  }
  if (advantages.length !== logp.length) {
    throw new RangeError(`${advantages.length} advantages for ${logp.length} sequences.`);
  }
  advantages.forEach((own, i) => {
    const time = logp[i]!.length;
    if (typeof own !== 'number' && own.length !== time)
      throw new RangeError(`A sequence of ${time} tokens has ${own.length} advantages.`);
  });
  if (options.beta !== 0 && refLogp === null) {
    throw new RangeError('beta is not 0, so the log-probabilities of a reference policy are needed.');
  }
  if (options.entropyCoefficient !== 0 && entropies === undefined) {
    throw new RangeError('entropyCoefficient is not 0, so the entropies are needed.');
  }
  if (options.aggregation === 'micro-batch' && !(options.microBatch >= 1)) {
    throw new RangeError(
      `The micro-batch aggregation needs micro-batches, not ones of ${options.microBatch}.`,
    );
  }
  if (options.aggregation === 'constant' && !(options.constantLength > 0)) {
    throw new RangeError(`The constant aggregation needs a length above 0, not ${options.constantLength}.`);
  }
}

function lengths(matrix: Matrix): string {
  return matrix.map((row) => row.length).join(',');
}
