/** Training a reward model: Bradley–Terry on pairs, or the baseline that regresses a quality, from any start. */
import type { ModelConfig } from '../model/config.ts';
import { initialWeights, parameterLayout } from '../model/parameters.ts';
import { Random } from '../random.ts';
import { schedule } from '../rl/schedule.ts';
import type { Metrics } from '../rl/types.ts';
import { freshState, type OptimizerState } from '../host/host.ts';
import { reasoningText } from '../domains/completion.ts';
import type { Task } from '../domains/domain.ts';
import { encodeOpened, type Tokenizer } from '../model/tokenizer/index.ts';
import { pairAccuracy, type PairAccuracy, type ScoredPair } from './accuracy.ts';
import type { ExactMix, PairMaker } from './pairs/tries.ts';
import type { ImportedPair, PairColumns, PairKind } from './pairs/types.ts';
import type { BradleyTerrySettings, QualityLoss } from '../programs/score.ts';
import type { PairScores, RatedScores, RatedTokens, TokenPair } from './scorer.ts';
import { correlation } from '../statistics/association.ts';

export type Objective =
  | ({ readonly kind: 'pairs' } & BradleyTerrySettings)
  /** The paper's “+Score” baseline: each text alone, towards the quality that its side of the pair stands for. */
  | { readonly kind: 'scores'; readonly loss: QualityLoss };

export interface RewardSettings {
  readonly seed: number;
  readonly objective: Objective;
  readonly steps: number;
  /** Pairs per step, and per gradient micro-batch. */
  readonly batch: number;
  readonly microBatch: number;
  readonly learningRate: number;
  /** Steps between evaluations on the validation pairs; 0 never evaluates. */
  readonly evaluateEvery: number;
  /** Evaluations without a better accuracy after which training stops and the best weights are kept; 0 never stops. */
  readonly patience: number;
}

/** The reward worker, as far as training needs it. */
export interface RewardTrainingPort {
  load(state: OptimizerState): Promise<void>;
  snapshot(): Promise<OptimizerState>;
  train(
    pairs: readonly TokenPair[],
    learningRate: number,
    microBatch: number,
    settings: BradleyTerrySettings,
  ): Promise<PairScores>;
  rate(
    texts: readonly RatedTokens[],
    learningRate: number,
    microBatch: number,
    loss: QualityLoss,
  ): Promise<RatedScores>;
  scoreTokens: ScoreTokens;
}

export type ScoreTokens = (texts: readonly (readonly number[])[]) => Promise<number[]>;

export interface RewardProgress {
  readonly step: number;
  readonly steps: number;
  /** TRL's names: `loss`, `accuracy`, `margin`, `min_reward`, …; with an evaluation also `eval/…`. */
  readonly metrics: Metrics;
}

export interface RewardOutcome {
  readonly weights: Float32Array;
  /** Of the last step, and of the evaluation whose weights were kept. */
  readonly metrics: Metrics;
  readonly steps: number;
  /** The step whose weights were kept. */
  readonly keptStep: number;
  readonly stoppedEarly: boolean;
}

/** A loss or score that is not finite: training stopped. */
export class RewardDivergedError extends Error {
  override readonly name = 'RewardDivergedError';
  constructor(step: number, what: string) {
    super(
      `${what} was not a finite number at step ${step}, so training stopped and its weights were not kept; the model ` +
        'loaded before is unchanged. Try a smaller learning rate.',
    );
  }
}

/** A model and a tokenizer, or weights, that do not belong together. */
export class RewardModelError extends Error {
  override readonly name = 'RewardModelError';
}

/** Pairs of a step; the same for the same step, whatever was asked before. */
export type PairSource = (step: number, size: number) => readonly ImportedPair[];

/** Draws from a fixed set with replacement. @throws RangeError when it is empty */
export function fixedPairs(pairs: readonly ImportedPair[], seed: number): PairSource {
  if (pairs.length === 0) throw new RangeError('There are no pairs to train on.');
  return (step, size) => {
    const random = new Random(seed, step, 'pairs');
    return Array.from({ length: size }, () => random.pick(pairs));
  };
}

/** Batches drawn together, so that pairs of like length can share one. */
const GROUPED = 4;

/**
 * Writes new pairs at every step, so that none is seen twice. Those of a few steps are drawn together, sorted by length
 * and dealt out in runs: a batch is padded to its longest text, and a third of the work would be padding. Steps dealt
 * together have the mix of their first. Tasks must have plans. @throws RangeError without tasks
 */
export function freshPairs<T extends Task>(
  maker: PairMaker<T>,
  tasks: readonly T[],
  seed: number,
  mixAt: (step: number) => ExactMix,
): PairSource {
  if (tasks.length === 0) throw new RangeError('There are no tasks to write pairs for.');
  let dealt: { group: number; size: number; batches: ImportedPair[][] } | null = null;
  return (step, size) => {
    const group = Math.floor(step / GROUPED);
    if (dealt?.group !== group || dealt.size !== size) {
      const random = new Random(seed, group, 'fresh pairs');
      dealt = { group, size, batches: deal(maker, tasks, random, size, mixAt(group * GROUPED)) };
    }
    return dealt.batches[step % GROUPED]!;
  };
}

