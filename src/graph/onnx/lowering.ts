import type { DType, Shape } from '../tensor.ts';

/** Where the graph will run; a few operators have a better form on one of the two. */
export type Target = 'wasm' | 'webgpu';

export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'graph'; readonly value: OnnxGraph };

export type OnnxType = DType | 'i64';

export interface OnnxNode {
  readonly type: string;
  /** `com.microsoft` for ONNX Runtime's own operators. */
  readonly domain?: 'com.microsoft';
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: Shape;
}

export interface OnnxInitializer extends OnnxValue {
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

export interface OnnxGraph {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly initializers: readonly OnnxInitializer[];
  readonly nodes: readonly OnnxNode[];
}

export interface EmitOptions {
  readonly outputs?: number;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  readonly domain?: 'com.microsoft';
}

/** What an operator sees while it is lowered: a place to put nodes and constants. */
export interface Lowering {
  readonly target: Target;
  /** Adds a node and returns the names of its outputs. */
  emitAll(type: string, inputs: readonly string[], options?: EmitOptions): readonly string[];
  /** Adds a node with one output and returns its name. */
  emit(type: string, inputs: readonly string[], options?: EmitOptions): string;
  /**
   * Like `emit`, but in the outermost graph that knows the inputs, and only once: a loop body does not repeat what
   * never changes.
   */
  hoist(type: string, inputs: readonly string[], options?: EmitOptions): string;
  /** A constant, shared when the same one was asked for before. */
  constant(type: OnnxType, shape: Shape, data: readonly number[]): string;
  fresh(hint: string): string;
}

export const int = (value: number): OnnxAttribute => ({ kind: 'int', value });
export const ints = (value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value });
export const float = (value: number): OnnxAttribute => ({ kind: 'float', value });
export const string = (value: string): OnnxAttribute => ({ kind: 'string', value });
