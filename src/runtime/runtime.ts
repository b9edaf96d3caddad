/**
 * Graphs on ONNX Runtime Web. A {@link Program} is a compiled graph; a {@link DeviceArray} is a value that stays where
 * it was computed.
 */
import type * as Ort from 'onnxruntime-web';
import { emitOnnx, encodeModel, type Shape, sizeOf, type Tensor } from '../graph/index.ts';
import type { DeviceKind } from './device.ts';

export type HostArray = Float32Array | Int32Array;

export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
}

/** A tensor on the device: on the GPU a buffer, on WASM the same array that the host sees. */
export class DeviceArray {
  constructor(readonly tensor: Ort.Tensor) {}

  async read(): Promise<Float32Array> {
    const data = await this.tensor.getData();
    return data as Float32Array;
  }

  dispose(): void {
    this.tensor.dispose();
  }
}

export interface Program {
  /** Runs once; outputs named in `keep` stay on the device, the others come back as arrays. */
  run(feeds: Readonly<Record<string, HostArray | DeviceArray>>): Promise<RunResult>;
  release(): Promise<void>;
}

export interface RunResult {
  readonly values: Readonly<Record<string, HostArray>>;
  readonly kept: Readonly<Record<string, DeviceArray>>;
}

export interface CompileOptions {
  /** Outputs to leave on the device. */
  readonly keep?: readonly string[];
}

export interface Runtime {
  readonly kind: DeviceKind;
  readonly threads: number;
  compile(outputs: Readonly<Record<string, Tensor>>, options?: CompileOptions): Promise<Program>;
  /** Copies an array to the device. */
  upload(data: HostArray, shape?: Shape): DeviceArray;
}

/** A runtime over an initialised ONNX Runtime module. */
export function createRuntime(ort: typeof Ort, kind: DeviceKind, threads: number): Runtime {
  const toTensor = (data: HostArray, shape: Shape): Ort.Tensor =>
    data instanceof Float32Array
      ? new ort.Tensor('float32', data, shape)
      : new ort.Tensor('int32', data, shape);

  return {
    kind,
    threads,
    async compile(outputs, { keep = [] } = {}) {
      const graph = emitOnnx(outputs, kind);
      const location = Object.fromEntries(
        Object.keys(outputs).map((name) => [name, keep.includes(name) ? 'gpu-buffer' : 'cpu'] as const),
      );
      const session = await ort.InferenceSession.create(encodeModel(graph), {
        executionProviders: [kind],
        graphOptimizationLevel: 'all',
        ...(kind === 'webgpu' ? { preferredOutputLocation: location } : {}),
      });
      return new OrtProgram(session, graph.inputs, new Set(keep), toTensor);
    },
    upload(data, shape = [data.length]) {
      return new DeviceArray(toTensor(data, shape));
    },
  };
}

class OrtProgram implements Program {
  readonly #session: Ort.InferenceSession;
  readonly #inputs: readonly { readonly name: string; readonly type: string; readonly shape: Shape }[];
  readonly #keep: ReadonlySet<string>;
  readonly #toTensor: (data: HostArray, shape: Shape) => Ort.Tensor;

  constructor(
    session: Ort.InferenceSession,
    inputs: readonly { readonly name: string; readonly type: string; readonly shape: Shape }[],
    keep: ReadonlySet<string>,
    toTensor: (data: HostArray, shape: Shape) => Ort.Tensor,
  ) {
    this.#session = session;
    this.#inputs = inputs;
    this.#keep = keep;
    this.#toTensor = toTensor;
  }

  async run(feeds: Readonly<Record<string, HostArray | DeviceArray>>): Promise<RunResult> {
    const tensors: Record<string, Ort.Tensor> = {};
    for (const { name, type, shape } of this.#inputs) {
      const value = feeds[name];
      if (!value) throw new RuntimeError(`The graph needs a value for its input ${name}.`);
      if (value instanceof DeviceArray) tensors[name] = value.tensor;
      else {
        const fits = value instanceof Float32Array ? type === 'f32' : type === 'i32';
        if (!fits || value.length !== sizeOf(shape))
          throw new RuntimeError(
            `Input ${name} must be ${type} [${shape.join(', ')}], not ${value.length} values of another kind or number.`,
          );
        tensors[name] = this.#toTensor(value, shape);
      }
    }
    const results = await this.#session.run(tensors);
    const values: Record<string, HostArray> = {};
    const kept: Record<string, DeviceArray> = {};
    for (const [name, tensor] of Object.entries(results)) {
      if (this.#keep.has(name)) kept[name] = new DeviceArray(tensor);
      else values[name] = tensor.data as HostArray;
    }
    return { values, kept };
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
