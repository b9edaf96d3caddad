/** Graphs on ONNX Runtime Web: no type of it leaves this folder. */
import type * as Ort from 'onnxruntime-web';
import { messageOf } from '../../errors.ts';
import { type Shape, sizeOf } from '../../graph/index.ts';
import { emitOnnx, encodeModel, usesFloat16 } from '../../graph/onnx/index.ts';
import type { DeviceKind } from '../device.ts';
import { type Call, capturing, openBound } from './bound.ts';
import {
  type ArraySlice,
  type DeviceArray,
  type HostArray,
  type HostType,
  type Kernels,
  type Outputs,
  type Program,
  type ProgramInput,
  RuntimeError,
  type RunResult,
  type Runtime,
  typeOfArray,
} from '../runtime.ts';
import type { BufferCommand, BufferKernel, Gpu } from './gpu.ts';

const ORT_TYPES = { f32: 'float32', i32: 'int32', f16: 'float16' } as const satisfies Record<
  HostType,
  string
>;
const ARRAYS = { f32: Float32Array, i32: Int32Array, f16: Uint16Array } as const;
const TYPES: Readonly<Record<string, HostType>> = { float32: 'f32', int32: 'i32', float16: 'f16' };

/** The values of a tensor in host memory; where engines have a Float16Array, ONNX Runtime uses it. */
function hostData({ type, data }: Ort.Tensor): HostArray {
  if (type !== 'float16') return data as HostArray;
  const { buffer, byteOffset, length } = data as Uint16Array;
  return new Uint16Array(buffer, byteOffset, length);
}

/** A tensor on the device. */
class OrtArray implements DeviceArray {
  readonly #gpu: Gpu | null;

  constructor(
    readonly tensor: Ort.Tensor,
    gpu: Gpu | null,
  ) {
    this.#gpu = gpu;
  }

  get type(): HostType {
    return TYPES[this.tensor.type]!;
  }

  async read(): Promise<Float32Array> {
    this.#require('f32');
    return this.#gpu
      ? new Float32Array(await this.#download(this.#gpu, 4))
      : (this.tensor.data as Float32Array);
  }

  async readFloat16(): Promise<Uint16Array> {
    this.#require('f16');
    return this.#gpu
      ? new Uint16Array(await this.#download(this.#gpu, 2))
      : (hostData(this.tensor) as Uint16Array);
  }

  #require(type: HostType): void {
    if (this.type !== type) throw new RuntimeError(`This array holds ${this.type} values and not ${type}.`);
  }

  /** Not the tensor's own getData: it moves the tensor to host memory for good. */
  #download(gpu: Gpu, bytesPerElement: number): Promise<ArrayBuffer> {
    return gpu.download(this.buffer, bytesPerElement * this.tensor.size);
  }

