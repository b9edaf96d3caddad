/** The ONNX graph as plain data, and what a rule sees while it turns an operator into a part of it. */
import type { Target } from '../target.ts';
import type { DType, Node, Shape, Tensor } from '../tensor.ts';

export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'graph'; readonly value: OnnxGraph };

export type OnnxType = DType | 'i64';

/** Codes of TensorProto.DataType. */
export const DATA_TYPES: Readonly<Record<OnnxType, number>> = {
  f32: 1,
  i32: 6,
  i64: 7,
  bool: 9,
  f16: 10,
};

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

/** Row-major values; float16 as bit patterns. */
export type InitializerData = Float32Array | Int32Array | BigInt64Array | Uint8Array | Uint16Array;

export interface OnnxInitializer extends OnnxValue {
  readonly data: InitializerData;
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

/** What a rule sees: a place to put nodes and constants. */
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
  constant(type: OnnxType, shape: Shape, data: ArrayLike<number>): string;
  fresh(hint: string): string;
  /** Whether anything that is computed reads this tensor. */
  isUsed(tensor: Tensor): boolean;
  /** A graph inside this one, which sees the names of this one. `build` says what goes in and comes out. */
  nested(build: (body: NestedLowering) => Pick<OnnxGraph, 'inputs' | 'outputs'>): OnnxGraph;
}

/** A nested graph under construction. */
export interface NestedLowering extends Lowering {
  /** Lets a tensor stand for a value of this graph. */
  bind(tensor: Tensor, name: string): void;
  /** Name of the tensor's value, emitting what is needed for it. */
  name(tensor: Tensor): string;
}

/** A node as its rule sees it. */
export type RuleNode = Omit<Node, 'operator'>;

/** What an operator becomes: adds ONNX nodes and returns the names of the outputs. */
export type Rule = (node: RuleNode, inputs: readonly string[], to: Lowering) => readonly string[];

/** The rules of a family, by the operator's name. */
export type Rules = Readonly<Record<string, Rule>>;

export const int = (value: number): OnnxAttribute => ({ kind: 'int', value });
export const ints = (value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value });
export const float = (value: number): OnnxAttribute => ({ kind: 'float', value });
export const string = (value: string): OnnxAttribute => ({ kind: 'string', value });

/** Converts a value to another type. */
export const castTo = (to: Lowering, x: string, type: OnnxType): string =>
  to.emit('Cast', [x], { attributes: { to: int(DATA_TYPES[type]) } });

/** The rule of an operator that is one ONNX operator without attributes. */
export const plain =
  (type: string): Rule =>
  (_node, inputs, to) => [to.emit(type, inputs)];

/** The rule of an operator that is its first operand under another name. */
export const alias: Rule = (_node, [x]) => [x!];
