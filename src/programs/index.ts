/** Every graph that is run, described by plain data: what a worker is told instead of being sent a graph. */
import type { Tensor } from '../graph/index.ts';
import type { CompletionShape } from '../model/completions.ts';
import type { ModelConfig } from '../model/config.ts';
import { buildGenerate, type GenerateOptions } from './generate.ts';
import { buildSupervised, type SequenceShape } from './supervised.ts';
import {
  type BradleyTerrySettings,
  buildBradleyTerry,
  buildQuality,
  buildScorer,
  type QualityLoss,
} from './score.ts';
import { buildPolicyLogprobs, buildUpdate, type SurrogateSettings } from './loss-graph.ts';

export type GraphSpec =
  | { readonly kind: 'generate'; readonly config: ModelConfig; readonly options: GenerateOptions }
  | { readonly kind: 'logprobs'; readonly config: ModelConfig; readonly shape: CompletionShape }
  | TrainSpec
  | { readonly kind: 'score'; readonly config: ModelConfig; readonly shape: SequenceShape };

/** Graphs with outputs `loss` and `gradient`. */
export type TrainSpec =
  | {
      readonly kind: 'update';
      readonly config: ModelConfig;
      readonly shape: CompletionShape;
      readonly settings: SurrogateSettings;
    }
  | { readonly kind: 'supervised'; readonly config: ModelConfig; readonly shape: SequenceShape }
  | {
      readonly kind: 'preference';
      readonly config: ModelConfig;
      readonly shape: SequenceShape;
      readonly settings: BradleyTerrySettings;
    }
  | {
      readonly kind: 'quality';
      readonly config: ModelConfig;
      readonly shape: SequenceShape;
      readonly loss: QualityLoss;
    };

export function buildGraph(spec: GraphSpec): Readonly<Record<string, Tensor>> {
  switch (spec.kind) {
    case 'generate':
      return { ...buildGenerate(spec.config, spec.options) };
    case 'logprobs':
      return buildPolicyLogprobs(spec.config, spec.shape);
    case 'update':
      return buildUpdate(spec.config, spec.shape, spec.settings);
    case 'supervised':
      return buildSupervised(spec.config, spec.shape);
    case 'preference':
      return buildBradleyTerry(spec.config, spec.shape, spec.settings);
    case 'quality':
      return buildQuality(spec.config, spec.shape, spec.loss);
    case 'score':
      return buildScorer(spec.config, spec.shape);
  }
}

/** Equal for equal graphs. */
export const specKey = (spec: GraphSpec): string => JSON.stringify(spec);
