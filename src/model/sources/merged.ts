/** A model with an adapter in its weights. */
import { ADAPTER_WEIGHTS, AdapterError, readAdapter } from '../adapter.ts';
import { hashWeights } from '../hash-weights.ts';
import { merged } from '../lora.ts';
import { parameterLayout, unpackWeights } from '../parameters.ts';
import { type ModelSource, readModel } from './source.ts';

/**
 * The model with W + s·B·A in place of each W that the adapter adds to. Its tensors throw what reading the adapter throws; an
 * adapter that tells the weights that it was trained beside is refused with others.
 */
export function mergedSource(model: ModelSource, adapter: ModelSource): ModelSource {
  return {
    ...model,
    async *tensors() {
      const config = await model.config();
      const { lora, factors, baseHash } = await readAdapter(adapter, config);
      const layout = parameterLayout(config, [], lora);
      const trained = unpackWeights(layout, factors);
      const slots = new Map(layout.adapted.map((slot) => [slot.weight, slot]));
      const whole = baseHash === null ? model.tensors() : await checkedTensors(model, baseHash, adapter);
      for await (const [name, tensor] of whole) {
        const slot = slots.get(name);
        if (slot?.shape.join() === tensor.shape.join()) {
          const [a, b] = [trained.get(slot.a)!, trained.get(slot.b)!];
          yield [name, merged(tensor, a, b, slot.scale)];
        } else yield [name, trained.get(name) ?? tensor];
      }
    },
  };
}

/** All of the model's tensors, since the hash is of them as a whole. */
async function checkedTensors(model: ModelSource, hash: string, adapter: ModelSource) {
  const { config, weights } = await readModel(model);
  if ((await hashWeights(weights)) === hash) return unpackWeights(parameterLayout(config), weights);
  throw adapter.unusable(
    ADAPTER_WEIGHTS,
    new AdapterError(
      'The adapter was trained beside the weights of another model. Nothing was merged: take the model that its run began with.',
    ),
  );
}