function deal<T extends Task>(
  maker: PairMaker<T>,
  tasks: readonly T[],
  random: Random,
  size: number,
  mix: ExactMix,
): ImportedPair[][] {
  const pairs: ImportedPair[] = [];
  while (pairs.length < GROUPED * size) {
    const pair = maker.tryPair(random.pick(tasks), random, mix);
    if (typeof pair !== 'string') pairs.push(pair);
  }
  const longest = ({ prompt, chosen, rejected }: ImportedPair): number =>
    prompt.length + Math.max(chosen.length, rejected.length);
  pairs.sort((a, b) => longest(a) - longest(b));
  const batches = Array.from({ length: GROUPED }, (_, i) => pairs.slice(i * size, (i + 1) * size));
  return random.shuffle(batches);
}

/** The ids the reward model reads for both sides of a pair. */
export const encodePair = (
  tokenizer: Pick<Tokenizer, 'encode' | 'opening'>,
  { prompt, chosen, rejected }: PairColumns,
): TokenPair => ({
  chosen: encodeOpened(tokenizer, reasoningText(prompt, chosen)),
  rejected: encodeOpened(tokenizer, reasoningText(prompt, rejected)),
});

/**
 * A model may have more rows than its tokenizer has tokens: many are padded to a round number.
 * @throws RewardModelError when the tokenizer has ids that the model does not know
 */
export function checkVocabulary(tokenizer: Pick<Tokenizer, 'vocabSize'>, config: ModelConfig): void {
  if (tokenizer.vocabSize <= config.vocabulary) return;
  throw new RewardModelError(
    `The model has a vocabulary of ${config.vocabulary}, the tokenizer one of ${tokenizer.vocabSize}: they do not ` +
      'belong together, and nothing was loaded. Use the tokenizer.json that came with the model.',
  );
}

/** Splits off the pairs with a side that is longer than the model can read. */
export function fittingPairs<T extends PairColumns>(
  tokenizer: Pick<Tokenizer, 'encode' | 'opening'>,
  config: Pick<ModelConfig, 'maxPositions'>,
  pairs: readonly T[],
): { readonly fitting: T[]; readonly tooLong: number[] } {
  const tooLong: number[] = [];
  const fitting = pairs.filter((pair, i) => {
    const { chosen, rejected } = encodePair(tokenizer, pair);
    const fits = Math.max(chosen.length, rejected.length) <= config.maxPositions;
    if (!fits) tooLong.push(i);
    return fits;
  });
  return { fitting, tooLong };
}

/**
 * A policy's body under a zero score head. All layouts begin with the body: the head is what comes last.
 * @throws RewardModelError when the policy has another shape
 */
export function startFromPolicy(policyWeights: Float32Array, config: ModelConfig): Float32Array {
  const weights = new Float32Array(parameterLayout(config).size);
  const body = weights.length - config.width;
  // Behind a policy's body comes nothing, or an output matrix where it is not the embedding's.
  const head = config.tied ? 0 : config.vocabulary * config.width;
  if (policyWeights.length !== body + head)
    throw new RewardModelError(
      `The policy has ${policyWeights.length} weights, not the ${body + head} of this shape. Nothing was loaded: train ` +
        'from scratch, or choose a policy of the same shape and vocabulary.',
    );
  weights.set(policyWeights.subarray(0, body));
  return weights;
}

/** Fresh weights under a zero score head. */
export const startFromScratch = (config: ModelConfig, seed: number): Float32Array =>
  initialWeights(config, seed);

/** Scores both sides of each pair. */
export async function scorePairs(
  score: ScoreTokens,
  tokenizer: Pick<Tokenizer, 'encode' | 'opening'>,
  pairs: readonly ImportedPair[],
): Promise<ScoredPair[]> {
  const ids = pairs.map((pair) => encodePair(tokenizer, pair));
  const scores = await score(ids.flatMap(({ chosen, rejected }) => [chosen, rejected]));
  return pairs.map((pair, i) => ({
    pair,
    chosen: { score: scores[2 * i]!, length: ids[i]!.chosen.length },
    rejected: { score: scores[2 * i + 1]!, length: ids[i]!.rejected.length },
  }));
}

export const evaluatePairs = async (
  score: ScoreTokens,
  tokenizer: Pick<Tokenizer, 'encode' | 'opening'>,
  pairs: readonly ImportedPair[],
): Promise<PairAccuracy> => pairAccuracy(await scorePairs(score, tokenizer, pairs));

/** What each side of a pair is worth to a model that is trained on scores: optimized 1, original ½, degraded 0. */
export function qualitiesOf(kind: PairKind | undefined): readonly [chosen: number, rejected: number] {
  switch (kind) {
    case 'optimized>original':
      return [1, 0.5];
    case 'original>degraded':
      return [0.5, 0];
    case 'optimized>degraded':
    case 'superior>inferior':
    case undefined:
      return [1, 0];
  }
}

