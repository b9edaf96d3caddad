/** What runs graphs, whatever it is made of. A {@link Program} is a compiled graph. */
import type { Shape, Tensor } from '../graph/index.ts';
import type { DeviceKind } from './device.ts';

/** Values of f32, i32 and f16, the last as bit patterns. */
export type HostArray = Float32Array | Int32Array | Uint16Array;
export type HostType = 'f32' | 'i32' | 'f16';

export const typeOfArray = (data: HostArray): HostType =>
  data instanceof Float32Array ? 'f32' : data instanceof Int32Array ? 'i32' : 'f16';

export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
}

/** A value that stays where it was computed: on the GPU a buffer, on WASM the same array that the host sees. */
export interface DeviceArray {
  readonly type: HostType;
  /**
   * The values of an f32 array; on WASM the array itself, on the GPU a copy.
   * @throws RuntimeError for an array of another type
   */
  read(): Promise<Float32Array>;
  /** The same for an f16 array: its bit patterns. */
  readFloat16(): Promise<Uint16Array>;
  /**
   * Replaces the values: what is started from now on sees the new ones.
   * @throws RuntimeError for values of another type or number
   */
  write(data: HostArray): void;
  dispose(): void;
}

/** What a {@link Kernel} is made of. */
export interface KernelSource {
  /** For messages and measurements. */
  readonly label: string;
  /** WGSL with an entry point `main` and storage buffers alone, bound in group 0 from 0 on. */
  readonly code: string;
}

/** A kernel over certain arrays, ready to be started any number of times. */
export interface PreparedKernel {
  readonly kind: 'kernel';
}

/** A copy of values from one array into another; offsets and length count values. */
export interface ArrayCopy {
  readonly kind: 'copy';
  readonly from: DeviceArray;
  readonly fromOffset?: number;
  readonly to: DeviceArray;
  readonly toOffset?: number;
  readonly length: number;
}

/** A part of an array, in values; it begins at a multiple of 256 bytes. */
export interface ArraySlice {
  readonly array: DeviceArray;
  readonly offset: number;
  readonly length: number;
}

/** Kernels of our own, on the device and in the queue of the programs, so that neither waits for the other. */
export interface Kernels {
  /** Of an array, or a part of one, that a kernel can be bound to. */
  readonly bindingBytes: number;
  /** @param arrays in the order of the kernel's bindings */
  prepare(
    kernel: KernelSource,
    arrays: readonly (DeviceArray | ArraySlice)[],
    workgroups: number,
  ): PreparedKernel;
  /** Starts the commands in their order, all in one submission. */
  start(commands: readonly (PreparedKernel | ArrayCopy)[]): void;
}

export interface ProgramInput {
  readonly name: string;
  readonly type: string;
  readonly shape: Shape;
}

export interface Program {
  readonly inputs: readonly ProgramInput[];
  /** Runs once; outputs named in `keep` stay on the device, the others come back as arrays. */
  run(feeds: Readonly<Record<string, HostArray | DeviceArray>>): Promise<RunResult>;
  release(): Promise<void>;
}

export interface RunResult {
  readonly values: Readonly<Record<string, HostArray>>;
  readonly kept: Readonly<Record<string, DeviceArray>>;
}

/**
 * A program over arrays that are always the same, so that a device may record what it starts and repeat that. It may do
 * a run twice, so what it computes must not depend on what it replaces in a way that makes a difference.
 */
export interface BoundProgram {
  /** Whether the device repeats a record of it. */
  readonly isCaptured: boolean;
  /** Starts a run; what is asked of the arrays afterwards sees its results. */
  run(): Promise<void>;
  release(): Promise<void>;
}

/** Arrays by the names of the graph's inputs and outputs. */
export interface Bindings {
  readonly inputs: Readonly<Record<string, DeviceArray>>;
  /** What each output replaces, which may be among the arrays of the inputs. */
  readonly outputs: Readonly<Record<string, DeviceArray>>;
}

export interface CompileOptions {
  /** Outputs to leave on the device. */
  readonly keep?: readonly string[];
}

/** The outputs of a graph by name. */
export type Outputs = Readonly<Record<string, Tensor>>;

export interface Runtime {
  readonly kind: DeviceKind;
  readonly threads: number;
  /** Whether programs may hold f16 values: everywhere but on a GPU without the WebGPU feature `shader-f16`. */
  readonly float16: boolean;
  /** @throws RuntimeError when the program holds f16 values and the device cannot */
  compile(outputs: Outputs, options?: CompileOptions): Promise<Program>;
  /**
   * Compiles a graph over these arrays; a GPU records it, unless it cannot or `capture` is false.
   * @throws RuntimeError when an input has no array, or one of another type
   */
  bind(outputs: Outputs, bindings: Bindings, options?: { readonly capture?: boolean }): Promise<BoundProgram>;
  /** Copies an array to the device; on WASM the array itself is used. */
  upload(data: HostArray, shape?: Shape): DeviceArray;
  /** An array of zeros. */
  allocate(shape: Shape, type: HostType): DeviceArray;
  /** `null` where there is no GPU. */
  readonly kernels: Kernels | null;
  /** Bytes of the GPU's memory that are in use, by all runtimes of the thread; 0 where there is none. */
  held(): number;
}
