/**
 * The graph language. A {@link Tensor} is a symbolic value with a static shape, produced by a {@link Node}: an
 * operator, its inputs and its attributes. Graphs are immutable and acyclic; building one computes nothing. What an
 * operator means is stated once: its shape in the function that makes it, its gradient and float64 reference in its
 * {@link Operator}. What it becomes on a device is no business of the graph: for ONNX, `onnx/rules` says so.
 */

/** f16 is for storage: values are moved about in it, and cast to f32 before anything is computed. */
export type DType = 'f32' | 'i32' | 'bool' | 'f16';
export type Shape = readonly number[];

/** Attribute values are plain data: they take part in common-subexpression elimination. */
export type Attributes = Readonly<Record<string, number | string | boolean | readonly number[]>>;

/** Row-major values of the reference evaluator; bool is 0/1. */
export interface NdArray {
  readonly shape: Shape;
  readonly data: Float64Array;
}

export interface Operator {
  /** Like that of no other operator: rules and shared expressions go by it. */
  readonly name: string;
  /** Gradients for the inputs, given those of the outputs (`null`: no gradient flows). Absent: not differentiable. */
  readonly gradient?: (node: Node, outputGradients: readonly (Tensor | null)[]) => readonly (Tensor | null)[];
  /** Reference result in float64. */
  readonly evaluate: (node: Node, inputs: readonly NdArray[]) => readonly NdArray[];
}

export interface Node {
  readonly operator: Operator;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  /** What the operator needs beyond plain attributes: a constant's data, a loop body. Only constants are shared. */
  readonly payload?: unknown;
  readonly outputs: readonly Tensor[];
}

export interface Tensor {
  readonly node: Node;
  /** Which output of the node. */
  readonly output: number;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A graph was put together wrongly; the message names the operator and the shapes. */
export class GraphError extends Error {
  override readonly name: string = 'GraphError';
}

export class ShapeError extends GraphError {
  override readonly name = 'ShapeError';
  constructor(operator: string, shapes: readonly Shape[], reason: string) {
    super(`${operator}: ${shapes.map(showShape).join(' and ')} do not fit: ${reason}.`);
  }
}

export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;
export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);
export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = Array.from(shape, () => 1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!;
  return strides;
}

/** Counts a negative axis from the end; throws when the axis does not exist. */
export function resolveAxis(operator: string, shape: Shape, axis: number): number {
  const resolved = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= shape.length)
    throw new GraphError(`${operator}: there is no axis ${axis} in a tensor of shape ${showShape(shape)}.`);
  return resolved;
}

/** The shape that both broadcast to (NumPy rules). */
export function broadcastShapes(operator: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const m = a[i - rank + a.length] ?? 1;
    const n = b[i - rank + b.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1)
      throw new ShapeError(operator, [a, b], `axis ${i - rank} is ${m} on one side and ${n} on the other`);
    return m === 1 ? n : m;
  });
}

export interface OutputType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Makes a node and returns its outputs. */
export function makeNode(
  operator: Operator,
  inputs: readonly Tensor[],
  outputs: readonly OutputType[],
  attributes: Attributes = {},
  payload?: unknown,
): readonly Tensor[] {
  for (const { shape } of outputs)
    if (!shape.every((n) => Number.isInteger(n) && n >= 0))
      throw new GraphError(
        `${operator.name}: ${showShape(shape)} is not a shape; every size must be a whole number ≥ 0.`,
      );
  const node: { -readonly [K in keyof Node]: Node[K] } = { operator, inputs, attributes, outputs: [] };
  if (payload !== undefined) node.payload = payload;
  node.outputs = outputs.map(({ shape, dtype }, output) => ({ node, output, shape, dtype }));
  return node.outputs;
}

/** {@link makeNode} for operators with one output. */
export function makeTensor(
  operator: Operator,
  inputs: readonly Tensor[],
  shape: Shape,
  dtype: DType,
  attributes: Attributes = {},
  payload?: unknown,
): Tensor {
  return makeNode(operator, inputs, [{ shape, dtype }], attributes, payload)[0]!;
}

/** Throws unless the tensor has one of the given types. */
export function requireDType(operator: string, tensor: Tensor, ...allowed: readonly DType[]): void {
  if (!allowed.includes(tensor.dtype))
    throw new GraphError(
      `${operator}: expects ${allowed.join(' or ')}, got ${tensor.dtype} ${showShape(tensor.shape)}.`,
    );
}
