/** The trainable tensors of a model with their gradient and moments, and the step that changes them in place. */
import { sizeOf } from '../graph/index.ts';
import { gradientName, type NamedTensors, type ParameterLayout, unpackWeights } from '../model/parameters.ts';
import {
  type ArrayCopy,
  type DeviceArray,
  type Kernels,
  type Runtime,
  RuntimeError,
} from '../runtime/runtime.ts';
import type { AdamWSettings } from './adamw.ts';
import { type FlatArrays, GpuAdamW } from './adamw-gpu.ts';
import { adamwInPlace, type Moments } from './adamw-host.ts';

export interface TrainedTensors {
  /** By name; the same arrays as long as these tensors live, so that a program may be bound to them. */
  readonly weights: ReadonlyMap<string, DeviceArray>;
  /**
   * Adds the gradients of a micro-batch, each under its `gradientName`. Those of the first one of a step replace what was
   * there.
   * @throws RuntimeError when there is none for a tensor
   */
  addGradients(gradients: Readonly<Record<string, DeviceArray>>, isFirst: boolean): Promise<void>;
  /**
   * One step of AdamW with the sum of the gradients.
   * @param step updates including this one, from 1
   * @returns the gradient's L2 norm before clipping
   */
  step(step: number, learningRate: number, settings: AdamWSettings): Promise<number>;
  /** Copies, flat in the layout's order. */
  read(): Promise<Moments>;
  dispose(): void;
}

/** Weights and moments as given; they are copied. */
export const trainedTensors = (runtime: Runtime, layout: ParameterLayout, state: Moments): TrainedTensors =>
  runtime.kernels ? new OnGpu(runtime, runtime.kernels, layout, state) : new OnHost(runtime, layout, state);

export const uploadAll = (runtime: Runtime, tensors: NamedTensors): Map<string, DeviceArray> =>
  new Map([...tensors].map(([name, { data, shape }]) => [name, runtime.upload(data, shape)]));

function gradientOf(gradients: Readonly<Record<string, DeviceArray>>, tensor: string): DeviceArray {
  const gradient = gradients[gradientName(tensor)];
  if (!gradient) throw new RuntimeError(`The program to train with gives no gradient for ${tensor}.`);
  return gradient;
}

const disposeAll = (arrays: Iterable<DeviceArray>): void => {
  for (const array of arrays) array.dispose();
};

/** In host memory: the arrays of the weights are parts of one flat vector. */
class OnHost implements TrainedTensors {
  readonly #layout: ParameterLayout;
  readonly #state: Moments;
  readonly #gradient: Float32Array;
  readonly weights: ReadonlyMap<string, DeviceArray>;

  constructor(runtime: Runtime, layout: ParameterLayout, { parameters, momentum, variance }: Moments) {
    this.#layout = layout;
    this.#state = {
      parameters: parameters.slice(),
      momentum: momentum.slice(),
      variance: variance.slice(),
    };
    this.#gradient = new Float32Array(layout.size);
    this.weights = uploadAll(runtime, unpackWeights(layout, this.#state.parameters));
  }

  async addGradients(gradients: Readonly<Record<string, DeviceArray>>, isFirst: boolean): Promise<void> {
    for (const [name, { data }] of unpackWeights(this.#layout, this.#gradient)) {
      const part = await gradientOf(gradients, name).read();
      if (isFirst) data.set(part);
      else for (let i = 0; i < data.length; i++) data[i]! += part[i]!;
    }
  }

  async step(step: number, learningRate: number, settings: AdamWSettings): Promise<number> {
    return adamwInPlace(this.#state, this.#gradient, step, learningRate, settings);
  }

  async read(): Promise<Moments> {
    const { parameters, momentum, variance } = this.#state;
    return { parameters: parameters.slice(), momentum: momentum.slice(), variance: variance.slice() };
  }

  dispose(): void {
    disposeAll(this.weights.values());
  }
}

/**
 * On the GPU: the optimizer walks over flat vectors, and the weights are then copied to arrays of their own, since a
 * graph reads whole buffers.
 */
class OnGpu implements TrainedTensors {
  readonly #kernels: Kernels;
  /** Where each tensor is in the flat vectors. */
  readonly #places: readonly { readonly name: string; readonly offset: number; readonly length: number }[];
  readonly #flat: FlatArrays;
  /** The gradient of one micro-batch. */
  readonly #part: DeviceArray;
  readonly #adamw: GpuAdamW;
  readonly weights: ReadonlyMap<string, DeviceArray>;

  constructor(runtime: Runtime, kernels: Kernels, layout: ParameterLayout, state: Moments) {
    this.#kernels = kernels;
    this.#places = layout.trainable.map(({ name, offset, shape }) => ({
      name,
      offset,
      length: sizeOf(shape),
    }));
    this.#flat = {
      parameters: runtime.upload(state.parameters),
      momentum: runtime.upload(state.momentum),
      variance: runtime.upload(state.variance),
      gradient: runtime.upload(new Float32Array(layout.size)),
    };
    this.#part = runtime.upload(new Float32Array(layout.size));
    this.#adamw = new GpuAdamW(runtime, kernels, this.#flat, this.#part, layout.size);
    this.weights = uploadAll(runtime, unpackWeights(layout, state.parameters));
  }

  async addGradients(gradients: Readonly<Record<string, DeviceArray>>, isFirst: boolean): Promise<void> {
    const to = isFirst ? this.#flat.gradient : this.#part;
    const copies = this.#places.map(({ name, offset, length }): ArrayCopy => ({
      kind: 'copy',
      from: gradientOf(gradients, name),
      to,
      toOffset: offset,
      length,
    }));
    this.#kernels.start(isFirst ? copies : [...copies, ...this.#adamw.accumulate]);
  }

  async step(step: number, learningRate: number, settings: AdamWSettings): Promise<number> {
    this.#adamw.set(step, learningRate, settings);
    const copies = this.#places.map(({ name, offset, length }): ArrayCopy => ({
      kind: 'copy',
      from: this.#flat.parameters,
      fromOffset: offset,
      to: this.weights.get(name)!,
      length,
    }));
    this.#kernels.start([...this.#adamw.update, ...copies]);
    return this.#adamw.norm();
  }

  async read(): Promise<Moments> {
    const { parameters, momentum, variance } = this.#flat;
    const [p, m, v] = await Promise.all([parameters.read(), momentum.read(), variance.read()]);
    return { parameters: p, momentum: m, variance: v };
  }

  dispose(): void {
    disposeAll([...this.weights.values(), ...Object.values(this.#flat), this.#part]);
    this.#adamw.dispose();
  }
}
