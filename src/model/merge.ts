/** What LoRA trained, as weights of the model itself. */
import type { ModelConfig } from './config.ts';
import { type LoraConfig, merged } from './lora.ts';
import { parameterLayout, unpackWeights, WeightsError } from './parameters.ts';

/**
 * W + s·B·A for every target, beside the weights that have no factors.
 * @param weights of the model, flat; they are left as they are
 * @param factors flat, as LoRA's layout has them
 * @throws WeightsError where either is of another size
 */
export function mergedWeights(
  config: ModelConfig,
  lora: LoraConfig,
  weights: Float32Array,
  factors: Float32Array,
): Float32Array {
  const [own, added] = [parameterLayout(config), parameterLayout(config, [], lora)];
  if (weights.length !== own.size || factors.length !== added.size)
    throw new WeightsError(
      `The model has ${own.size} weights and its adapter ${added.size} factors; ${weights.length} and ${factors.length} were given. Nothing was merged: they belong to another model.`,
    );
  const all = new Float32Array(weights);
  const trained = unpackWeights(added, factors);
  const tensors = unpackWeights(own, all);
  for (const [name, { data }] of tensors) if (trained.has(name)) data.set(trained.get(name)!.data);
  for (const { weight, a, b, scale } of added.adapted) {
    const tensor = tensors.get(weight)!;
    tensor.data.set(merged(tensor, trained.get(a)!, trained.get(b)!, scale).data);
  }
  return all;
}
