/** What runs graphs, whatever it is made of. A {@link Program} is a compiled graph. */
import type { Shape, Tensor } from '../graph/index.ts';
import type { DeviceKind } from './device.ts';

export type HostArray = Float32Array | Int32Array;

export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
}

/** A value that stays where it was computed: on the GPU a buffer, on WASM the same array that the host sees. */
export interface DeviceArray {
  /** The values; on WASM the array itself, on the GPU a copy. */
  read(): Promise<Float32Array>;
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
  compile(outputs: Outputs, options?: CompileOptions): Promise<Program>;
  /** Copies an array to the device. */
  upload(data: HostArray, shape?: Shape): DeviceArray;
}
