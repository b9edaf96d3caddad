/**
 * The GPU device that the engine computes on: opened with the adapter's own limits, watched for loss, and used for
 * copies in and out that leave the data's owner on the GPU.
 */
import { requestAdapter } from '../device.ts';
import type { HostArray, KernelSource } from '../runtime.ts';

/** The device is gone, and every value on it. */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
  constructor(cause: string) {
    super(
      `The GPU stopped serving this page (${cause}). Nothing stored was lost: the run is kept up to its last checkpoint. Resume it from there; if it happens again, choose the WASM device, close other pages that use the GPU, or take a smaller model or batch.`,
    );
  }
}

/** What ONNX Runtime's kernels size themselves by; the defaults are 256 MB for a buffer and 128 MB for a binding. */
const LIMITS = [
  'maxBindGroups',
  'maxBufferSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** How long an interrupted call, or the news of why it failed, is waited for. */
const SETTLE_MS = 500;

/** Where nothing was timed: long enough for a software adapter to compile all shaders of a large program. */
const ANSWER_MS = 600_000;

const FEATURES = ['shader-f16', 'subgroups'] as const satisfies readonly GPUFeatureName[];

/** A kernel with the buffers that it is started over. */
export interface BufferKernel {
  readonly kind: 'kernel';
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly workgroups: number;
}

/** A kernel or a copy, with offsets and sizes in bytes. */
export type BufferCommand =
  | BufferKernel
  | {
      readonly kind: 'copy';
      readonly from: GPUBuffer;
      readonly fromOffset: number;
      readonly to: GPUBuffer;
      readonly toOffset: number;
      readonly bytes: number;
    };

export class Gpu {
  readonly device: GPUDevice;
  readonly #pipelines = new Map<string, GPUComputePipeline>();
  #lost: DeviceLostError | null = null;
  /** What others asked of the device so far: ONNX Runtime, which makes one call at a time. */
  readonly asked = { bindGroups: 0, copies: 0 };
  /** The device's own, which are not counted. */
  readonly #createBindGroup: GPUDevice['createBindGroup'];
  readonly #createCommandEncoder: GPUDevice['createCommandEncoder'];
  #held = 0;
  readonly #loss: Promise<never>;
  /** Of a kernel, which would compute nothing from then on, of a buffer, or of any answer. */
  readonly #refusal = newRefusal();
  /** Settled once it is known of every kernel so far whether it was refused. */
  #checked: Promise<unknown> = Promise.resolve();
  /** How long a call may take until the device counts as lost. */
  answerMs = ANSWER_MS;

  constructor(device: GPUDevice) {
    this.device = device;
    // Looked up at each call, so that what counts calls there counts these too.
    const { prototype } = GPUDevice;
    this.#createBindGroup = (descriptor) => prototype.createBindGroup.call(device, descriptor);
    device.createBindGroup = (descriptor) => {
      this.asked.bindGroups++;
      return this.#createBindGroup(descriptor);
    };
    this.#createCommandEncoder = (descriptor) => prototype.createCommandEncoder.call(device, descriptor);
    device.createCommandEncoder = (descriptor) => {
      const encoder = this.#createCommandEncoder(descriptor);
      const copy = encoder.copyBufferToBuffer.bind(encoder) as (...args: unknown[]) => undefined;
      encoder.copyBufferToBuffer = (...args: unknown[]) => {
        this.asked.copies++;
        return copy(...args);
      };
      return encoder;
    };
    device.createBuffer = (descriptor) => {
      const { maxBufferSize } = device.limits;
      if (descriptor.size > maxBufferSize)
        this.#refusal.tell(
          `it allows buffers of ${megabytes(maxBufferSize)}, and this model or batch needs one of ${megabytes(descriptor.size)}`,
        );
      const buffer = prototype.createBuffer.call(device, descriptor);
      let bytes = descriptor.size;
      this.#held += bytes;
      buffer.destroy = () => {
        this.#held -= bytes;
        bytes = 0;
        return GPUBuffer.prototype.destroy.call(buffer);
      };
      return buffer;
    };
    this.#loss = Promise.race([
      device.lost.then(({ reason, message }) => message || reason),
      memoryRanOut(device),
      this.#refusal.promise,
    ]).then((cause) => {
      this.#lost = new DeviceLostError(cause);
      throw this.#lost;
    });
    this.#loss.catch(() => {});
  }

  /** Whether shaders may use float16. */
  get float16(): boolean {
    return this.device.features.has('shader-f16');
  }

  /** Bytes of the buffers that were made on the device and not destroyed, ONNX Runtime's included. */
  get held(): number {
    return this.#held;
  }

  get lost(): boolean {
    return this.#lost !== null;
  }

  /** The result of `work`, or DeviceLostError as soon as the device is gone: what waits for it would wait for ever. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    this.check();
    const result = work();
    const { answerMs } = this;
    const hung = setTimeout(() => {
      this.#refusal.tell(`it gave no answer for ${Math.round(answerMs / 1000)} seconds`);
      this.device.destroy();
    }, answerMs);
    try {
      const value = await Promise.race([result, this.#loss]);
      // What a kernel that was refused did not compute is not to be taken for its result.
      await this.#checked;
      this.check();
      return value;
    } catch (error) {
      // A loss may first show as some other failure of the call it interrupts; and that call has to end before the
      // next one may enter WebAssembly, to open another device.
      await Promise.race([Promise.allSettled([result, this.#loss]), delay(SETTLE_MS)]);
      throw this.#lost ?? error;
    } finally {
      clearTimeout(hung);
    }
  }

  /** @throws DeviceLostError when the device is gone */
  check(): void {
    if (this.#lost) throw this.#lost;
  }

  /** A new buffer of zeros. Kernels read in units of 16 bytes, so it is rounded up. */
  allocate(bytes: number): GPUBuffer {
    this.check();
    return this.device.createBuffer({
      size: roundUp(bytes),
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
  }

  /** A new buffer with this data. */
  upload(data: HostArray): GPUBuffer {
    const buffer = this.allocate(data.byteLength);
    this.write(buffer, data);
    return buffer;
  }

  /** Replaces the first values of a buffer. */
  write(buffer: GPUBuffer, data: HostArray): void {
    this.check();
    const { buffer: source, byteOffset, byteLength } = forQueue(data);
    this.device.queue.writeBuffer(buffer, 0, source, byteOffset, byteLength);
  }

  /** A kernel over these buffers or parts of them, in the order of its bindings. */
  prepare(kernel: KernelSource, buffers: readonly GPUBufferBinding[], workgroups: number): BufferKernel {
    this.check();
    this.device.pushErrorScope('validation');
    const pipeline = this.#pipelineOf(kernel);
    const entries = buffers.map((resource, binding) => ({ binding, resource }));
    const group = this.#createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    const checked = this.device.popErrorScope().then(
      (error) => error && this.#refusal.tell(`it refused the kernel “${kernel.label}”: ${error.message}`),
      () => {},
    );
    this.#checked = Promise.all([this.#checked, checked]);
    return { kind: 'kernel', pipeline, group, workgroups };
  }

  /** Starts kernels and copies in their order. */
  start(commands: readonly BufferCommand[]): void {
    this.check();
    const encoder = this.#createCommandEncoder();
    for (const command of commands) {
      if (command.kind === 'copy') {
        const { from, fromOffset, to, toOffset, bytes } = command;
        encoder.copyBufferToBuffer(from, fromOffset, to, toOffset, bytes);
        continue;
      }
      const pass = encoder.beginComputePass();
      pass.setPipeline(command.pipeline);
      pass.setBindGroup(0, command.group);
      pass.dispatchWorkgroups(command.workgroups);
      pass.end();
    }
    this.device.queue.submit([encoder.finish()]);
  }

  #pipelineOf({ label, code }: KernelSource): GPUComputePipeline {
    const known = this.#pipelines.get(code);
    if (known) return known;
    const module = this.device.createShaderModule({ label, code });
    const pipeline = this.device.createComputePipeline({
      label,
      layout: 'auto',
      compute: { module, entryPoint: 'main' },
    });
    this.#pipelines.set(code, pipeline);
    return pipeline;
  }

  /** A copy of the first `bytes` bytes, as they are when this is called. */
  download(buffer: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    return this.guard(async () => {
      const size = roundUp(bytes);
      const staging = this.device.createBuffer({
        size,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      });
      try {
        const encoder = this.#createCommandEncoder();
        encoder.copyBufferToBuffer(buffer, 0, staging, 0, size);
        this.device.queue.submit([encoder.finish()]);
        await staging.mapAsync(GPUMapMode.READ);
        return staging.getMappedRange().slice(0, bytes);
      } finally {
        staging.destroy();
      }
    });
  }
}

