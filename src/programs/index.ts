/**
 * Every graph that a run needs, by its kind. A worker is sent the spec, which is plain data, and builds the graph itself.
 * A new program is one file beside this one and one entry here; runtimes and hosts know none of them.
 */
import type { CompletionShape } from '../model/completions.ts';
import type { ModelSpec } from '../model/parameters.ts';
import { RuntimeError, type Outputs } from '../runtime/runtime.ts';
import { buildGenerate, type GenerateOptions } from './generate.ts';
import { buildPolicyLogprobs, buildUpdate } from './loss-graph.ts';
import type { SurrogateSettings } from './loss.ts';
import {
  type BradleyTerrySettings,
  buildBradleyTerry,
  buildQuality,
  buildScorer,
  type QualityLoss,
} from './score.ts';
import { buildGenerateSteps } from './generate-steps.ts';
import { buildProducts, type ProductsSpec } from './products.ts';
import type { BuildProgram, BuildStepped, ProgramSpec } from './spec.ts';
import { buildSupervised, type SequenceShape } from './supervised.ts';

/** Sampling a batch of completions. */
export interface GenerateSpec extends ModelSpec {
  readonly kind: 'generate';
  readonly options: GenerateOptions;
}

/** Log-probabilities of given completions. */
export interface LogprobsSpec extends ModelSpec {
  readonly kind: 'logprobs';
  readonly shape: CompletionShape;
}

/** The policy gradient. */
export interface UpdateSpec extends ModelSpec {
  readonly kind: 'update';
  readonly shape: CompletionShape;
  readonly settings: SurrogateSettings;
  /** What has an advantage of its own; by default a sequence. */
  readonly advantagesOf?: 'sequence' | 'token';
}

/** Supervised fine-tuning. */
export interface SupervisedSpec extends ModelSpec {
  readonly kind: 'supervised';
  readonly shape: SequenceShape;
}

/** Bradley–Terry training on pairs of texts. */
export interface PreferenceSpec extends ModelSpec {
  readonly kind: 'preference';
  readonly shape: SequenceShape;
  readonly settings: BradleyTerrySettings;
}

/** Training on scores of single texts. */
export interface QualitySpec extends ModelSpec {
  readonly kind: 'quality';
  readonly shape: SequenceShape;
  readonly loss: QualityLoss;
}

/** Scores of texts. */
export interface ScoreSpec extends ModelSpec {
  readonly kind: 'score';
  readonly shape: SequenceShape;
}

/** The kind says which of the specs it is. */
const of =
  <S extends ProgramSpec>(build: (spec: S) => Outputs): BuildProgram =>
  (spec) =>
    build(spec as S);

const PROGRAMS: ReadonlyMap<string, BuildProgram> = new Map([
  ['generate', of<GenerateSpec>((spec) => ({ ...buildGenerate(spec, spec.options) }))],
  ['logprobs', of<LogprobsSpec>((spec) => buildPolicyLogprobs(spec, spec.shape))],
  ['update', of<UpdateSpec>((spec) => buildUpdate(spec, spec.shape, spec.settings, spec.advantagesOf))],
  ['supervised', of<SupervisedSpec>((spec) => buildSupervised(spec, spec.shape))],
  ['preference', of<PreferenceSpec>((spec) => buildBradleyTerry(spec, spec.shape, spec.settings))],
  ['quality', of<QualitySpec>((spec) => buildQuality(spec, spec.shape, spec.loss))],
  ['score', of<ScoreSpec>((spec) => buildScorer(spec, spec.shape))],
  ['products', of<ProductsSpec>(buildProducts)],
]);

/** @throws RuntimeError for a kind that no program has */
export const buildProgram: BuildProgram = (spec) => {
  const build = PROGRAMS.get(spec.kind);
  if (!build) throw new RuntimeError(`There is no program of the kind ${spec.kind}.`);
  return build(spec);
};

/** What takes the place of a program's loop where a device cannot run one. */
export const buildStepped: BuildStepped = (spec) => {
  if (spec.kind !== 'generate') return null;
  const { options, ...model } = spec as GenerateSpec;
  return buildGenerateSteps(model, options);
};
