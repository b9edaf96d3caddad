/**
 * Where a model comes from: the site, the browser's storage, a folder of the command line. Nothing is read before it is
 * asked for.
 */
import type { ModelConfig } from '../config.ts';
import { type NamedTensor, packWeights, parameterLayout } from '../parameters.ts';

export interface ModelSource {
  /** @throws ModelConfigError for one that cannot be honoured */
  config(): Promise<ModelConfig>;
  /** The content of tokenizer.json; `null` where the model brings none. */
  tokenizer(): Promise<unknown>;
  /**
   * The content of another file beside the weights, such as scaling.json; `null` where there is none. A `.jinja` file is
   * given as its text.
   */
  json(name: string): Promise<unknown>;
  /** Every tensor of the weights, one after the other; whether they fit the configuration is for the reader to see. */
  tensors(): AsyncIterable<readonly [name: string, tensor: NamedTensor]>;
  /** What the weights say of themselves, such as the recipe that made them; empty where they say nothing. */
  metadata(): Promise<Readonly<Record<string, string>>>;
  /** The error to throw where a file cannot be used. */
  unusable(file: string, cause: unknown): unknown;
}

/** A model that was read whole. */
export interface LoadedModel {
  readonly config: ModelConfig;
  readonly weights: Float32Array;
}

/** Every tensor by name. */
export async function readTensors(source: ModelSource): Promise<Map<string, NamedTensor>> {
  const all = new Map<string, NamedTensor>();
  for await (const [name, tensor] of source.tensors()) all.set(name, tensor);
  return all;
}

/** @throws what the source makes of a ModelConfigError, SafetensorsError or WeightsError */
export async function readModel(source: ModelSource): Promise<LoadedModel> {
  const config = await source.config();
  const tensors = await readTensors(source);
  try {
    return { config, weights: packWeights(parameterLayout(config), tensors) };
  } catch (cause) {
    throw source.unusable(WEIGHTS, cause);
  }
}

export const WEIGHTS = 'model.safetensors';
