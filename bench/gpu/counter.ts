/**
 * Counts what a page asks of its GPU, at the interface that every engine uses. On small models these calls are the
 * speed, and they are the same on every adapter: a software one will do.
 */

export interface GpuCounts {
  /** Kernels started. */
  readonly dispatches: number;
  readonly submits: number;
  readonly bindGroups: number;
  /** Buffers mapped to be read: each makes the host wait for the GPU. */
  readonly readbacks: number;
  readonly buffers: number;
  readonly bytesWritten: number;
  readonly bytesRead: number;
  /** Copies between buffers. */
  readonly copies: number;
  /** Dispatches by the label of their pipeline, most first. */
  readonly kernels: Readonly<Record<string, number>>;
}

type Countable = Exclude<keyof GpuCounts, 'kernels'>;

const ZERO: Readonly<Record<Countable, number>> = {
  dispatches: 0,
  submits: 0,
  bindGroups: 0,
  readbacks: 0,
  buffers: 0,
  bytesWritten: 0,
  bytesRead: 0,
  copies: 0,
};

type Method<T> = { [K in keyof T]: T[K] extends (...args: never[]) => unknown ? K : never }[keyof T];
type Arguments<T, K extends Method<T>> = T[K] extends (...args: infer A) => unknown ? A : never;

export class GpuCounter {
  #counts = { ...ZERO };
  readonly #kernels = new Map<string, number>();
  readonly #pipelines = new WeakMap<object, string>();
  readonly #current = new WeakMap<object, string>();
  /** Bytes of the buffers that were made and not destroyed. */
  readonly #alive = new Map<GPUBuffer, number>();
  readonly #restore: (() => void)[] = [];

  /** From now on every call is counted, whichever engine makes it. */
  constructor() {
    const { prototype: device } = GPUDevice;
    this.#before(device, 'createBindGroup', () => this.#add('bindGroups'));
    this.#after(device, 'createBuffer', (buffer, _device, [{ size, mappedAtCreation }]) => {
      this.#add('buffers');
      if (mappedAtCreation) this.#add('bytesWritten', size);
      this.#alive.set(buffer, size);
    });
    this.#after(device, 'createComputePipeline', (pipeline, _device, [{ label }]) => {
      this.#pipelines.set(pipeline, label ?? '');
    });
    this.#before(GPUBuffer.prototype, 'destroy', (buffer) => this.#alive.delete(buffer));
    this.#before(GPUBuffer.prototype, 'mapAsync', (buffer, [mode, , size]) => {
      if ((mode & GPUMapMode.READ) === 0) return;
      this.#add('readbacks');
      this.#add('bytesRead', size ?? buffer.size);
    });
    this.#before(GPUQueue.prototype, 'submit', () => this.#add('submits'));
    this.#before(GPUQueue.prototype, 'writeBuffer', (_queue, [, , data, offset, size]) => {
      const unit = ArrayBuffer.isView(data) ? ((data as Partial<Uint8Array>).BYTES_PER_ELEMENT ?? 1) : 1;
      this.#add('bytesWritten', size === undefined ? data.byteLength - (offset ?? 0) * unit : size * unit);
    });
    this.#before(GPUCommandEncoder.prototype, 'copyBufferToBuffer', () => this.#add('copies'));
    const { prototype: pass } = GPUComputePassEncoder;
    this.#before(pass, 'setPipeline', (encoder, [pipeline]) => {
      this.#current.set(encoder, this.#pipelines.get(pipeline) ?? pipeline.label);
    });
    for (const dispatch of ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect'] as const)
      this.#before(pass, dispatch, (encoder) => {
        this.#add('dispatches');
        const label = this.#current.get(encoder) ?? '';
        this.#kernels.set(label, (this.#kernels.get(label) ?? 0) + 1);
      });
  }

  /** What was asked since the last call of this, or since the start. */
  take(): GpuCounts {
    const kernels = Object.fromEntries([...this.#kernels].sort(([, a], [, b]) => b - a));
    const counts = { ...this.#counts, kernels };
    this.#counts = { ...ZERO };
    this.#kernels.clear();
    return counts;
  }

  /** Bytes of all buffers that were made since the start and not destroyed. */
  get held(): number {
    return [...this.#alive.values()].reduce((total, size) => total + size, 0);
  }

  /** Leaves the interface as it was. */
  stop(): void {
    for (const undo of this.#restore.reverse()) undo();
  }

  #add(what: Countable, amount = 1): void {
    this.#counts[what] += amount;
  }

  #before<T extends object, K extends Method<T>>(
    prototype: T,
    name: K,
    look: (self: T, args: Arguments<T, K>) => void,
  ): void {
    const original = prototype[name] as (...args: unknown[]) => unknown;
    prototype[name] = function counted(this: T, ...args: unknown[]) {
      look(this, args as Arguments<T, K>);
      return original.apply(this, args);
    } as T[K];
    this.#restore.push(() => (prototype[name] = original as T[K]));
  }

  #after<T extends object, K extends Method<T>>(
    prototype: T,
    name: K,
    look: (
      result: T[K] extends (...args: never[]) => infer R ? R : never,
      self: T,
      args: Arguments<T, K>,
    ) => void,
  ): void {
    const original = prototype[name] as (...args: unknown[]) => unknown;
    prototype[name] = function counted(this: T, ...args: unknown[]) {
      const result = original.apply(this, args);
      look(result as never, this, args as Arguments<T, K>);
      return result;
    } as T[K];
    this.#restore.push(() => (prototype[name] = original as T[K]));
  }
}

/** Two counts joined number by number; a kernel that one of them lacks counts as 0. */
export function combine(a: GpuCounts, b: GpuCounts, join: (a: number, b: number) => number): GpuCounts {
  const { kernels, ...own } = a;
  const names = new Set([...Object.keys(kernels), ...Object.keys(b.kernels)]);
  const joined = [...names].map((name) => [name, join(kernels[name] ?? 0, b.kernels[name] ?? 0)] as const);
  const numbers = (Object.keys(own) as Countable[]).map((name) => [name, join(a[name], b[name])] as const);
  return {
    ...(Object.fromEntries(numbers) as Record<Countable, number>),
    kernels: Object.fromEntries(joined.filter(([, n]) => n !== 0).sort(([, m], [, n]) => n - m)),
  };
}