  write(data: HostArray): void {
    if (typeOfArray(data) !== this.type || data.length !== this.tensor.size)
      throw new RuntimeError(
        `This array holds ${this.tensor.size} values of ${this.type}, not ${data.length} of ${typeOfArray(data)}.`,
      );
    if (this.#gpu) this.#gpu.write(this.buffer, data);
    else hostData(this.tensor).set(data);
  }

  /** Where it is on the GPU. */
  get buffer(): GPUBuffer {
    return this.tensor.gpuBuffer as GPUBuffer;
  }

  get bytesPerValue(): number {
    return this.type === 'f16' ? 2 : 4;
  }

  dispose(): void {
    this.tensor.dispose();
  }
}

function kernelsOn(gpu: Gpu): Kernels {
  const on = (array: DeviceArray): OrtArray => {
    if (array instanceof OrtArray) return array;
    throw new RuntimeError('An array of a kernel is on another device.');
  };
  const bindingOf = (part: DeviceArray | ArraySlice): GPUBufferBinding => {
    if (!('array' in part)) return { buffer: on(part).buffer };
    const { buffer, bytesPerValue: bytes } = on(part.array);
    return { buffer, offset: bytes * part.offset, size: bytes * part.length };
  };
  return {
    get bindingBytes() {
      return gpu.device.limits.maxStorageBufferBindingSize;
    },
    prepare: (kernel, arrays, workgroups) => gpu.prepare(kernel, arrays.map(bindingOf), workgroups),
    start: (commands) =>
      gpu.start(
        commands.map((command): BufferCommand => {
          if (command.kind === 'kernel') return command as BufferKernel;
          const [from, to] = [on(command.from), on(command.to)];
          const bytes = from.bytesPerValue;
          return {
            kind: 'copy',
            from: from.buffer,
            fromOffset: bytes * (command.fromOffset ?? 0),
            to: to.buffer,
            toOffset: bytes * (command.toOffset ?? 0),
            bytes: bytes * command.length,
          };
        }),
      ),
  };
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
    new ort.Tensor(ORT_TYPES[typeOfArray(data)], data, shape);
  const float16 = gpu?.float16 ?? true;
  const call: Call = gpu
    ? (work) => gpuTurns.take(() => gpu.guard(work))
    : // WASM computes before it returns, so calls cannot overlap.
      (work) => work();

  const release = (session: Ort.InferenceSession): Promise<void> =>
    // What a lost device held is gone already; the session itself can still be freed.
    gpu?.lost ? gpuTurns.take(() => session.release().catch(() => {})) : call(() => session.release());
  const open = async (
    outputs: Outputs,
    locations: (name: string) => 'cpu' | 'gpu-buffer',
    { isCaptured = false, isBound = false } = {},
  ): Promise<{ session: Ort.InferenceSession; inputs: readonly ProgramInput[] }> => {
    const graph = emitOnnx(outputs, kind, { computedOutputs: isBound });
    if (!float16 && usesFloat16(graph))
      throw new RuntimeError(
        'This GPU does not compute with 16-bit floats (it lacks the WebGPU feature shader-f16), and this program holds values of that type. Choose the WASM device, or weights stored as 32-bit floats.',
      );
    const options: Ort.InferenceSession.SessionOptions = gpu
      ? {
          // Shapes are static, so buffers of exactly their sizes are reused: a fifth less memory than size classes.
          executionProviders: [{ name: 'webgpu', device: gpu.device, storageBufferCacheMode: 'simple' }],
          preferredOutputLocation: Object.fromEntries(
            Object.keys(outputs).map((name) => [name, locations(name)] as const),
          ),
        }
      : { executionProviders: [kind] };
    const all = { ...options, graphOptimizationLevel: 'all' } as const;
    const session = await call(() =>
      ort.InferenceSession.create(encodeModel(graph), isCaptured ? capturing(all) : all),
    ).catch((error: unknown) => {
      throw startError(error, ort.env.wasm.wasmPaths) ?? error;
    });
    return { session, inputs: graph.inputs };
  };

  const onGpu = (own: Gpu, buffer: GPUBuffer, type: HostType, dims: Shape): OrtArray =>
    new OrtArray(
      ort.Tensor.fromGpuBuffer(buffer, {
        dataType: ORT_TYPES[type],
        dims,
        dispose: () => buffer.destroy(),
      }),
      own,
    );

  return {
    kind,
    threads,
    float16,
    kernels: gpu && kernelsOn(gpu),
    held: () => gpu?.held ?? 0,
    async compile(outputs, { keep = [] } = {}) {
      const locations = (name: string) => (keep.includes(name) ? 'gpu-buffer' : 'cpu');
      const { session, inputs } = await open(outputs, locations);
      return new OrtProgram(session, inputs, new Set(keep), { toTensor, call, release, gpu });
    },
    async bind(outputs, bindings, { capture = true } = {}) {
      const start = async (isCaptured: boolean) => {
        const { session, inputs } = await open(outputs, () => 'gpu-buffer', { isCaptured, isBound: true });
        return { session, feeds: boundTo(inputs, bindings.inputs) };
      };
      const results = boundTo(
        Object.entries(outputs).map(([name, { dtype, shape }]) => ({ name, type: dtype, shape })),
        bindings.outputs,
      );
      return openBound({ start, results, call, release, gpu, capture });
    },
    upload(data, shape = [data.length]) {
      return gpu
        ? onGpu(gpu, gpu.upload(data), typeOfArray(data), shape)
        : new OrtArray(toTensor(data, shape), null);
    },
    allocate(shape, type) {
      const { BYTES_PER_ELEMENT: bytes } = ARRAYS[type];
      return gpu
        ? onGpu(gpu, gpu.allocate(bytes * sizeOf(shape)), type, shape)
        : new OrtArray(toTensor(new ARRAYS[type](sizeOf(shape)), shape), null);
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

interface Context {
  readonly toTensor: (data: HostArray, shape: Shape) => Ort.Tensor;
  readonly call: Call;
  readonly release: (session: Ort.InferenceSession) => Promise<void>;
  readonly gpu: Gpu | null;
}

/** The tensors of arrays, for a graph with these inputs or outputs. */
function boundTo(
  values: readonly ProgramInput[],
  arrays: Readonly<Record<string, DeviceArray>>,
): Record<string, Ort.Tensor> {
  return Object.fromEntries(
    values.map(({ name, type, shape }) => {
      const array = arrays[name];
      if (!(array instanceof OrtArray))
        throw new RuntimeError(`No array of this device is given for ${name}.`);
      if (array.type !== type || array.tensor.dims.join() !== shape.join())
        throw new RuntimeError(
          `${name} must be ${type} [${shape.join(', ')}]; its array holds ${array.type} [${array.tensor.dims.join(', ')}].`,
        );
      return [name, array.tensor];
    }),
  );
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
      if (value instanceof OrtArray) {
        if (value.type !== type)
          throw new RuntimeError(
            `Input ${name} must be ${type}; the array on the device holds ${value.type}.`,
          );
        tensors[name] = value.tensor;
      } else if (!isHostArray(value)) throw new RuntimeError(`Input ${name} is on another device.`);
      else {
        if (typeOfArray(value) !== type || value.length !== sizeOf(shape))
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
      else values[name] = hostData(tensor);
    }
    return { values, kept };
  }

  release(): Promise<void> {
    return this.#context.release(this.#session);
  }
}
