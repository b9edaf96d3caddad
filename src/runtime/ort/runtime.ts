/** Graphs on ONNX Runtime Web: no type of it leaves this folder. */
import type * as Ort from 'onnxruntime-web';
import { messageOf } from '../../errors.ts';
import { type Shape, sizeOf } from '../../graph/index.ts';
import { emitOnnx, encodeModel } from '../../graph/onnx/index.ts';
import type { DeviceKind } from '../device.ts';
import {
  type DeviceArray,
  type HostArray,
  type Program,
  type ProgramInput,
  RuntimeError,
  type RunResult,
  type Runtime,
} from '../runtime.ts';
import type { Gpu } from './gpu.ts';

/** A tensor on the device. */
class OrtArray implements DeviceArray {
  readonly #gpu: Gpu | null;

  constructor(
    readonly tensor: Ort.Tensor,
    gpu: Gpu | null,
  ) {
    this.#gpu = gpu;
  }

  async read(): Promise<Float32Array> {
    if (!this.#gpu) return this.tensor.data as Float32Array;
    // Not the tensor's own getData: it moves the tensor to host memory for good.
    return new Float32Array(
      await this.#gpu.download(this.tensor.gpuBuffer as GPUBuffer, 4 * this.tensor.size),
    );
  }

  dispose(): void {
    this.tensor.dispose();
  }
}

/**
 * Runs one call after the other. The WebGPU build suspends WebAssembly in the middle of a call, and cannot enter it
 * again before that call has ended.
 */
class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

/** One for all runtimes of the thread: they share one WebAssembly instance. */
const gpuTurns = new Turns();

/**
 * A runtime over an initialised ONNX Runtime module.
 * @param gpu the device to compute on when the kind is `webgpu`; its loss ends every call with DeviceLostError
 */
export function createRuntime(
  ort: typeof Ort,
  kind: DeviceKind,
  threads: number,
  gpu: Gpu | null = null,
): Runtime {
  const toTensor = (data: HostArray, shape: Shape): Ort.Tensor =>
    data instanceof Float32Array
      ? new ort.Tensor('float32', data, shape)
      : new ort.Tensor('int32', data, shape);
  const call: Call = gpu
    ? (work) => gpuTurns.take(() => gpu.guard(work))
    : // WASM computes before it returns, so calls cannot overlap.
      (work) => work();

  return {
    kind,
    threads,
    async compile(outputs, { keep = [] } = {}) {
      const graph = emitOnnx(outputs, kind);
      const location = Object.fromEntries(
        Object.keys(outputs).map((name) => [name, keep.includes(name) ? 'gpu-buffer' : 'cpu'] as const),
      );
      const options: Ort.InferenceSession.SessionOptions = gpu
        ? {
            // Shapes are static, so buffers of exactly their sizes are reused: a fifth less memory than size classes.
            executionProviders: [{ name: 'webgpu', device: gpu.device, storageBufferCacheMode: 'simple' }],
            preferredOutputLocation: location,
          }
        : { executionProviders: [kind] };
      const session = await call(() =>
        ort.InferenceSession.create(encodeModel(graph), { ...options, graphOptimizationLevel: 'all' }),
      ).catch((error: unknown) => {
        throw startError(error, ort.env.wasm.wasmPaths) ?? error;
      });
      return new OrtProgram(session, graph.inputs, new Set(keep), { toTensor, call, gpu });
    },
    upload(data, shape = [data.length]) {
      if (!gpu) return new OrtArray(toTensor(data, shape), null);
      const buffer = gpu.upload(data);
      const tensor = ort.Tensor.fromGpuBuffer(buffer, {
        dataType: data instanceof Float32Array ? 'float32' : 'int32',
        dims: shape,
        dispose: () => buffer.destroy(),
      });
      return new OrtArray(tensor, gpu);
    },
  };
}

/** What ONNX Runtime says when its own program, not a graph, failed to start; `null` for any other error. */
function startError(cause: unknown, paths: Ort.Env.WebAssemblyFlags['wasmPaths']): RuntimeError | null {
  const message = messageOf(cause);
  if (!message.includes('no available backend found')) return null;
  const file = typeof paths === 'object' ? String(paths.wasm) : 'ort-wasm';
  return new RuntimeError(
    `The engine did not start: ${file} is missing, is not WebAssembly, or there is no memory for it (${message}). Serve the site whole, with .wasm files as they are, then try again.`,
    { cause },
  );
}

const isHostArray = (value: HostArray | DeviceArray): value is HostArray => ArrayBuffer.isView(value);

/** Runs a call into ONNX Runtime when it may be made. */
type Call = <T>(work: () => Promise<T>) => Promise<T>;

interface Context {
  readonly toTensor: (data: HostArray, shape: Shape) => Ort.Tensor;
  readonly call: Call;
  readonly gpu: Gpu | null;
}

class OrtProgram implements Program {
  readonly #session: Ort.InferenceSession;
  readonly inputs: readonly ProgramInput[];
  readonly #keep: ReadonlySet<string>;
  readonly #context: Context;

  constructor(
    session: Ort.InferenceSession,
    inputs: readonly ProgramInput[],
    keep: ReadonlySet<string>,
    context: Context,
  ) {
    this.#session = session;
    this.inputs = inputs;
    this.#keep = keep;
    this.#context = context;
  }

  async run(feeds: Readonly<Record<string, HostArray | DeviceArray>>): Promise<RunResult> {
    const tensors: Record<string, Ort.Tensor> = {};
    for (const { name, type, shape } of this.inputs) {
      const value = feeds[name];
      if (!value) throw new RuntimeError(`The graph needs a value for its input ${name}.`);
      if (value instanceof OrtArray) tensors[name] = value.tensor;
      else if (!isHostArray(value)) throw new RuntimeError(`Input ${name} is on another device.`);
      else {
        const fits = value instanceof Float32Array ? type === 'f32' : type === 'i32';
        if (!fits || value.length !== sizeOf(shape))
          throw new RuntimeError(
            `Input ${name} must be ${type} [${shape.join(', ')}], not ${value.length} values of another kind or number.`,
          );
        tensors[name] = this.#context.toTensor(value, shape);
      }
    }
    const results = await this.#context.call(() => this.#session.run(tensors));
    const values: Record<string, HostArray> = {};
    const kept: Record<string, DeviceArray> = {};
    for (const [name, tensor] of Object.entries(results)) {
      if (this.#keep.has(name)) kept[name] = new OrtArray(tensor, this.#context.gpu);
      else values[name] = tensor.data as HostArray;
    }
    return { values, kept };
  }

  release(): Promise<void> {
    const { call, gpu } = this.#context;
    // What a lost device held is gone already; the session itself can still be freed.
    return gpu?.lost
      ? gpuTurns.take(() => this.#session.release().catch(() => {}))
      : call(() => this.#session.release());
  }
}
