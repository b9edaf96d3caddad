/**
 * Every graph that a run needs, by its kind. A worker is sent the spec, which is plain data, and builds the graph itself.
 * A new program is one file beside this one and one entry here; runtimes and hosts know none of them.
 */
import type { CompletionShape } from '../model/completions.ts';
import type { ModelConfig } from '../model/config.ts';
import { RuntimeError, type Outputs } from '../runtime/runtime.ts';
import { buildGenerate, type GenerateOptions } from './generate.ts';
import { buildPolicyLogprobs, buildUpdate, type SurrogateSettings } from './loss-graph.ts';
import {
  type BradleyTerrySettings,
  buildBradleyTerry,
  buildQuality,
  buildScorer,
  type QualityLoss,
} from './score.ts';
import type { BuildProgram, ProgramSpec } from './spec.ts';
import { buildSupervised, type SequenceShape } from './supervised.ts';

/** Sampling a batch of completions. */
export interface GenerateSpec {
  readonly kind: 'generate';
  readonly config: ModelConfig;
  readonly options: GenerateOptions;
}

/** Log-probabilities of given completions. */
export interface LogprobsSpec {
  readonly kind: 'logprobs';
  readonly config: ModelConfig;
  readonly shape: CompletionShape;
}

/** The policy gradient. */
export interface UpdateSpec {
  readonly kind: 'update';
  readonly config: ModelConfig;
  readonly shape: CompletionShape;
  readonly settings: SurrogateSettings;
}

/** Supervised fine-tuning. */
export interface SupervisedSpec {
  readonly kind: 'supervised';
  readonly config: ModelConfig;
  readonly shape: SequenceShape;
}

/** Bradley–Terry training on pairs of texts. */
export interface PreferenceSpec {
  readonly kind: 'preference';
  readonly config: ModelConfig;
  readonly shape: SequenceShape;
  readonly settings: BradleyTerrySettings;
}

/** Training on scores of single texts. */
export interface QualitySpec {
  readonly kind: 'quality';
  readonly config: ModelConfig;
  readonly shape: SequenceShape;
  readonly loss: QualityLoss;
}

/** Scores of texts. */
export interface ScoreSpec {
  readonly kind: 'score';
  readonly config: ModelConfig;
  readonly shape: SequenceShape;
}

/** The kind says which of the specs it is. */
const of =
  <S extends ProgramSpec>(build: (spec: S) => Outputs): BuildProgram =>
  (spec) =>
    build(spec as S);

const PROGRAMS: ReadonlyMap<string, BuildProgram> = new Map([
  ['generate', of<GenerateSpec>(({ config, options }) => ({ ...buildGenerate(config, options) }))],
  ['logprobs', of<LogprobsSpec>(({ config, shape }) => buildPolicyLogprobs(config, shape))],
  ['update', of<UpdateSpec>(({ config, shape, settings }) => buildUpdate(config, shape, settings))],
  ['supervised', of<SupervisedSpec>(({ config, shape }) => buildSupervised(config, shape))],
  [
    'preference',
    of<PreferenceSpec>(({ config, shape, settings }) => buildBradleyTerry(config, shape, settings)),
  ],
  ['quality', of<QualitySpec>(({ config, shape, loss }) => buildQuality(config, shape, loss))],
  ['score', of<ScoreSpec>(({ config, shape }) => buildScorer(config, shape))],
]);

/** @throws RuntimeError for a kind that no program has */
export const buildProgram: BuildProgram = (spec) => {
  const build = PROGRAMS.get(spec.kind);
  if (!build) throw new RuntimeError(`There is no program of the kind ${spec.kind}.`);
  return build(spec);
};
