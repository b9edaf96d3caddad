/** Where values come from: named inputs of the graph and constants. */
import { nodesBehind } from './order.ts';
import {
  type DType,
  GraphError,
  makeTensor,
  type Operator,
  type Shape,
  showShape,
  sizeOf,
  type Tensor,
} from './tensor.ts';

const inputOperator: Operator = {
  name: 'input',
  evaluate: () => {
    throw new GraphError('input: the evaluator was given no value for this input.');
  },
};

/** A value that the caller supplies at every run, under this name. */
export function input(name: string, shape: Shape, dtype: DType = 'f32'): Tensor {
  return makeTensor(inputOperator, [], shape, dtype, { name });
}

export const isInput = (tensor: Tensor): boolean => tensor.node.operator === inputOperator;

/** The name an input was declared with. */
export function inputName(tensor: Tensor): string {
  if (!isInput(tensor)) throw new GraphError(`${tensor.node.operator.name} is not an input.`);
  return String(tensor.node.attributes['name']);
}

/** The inputs that some tensors depend on, by name. */
export function inputsOf(tensors: readonly Tensor[]): Readonly<Record<string, Tensor>> {
  const inputs = nodesBehind(tensors).flatMap(({ outputs: [tensor] }) => (isInput(tensor!) ? [tensor!] : []));
  return Object.fromEntries(inputs.map((tensor) => [inputName(tensor), tensor]));
}

const constantOperator: Operator = {
  name: 'constant',
  evaluate: (node) => [
    { shape: node.outputs[0]!.shape, data: Float64Array.from(node.payload as ConstantData) },
  ],
};

/** Row-major values in the precision they were computed in. */
export type ConstantData = ArrayLike<number>;

/** Values that are known when the graph is built; the array is kept and not copied. */
export function constant(shape: Shape, data: ConstantData, dtype: DType = 'f32'): Tensor {
  if (data.length !== sizeOf(shape))
    throw new GraphError(`constant: ${data.length} values do not fill the shape ${showShape(shape)}.`);
  return makeTensor(constantOperator, [], shape, dtype, {}, data);
}

export const scalar = (value: number, dtype: DType = 'f32'): Tensor => constant([], [value], dtype);

/** 0, 1, …, n − 1 along one axis. */
export const iota = (n: number, dtype: DType = 'i32'): Tensor =>
  constant(
    [n],
    Int32Array.from({ length: n }, (_, i) => i),
    dtype,
  );
