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
  dispose(): void;
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
  /** Copies an array to the device. */
  upload(data: HostArray, shape?: Shape): DeviceArray;
}
