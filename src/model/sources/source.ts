/**
 * Where a model comes from: the site, the browser's storage, a folder of the command line. Nothing is read before it is
 * asked for.
 */
import type { ModelConfig } from '../config.ts';
import { type NamedTensor, Packing, parameterLayout, WeightsError } from '../parameters.ts';

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

/**
 * Reads a model whole, a tensor after the other.
 * @param allocate memory for so many weights
 * @throws what the source makes of a ModelConfigError, SafetensorsError or WeightsError
 */
export async function readModel(
  source: ModelSource,
  allocate = (size: number): Float32Array => new Float32Array(size),
): Promise<LoadedModel> {
  const config = await source.config();
  const layout = parameterLayout(config);
  const placed = <T>(place: () => T): T => {
    try {
      return place();
    } catch (cause) {
      throw source.unusable(WEIGHTS, cause instanceof RangeError ? noMemory(layout.size) : cause);
    }
  };
  const packing = placed(() => new Packing(layout, allocate(layout.size)));
  for await (const [name, tensor] of source.tensors()) placed(() => packing.add(name, tensor));
  return { config, weights: placed(() => packing.finish()) };
}

const noMemory = (weights: number): WeightsError =>
  new WeightsError(
    `The configuration asks for ${weights.toLocaleString('en')} weights, and there is no memory for so many. If it is right, use a smaller model.`,
  );

export const WEIGHTS = 'model.safetensors';