interface Refusal {
  readonly promise: Promise<string>;
  readonly tell: (cause: string) => void;
}

function newRefusal(): Refusal {
  let tell: (cause: string) => void = () => {};
  const promise = new Promise<string>((resolve) => {
    tell = resolve;
  });
  return { promise, tell };
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What was to be in the memory is missing from then on, so the values on the device cannot be trusted. */
const memoryRanOut = (device: GPUDevice): Promise<string> =>
  new Promise((resolve) => {
    device.addEventListener('uncapturederror', ({ error }) => {
      if (error instanceof GPUOutOfMemoryError) resolve(`out of memory: ${error.message}`);
    });
  });

/** What the queue takes: whole words, and no view of shared memory. */
function forQueue(data: HostArray): ArrayBufferView<ArrayBuffer> {
  if (data.byteLength % 4 === 0 && data.buffer instanceof ArrayBuffer) return data as Int32Array<ArrayBuffer>;
  const words = new Uint8Array(4 * Math.ceil(data.byteLength / 4));
  words.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return words;
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;

const roundUp = (bytes: number): number => Math.max(16, Math.ceil(bytes / 16) * 16);

/**
 * Opens the adapter's device with all it has to offer.
 * @throws DeviceLostError when the adapter refuses
 */
export async function openGpu(): Promise<Gpu> {
  const adapter = await requestAdapter();
  if (!adapter) throw new DeviceLostError('the browser no longer offers an adapter');
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]));
  const requiredFeatures = FEATURES.filter((name) => adapter.features.has(name));
  try {
    return new Gpu(await adapter.requestDevice({ requiredLimits, requiredFeatures }));
  } catch (error) {
    throw new DeviceLostError(`no device could be opened: ${String(error)}`);
  }
}
