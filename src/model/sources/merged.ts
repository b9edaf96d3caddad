/** A model with an adapter in its weights. */
import { readAdapter } from '../adapter.ts';
import { merged } from '../lora.ts';
import { parameterLayout, unpackWeights } from '../parameters.ts';
import type { ModelSource } from './source.ts';

/**
 * The model with W + s·B·A in place of each W that the adapter adds to. Its tensors throw what reading the adapter throws.
 */
export function mergedSource(model: ModelSource, adapter: ModelSource): ModelSource {
  return {
    ...model,
    async *tensors() {
      const config = await model.config();
      const { lora, factors } = await readAdapter(adapter, config);
      const layout = parameterLayout(config, [], lora);
      const trained = unpackWeights(layout, factors);
      const slots = new Map(layout.adapted.map((slot) => [slot.weight, slot]));
      for await (const [name, tensor] of model.tensors()) {
        const slot = slots.get(name);
        if (slot?.shape.join() === tensor.shape.join()) {
          const [a, b] = [trained.get(slot.a)!, trained.get(slot.b)!];
          yield [name, merged(tensor, a, b, slot.scale)];
        } else yield [name, trained.get(name) ?? tensor];
      }
    },
  };
}
