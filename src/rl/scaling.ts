/**
 * From the unbounded score of a Bradley–Terry model to R_t ∈ [0, 1]. arXiv 2508.05170 does not say how; a Bradley–Terry
 * score is known only up to a shift, so every map here says what anchors it.
 */
import * as v from 'valibot';

export const SCALING_KINDS = ['sigmoid', 'reference', 'rank', 'min-max'] as const;
export type ScalingKind = (typeof SCALING_KINDS)[number];

/** A map with all that it needs; stored with the weights it was made for, and with each checkpoint of a run. */
export type Scaling =
  /** σ(s − center). With center 0 the anchor is the centring term of the training. */
  | { readonly kind: 'sigmoid'; readonly center: number }
  /** σ(s − s_ref): the anchor is the score of a reference reasoning of the same task, or `anchor` where there is none. */
  | { readonly kind: 'reference'; readonly anchor: number }
  /** Share of the others in the group that score lower, ties counting half: needs no anchor, tells nothing across groups. */
  | { readonly kind: 'rank' }
  /** (s − low)/(high − low), cut off at 0 and 1: the anchors are the range over a calibration set. */
  | { readonly kind: 'min-max'; readonly low: number; readonly high: number };

/** What a calibration set says about a model's scores. */
export interface ScoreCalibration {
  /** 1 % and 99 % quantile: single outliers do not decide the range. */
  readonly low: number;
  readonly high: number;
  /** Mean score of the original reasonings, which stand between degraded and optimized ones. */
  readonly anchor: number;
  /** Scores measured. */
  readonly texts: number;
}

export const DEFAULT_SCALING: Scaling = { kind: 'sigmoid', center: 0 };

export class ScalingError extends Error {
  override readonly name = 'ScalingError';
}

/** A model gave a score that is no number; nothing may be learned from it. */
export class RewardScoreError extends Error {
  override readonly name = 'RewardScoreError';
  constructor(score: number, place: string) {
    super(
      `The reward model scored ${place} with ${score}. The score was refused and nothing was learned from it; ` +
        'train the reward model again with a smaller learning rate, or load another.',
    );
  }
}

/** @throws RewardScoreError naming the first score that is not finite */
export function checkScores(scores: readonly number[], place: (index: number) => string): void {
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad >= 0) throw new RewardScoreError(scores[bad]!, place(bad));
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * R_t of each completion of one group from its raw scores; `null` stands for a completion without reasoning, which earns
 * 0 and takes no part in a rank. `reference` is the score of the task's reference reasoning, where one is known.
 * @throws RewardScoreError for a score that is not finite
 */
export function scaleGroup(
  scores: readonly (number | null)[],
  scaling: Scaling,
  reference: number | null = null,
): number[] {
  const known = scores.filter((score) => score !== null);
  checkScores(reference === null ? known : [...known, reference], () => 'a reasoning');
  const map = mapOf(scaling, known, reference);
  return scores.map((score) => (score === null ? 0 : map(score)));
}

function mapOf(
  scaling: Scaling,
  group: readonly number[],
  reference: number | null,
): (score: number) => number {
  switch (scaling.kind) {
    case 'sigmoid':
      return (score) => sigmoid(score - scaling.center);
    case 'reference':
      return (score) => sigmoid(score - (reference ?? scaling.anchor));
    case 'rank':
      return (score) => rank(score, group);
    case 'min-max': {
      const { low, high } = scaling;
      return (score) => Math.min(1, Math.max(0, (score - low) / (high - low)));
    }
  }
}

/** Of one alone, ½: there is nothing to compare it with. */
function rank(score: number, group: readonly number[]): number {
  if (group.length < 2) return 0.5;
  const below = group.filter((other) => other < score).length;
  const equal = group.filter((other) => other === score).length - 1;
  return (below + equal / 2) / (group.length - 1);
}

/** The map of a kind for a model. @throws ScalingError where it needs a calibration that the model does not have */
export function scalingOf(kind: ScalingKind, calibration: ScoreCalibration | null): Scaling {
  if (kind === 'rank') return { kind };
  if (kind === 'sigmoid') return DEFAULT_SCALING;
  if (calibration === null)
    throw new ScalingError(
      `This reward model has no calibration, which rewardScaling “${kind}” needs. Choose sigmoid or rank, or train the model again.`,
    );
  const { low, high, anchor } = calibration;
  return kind === 'reference' ? { kind, anchor } : { kind, low, high };
}

/**
 * The calibration of a model from its scores over a calibration set, and those of the originals in it.
 * @throws RewardScoreError, or ScalingError when all scores are equal
 */
export function calibrate(scores: readonly number[], originals: readonly number[]): ScoreCalibration {
  checkScores([...scores, ...originals], (i) => `text ${i + 1} of the calibration set`);
  const sorted = [...scores].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  const [low, high] = [at(0.01), at(0.99)];
  if (!(high > low))
    throw new ScalingError(
      'All texts of the calibration set have one score, so the model cannot be calibrated: it tells nothing apart.',
    );
  const anchor = originals.reduce((total, score) => total + score, 0) / Math.max(1, originals.length);
  return { low, high, anchor, texts: scores.length };
}

const finite = v.pipe(v.number(), v.finite());
const scalingSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('sigmoid'), center: finite }),
  v.strictObject({ kind: v.literal('reference'), anchor: finite }),
  v.strictObject({ kind: v.literal('rank') }),
  v.pipe(
    v.strictObject({ kind: v.literal('min-max'), low: finite, high: finite }),
    v.check(({ low, high }) => high > low),
  ),
]);
const calibrationSchema = v.pipe(
  v.object({ low: finite, high: finite, anchor: finite, texts: finite }),
  v.check(({ low, high }) => high > low),
);

/** What stands in `scaling.json` beside a reward model's weights. */
export interface ScalingFile {
  readonly scaling: Scaling;
  readonly calibration: ScoreCalibration | null;
}

/** @throws ScalingError when it is not one */
export function parseScalingFile(json: unknown): ScalingFile {
  const schema = v.object({ scaling: scalingSchema, calibration: v.nullable(calibrationSchema) });
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  const where = v.getDotPath(parsed.issues[0]) ?? 'the file';
  throw new ScalingError(`scaling.json cannot be used: ${where}: ${parsed.issues[0].message}.`);
}

/** A map as it comes from storage; what a checkpoint from before there was a choice does not say is the default. */
export function storedScaling(value: unknown): Scaling {
  if (value === undefined) return DEFAULT_SCALING;
  const parsed = v.safeParse(scalingSchema, value);
  if (parsed.success) return parsed.output;
  throw new ScalingError(
    'The checkpoint’s map from score to thinking reward cannot be read; it was left as it is.',
  );
}
