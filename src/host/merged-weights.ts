/**
 * Weights with what LoRA adds to them, W + s·B·A, for programs that no gradient is asked of: arrays of their own beside W,
 * merged anew in place for each version of the weights.
 */
import { inputsOf, type Shape, sizeOf } from '../graph/index.ts';
import { isMerged, merged, mergedName } from '../model/lora.ts';
import type { AdaptedSlot, NamedTensor } from '../model/parameters.ts';
import {
  type ArrayCopy,
  type DeviceArray,
  type Outputs,
  type PreparedKernel,
  type Runtime,
  RuntimeError,
} from '../runtime/runtime.ts';
import { type MergedArrays, prepareMerge } from './merge-gpu.ts';
import type { FrozenTensors } from './frozen-tensors.ts';
import type { Arrays } from './prepared.ts';

/** Whether a graph reads any. */
export const readsMerged = (graph: Outputs): boolean =>
  Object.keys(inputsOf(Object.values(graph))).some(isMerged);

interface Merge {
  readonly slot: AdaptedSlot;
  /** W, which stays as it is; null where it is packed. */
  readonly weight: DeviceArray | null;
  readonly arrays: MergedArrays;
}

export class MergedWeights {
  readonly #runtime: Runtime;
  readonly #merges: readonly Merge[];
  readonly #commands: readonly (PreparedKernel | ArrayCopy)[];
  /** By the names under which graphs read them. */
  readonly arrays: Arrays;
  /** Of the GPU's memory. */
  readonly bytes: number;
  /** The version of the weights that was merged last. */
  #version: number | null = null;

  /**
   * @param weights arrays that live longer than this, and whose values change in place if at all
   * @param frozen those of the weights that may be packed
   * @throws RuntimeError when one of them is missing
   */
  constructor(
    runtime: Runtime,
    weights: Arrays,
    slots: readonly AdaptedSlot[],
    frozen: FrozenTensors | null = null,
  ) {
    this.#runtime = runtime;
    const isPacked = (name: string): boolean => frozen?.isPacked(name) ?? false;
    const own = (name: string): DeviceArray => {
      const array = weights.get(name);
      if (!array) throw new RuntimeError(`There is no tensor ${name}, which LoRA is to be merged with.`);
      return array;
    };
    const parts = slots.map((slot) => ({
      slot,
      weight: isPacked(slot.weight) ? null : own(slot.weight),
      factors: { a: own(slot.a), b: own(slot.b) },
    }));
    const before = runtime.held();
    this.#merges = parts.map(({ slot, weight, factors }) => ({
      slot,
      weight,
      arrays: { ...factors, merged: runtime.allocate(slot.shape, 'f32') },
    }));
    this.bytes = runtime.held() - before;
    this.arrays = new Map(this.#merges.map(({ slot, arrays }) => [mergedName(slot.weight), arrays.merged]));
    const { kernels } = runtime;
    this.#commands = kernels
      ? this.#merges.flatMap(({ slot, weight, arrays }) => [
          ...(weight
            ? [copyOf(weight, arrays.merged, sizeOf(slot.shape))]
            : frozen!.expansion(slot.weight, arrays.merged)),
          prepareMerge(kernels, slot, arrays),
        ])
      : [];
  }

  /** Merges anew if the weights are others; what is started from now on sees it. */
  async see(version: number): Promise<void> {
    if (this.#version === version) return;
    const { kernels } = this.#runtime;
    if (kernels) kernels.start(this.#commands);
    else for (const merge of this.#merges) await onHost(merge);
    this.#version = version;
  }

  dispose(): void {
    for (const array of this.arrays.values()) array.dispose();
  }
}

const copyOf = (from: DeviceArray, to: DeviceArray, length: number): ArrayCopy => ({
  kind: 'copy',
  from,
  to,
  length,
});

/** In host memory, where nothing is packed. */
async function onHost({ slot: { shape, rank, scale }, weight, arrays }: Merge): Promise<void> {
  const [out, width] = shape as [number, number];
  const tensor = async (array: DeviceArray, of: Shape): Promise<NamedTensor> => ({
    shape: of,
    dtype: 'f32',
    data: await array.read(),
  });
  const { data } = merged(
    await tensor(weight!, shape),
    await tensor(arrays.a, [rank, width]),
    await tensor(arrays.b, [out, rank]),
    scale,
  );
  arrays.merged.write(data);
}