/**
 * Trains from `start`. Validation pairs choose the weights to keep, so a figure to report needs pairs of their own.
 * @throws RewardDivergedError; AbortError when the signal fires
 */
export async function trainReward(
  port: RewardTrainingPort,
  tokenizer: Pick<Tokenizer, 'encode' | 'opening'>,
  start: Float32Array,
  source: PairSource,
  validation: readonly ImportedPair[],
  settings: RewardSettings,
  report: (progress: RewardProgress) => void,
  signal?: AbortSignal,
): Promise<RewardOutcome> {
  const { steps, batch, learningRate, evaluateEvery, patience } = settings;
  const evaluates = evaluateEvery > 0 && validation.length > 0;
  await port.load(freshState(start));
  let best: { accuracy: number; step: number; weights: Float32Array; metrics: Metrics } | null = null;
  let last: Metrics = {};
  let withoutGain = 0;
  let step = 0;
  const exhausted = (): boolean => patience > 0 && withoutGain >= patience;
  while (step < steps && !exhausted()) {
    signal?.throwIfAborted();
    const rate = schedule(step, steps, learningRate);
    const pairs = source(step, batch);
    step++;
    last = { ...(await learn(port, tokenizer, pairs, rate, settings, step)), learning_rate: rate };
    if (evaluates && (step % evaluateEvery === 0 || step === steps)) {
      const accuracy = await evaluatePairs(port.scoreTokens, tokenizer, validation);
      const metrics = evaluationMetrics(accuracy);
      last = { ...last, ...metrics };
      // On a tie the later weights: they have seen more.
      if (best === null || accuracy.accuracy >= best.accuracy) {
        withoutGain = best !== null && accuracy.accuracy === best.accuracy ? withoutGain + 1 : 0;
        const { parameters } = await port.snapshot();
        best = { accuracy: accuracy.accuracy, step, weights: parameters, metrics };
      } else withoutGain++;
    }
    report({ step, steps, metrics: last });
  }
  const kept = best ?? { step, weights: (await port.snapshot()).parameters, metrics: {} };
  if (kept.weights.some((weight) => !Number.isFinite(weight)))
    throw new RewardDivergedError(step, 'A weight');
  if (kept.step !== step) await port.load(freshState(kept.weights));
  return {
    weights: kept.weights,
    metrics: { ...last, ...kept.metrics },
    steps: step,
    keptStep: kept.step,
    stoppedEarly: step < steps,
  };
}

async function learn(
  port: RewardTrainingPort,
  tokenizer: Pick<Tokenizer, 'encode' | 'opening'>,
  pairs: readonly ImportedPair[],
  rate: number,
  { objective, microBatch }: RewardSettings,
  step: number,
): Promise<Metrics> {
  const ids = pairs.map((pair) => encodePair(tokenizer, pair));
  let result: PairScores;
  switch (objective.kind) {
    case 'pairs': {
      const { kind: _, ...loss } = objective;
      result = await port.train(ids, rate, microBatch, loss);
      break;
    }
    case 'scores': {
      const qualities = pairs.map((pair) => qualitiesOf(pair.kind));
      const sides = (['chosen', 'rejected'] as const).flatMap((side, s) =>
        ids.map((pair, i): RatedTokens => ({ tokens: pair[side], quality: qualities[i]![s]! })),
      );
      const { loss, scores } = await port.rate(sides, rate, 2 * microBatch, objective.loss);
      result = { loss, chosen: scores.slice(0, pairs.length), rejected: scores.slice(pairs.length) };
    }
  }
  if (!Number.isFinite(result.loss)) throw new RewardDivergedError(step, 'The loss');
  const all = [...result.chosen, ...result.rejected];
  if (!all.every(Number.isFinite)) throw new RewardDivergedError(step, 'A score');
  return stepMetrics(result, ids);
}

function stepMetrics({ loss, chosen, rejected }: PairScores, ids: readonly TokenPair[]): Metrics {
  const scores = [...chosen, ...rejected];
  const lengths = [...ids.map((pair) => pair.chosen.length), ...ids.map((pair) => pair.rejected.length)];
  const r = correlation(lengths, scores);
  const gaps = chosen.map((score, i) => score - rejected[i]!);
  const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    loss,
    accuracy: gaps.filter((gap) => gap > 0).length / gaps.length,
    margin: meanOf(gaps),
    min_reward: Math.min(...scores),
    mean_reward: meanOf(scores),
    max_reward: Math.max(...scores),
    ...(r === null ? {} : { length_correlation: r }),
  };
}

/** An evaluation as metrics: `eval/accuracy`, `eval/accuracy/logical rigor`, …. */
export function evaluationMetrics(accuracy: PairAccuracy): Metrics {
  const { lengthCorrelation: r } = accuracy;
  return {
    'eval/accuracy': accuracy.accuracy,
    ...Object.fromEntries(
      Object.entries(accuracy.byDimension).map(([name, part]) => [`eval/accuracy/${name}`, part.accuracy]),
    ),
    'eval/margin': accuracy.margin,
    ...(r === null ? {} : { 'eval/length_correlation': r }),
  };
}
