/** Weights that are kept in the store. */
import type { ModelConfig } from '../model/config.ts';
import { parameterLayout, unpackWeights } from '../model/parameters.ts';
import type { ModelSource } from '../model/sources/source.ts';
import type { LoadedCheckpoint } from '../store/index.ts';

/** A stored model that is not one, or is of another shape. */
export class StoredModelError extends Error {
  override readonly name = 'StoredModelError';
}

/**
 * A checkpoint of this shape as a source; what is stored is one flat vector, whose shape the page knows. `name` is how
 * messages call it. Its tensors throw StoredModelError where the vector is of another size.
 */
export function storedSource(checkpoint: LoadedCheckpoint, shape: ModelConfig, name: string): ModelSource {
  return {
    config: async () => shape,
    tokenizer: async () => null,
    metadata: async () => ({}),
    json: async (file) => (file === 'scaling.json' ? (checkpoint.meta['scaling'] ?? null) : null),
    unusable: (_, cause) => cause,
    async *tensors() {
      const weights = checkpoint.parts['parameters'];
      const layout = parameterLayout(shape);
      if (!(weights instanceof Float32Array) || weights.length !== layout.size)
        throw new StoredModelError(
          `“${name}” has ${weights?.length ?? 0} weights, but models of this page have ${layout.size}: it was made for another vocabulary or shape. It was left as it is; choose another, or train one here.`,
        );
      yield* unpackWeights(layout, weights);
    },
  };
}
