/** Operators that act on each element alone, with NumPy broadcasting. */
import { fromFloat16, toFloat16 } from '../float16.ts';
import { scalar } from './constant.ts';
import { broadcastMap, sumTo } from './broadcast.ts';
import {
  broadcastShapes,
  type DType,
  makeTensor,
  type Node,
  type Operator,
  requireDType,
  type Tensor,
} from './tensor.ts';

type Gradient = NonNullable<Operator['gradient']>;

interface ElementwiseSpec {
  readonly name: string;
  readonly f: (...x: number[]) => number;
  readonly gradient?: (node: Node, g: Tensor) => readonly (Tensor | null)[];
  readonly result?: DType;
  readonly operands?: readonly DType[];
}

function elementwise(spec: ElementwiseSpec): (...inputs: Tensor[]) => Tensor {
  const gradient: Gradient = (node, [g]) =>
    spec.gradient!(node, g!).map((partial, i) => partial && sumTo(partial, node.inputs[i]!.shape));
  const operator: Operator = {
    name: spec.name,
    ...(spec.gradient ? { gradient } : {}),
    evaluate: (node, inputs) => [broadcastMap(node.outputs[0]!.shape, inputs, spec.f)],
  };
  return (...inputs) => {
    for (const input of inputs) requireDType(spec.name, input, ...(spec.operands ?? ['f32', 'i32']));
    for (const input of inputs) requireDType(spec.name, input, inputs[0]!.dtype);
    const shape = inputs.map((input) => input.shape).reduce((a, b) => broadcastShapes(spec.name, a, b));
    return makeTensor(operator, inputs, shape, spec.result ?? inputs[0]!.dtype);
  };
}

export type Operand = Tensor | number;
type Binary = (a: Operand, b: Operand) => Tensor;
type Unary = (x: Tensor) => Tensor;

function binary(spec: ElementwiseSpec): Binary {
  const build = elementwise(spec);
  return (a, b) => {
    const dtype = typeof a === 'number' ? (typeof b === 'number' ? 'f32' : b.dtype) : a.dtype;
    const lift = (x: Operand) => (typeof x === 'number' ? scalar(x, dtype) : x);
    return build(lift(a), lift(b));
  };
}

export const add: Binary = binary({
  name: 'add',
  f: (a, b) => a! + b!,
  gradient: (_, g) => [g, g],
});
export const sub: Binary = binary({
  name: 'sub',
  f: (a, b) => a! - b!,
  gradient: (_, g) => [g, neg(g)],
});
export const mul: Binary = binary({
  name: 'mul',
  f: (a, b) => a! * b!,
  gradient: ({ inputs: [a, b] }, g) => [mul(g, b!), mul(g, a!)],
});
export const div: Binary = binary({
  name: 'div',
  f: (a, b) => a! / b!,
  gradient: ({ inputs: [, b], outputs: [y] }, g) => [div(g, b!), neg(div(mul(g, y!), b!))],
});
export const maximum: Binary = binary({
  name: 'maximum',
  f: (a, b) => Math.max(a!, b!),
  gradient: ({ inputs: [a, b] }, g) => [
    select(less(a!, b!), scalar(0), g),
    select(less(a!, b!), g, scalar(0)),
  ],
});
export const minimum: Binary = binary({
  name: 'minimum',
  f: (a, b) => Math.min(a!, b!),
  gradient: ({ inputs: [a, b] }, g) => [
    select(less(b!, a!), scalar(0), g),
    select(less(b!, a!), g, scalar(0)),
  ],
});

export const less: Binary = binary({
  name: 'less',
  f: (a, b) => Number(a! < b!),
  result: 'bool',
});
export const equal: Binary = binary({
  name: 'equal',
  f: (a, b) => Number(a === b),
  result: 'bool',
});

const logic = { operands: ['bool'] as const, result: 'bool' as const };
export const or: Binary = binary({
  name: 'or',
  f: (a, b) => Number(a || b),
  ...logic,
});
export const and: Binary = binary({
  name: 'and',
  f: (a, b) => Number(a && b),
  ...logic,
});
export const not: Unary = elementwise({ name: 'not', f: (a) => Number(!a), ...logic });

export const neg: Unary = elementwise({
  name: 'neg',
  f: (x) => -x!,
  gradient: (_, g) => [neg(g)],
});
export const exp: Unary = elementwise({
  name: 'exp',
  f: (x) => Math.exp(x!),
  gradient: ({ outputs: [y] }, g) => [mul(g, y!)],
});
export const log: Unary = elementwise({
  name: 'log',
  f: (x) => Math.log(x!),
  gradient: ({ inputs: [x] }, g) => [div(g, x!)],
});
export const sqrt: Unary = elementwise({
  name: 'sqrt',
  f: (x) => Math.sqrt(x!),
  gradient: ({ outputs: [y] }, g) => [div(mul(g, 0.5), y!)],
});
export const sigmoid: Unary = elementwise({
  name: 'sigmoid',
  f: (x) => 1 / (1 + Math.exp(-x!)),
  gradient: ({ outputs: [y] }, g) => [mul(g, mul(y!, sub(1, y!)))],
});
/** log(1 + eˣ), without overflow. */
export const softplus: Unary = elementwise({
  name: 'softplus',
  f: (x) => Math.max(x!, 0) + Math.log1p(Math.exp(-Math.abs(x!))),
  gradient: ({ inputs: [x] }, g) => [mul(g, sigmoid(x!))],
});

const selectOperator: Operator = {
  name: 'select',
  gradient: ({ inputs: [condition, a, b] }, [g]) => [
    null,
    sumTo(select(condition!, g!, scalar(0)), a!.shape),
    sumTo(select(condition!, scalar(0), g!), b!.shape),
  ],
  evaluate: (node, inputs) => [broadcastMap(node.outputs[0]!.shape, inputs, (c, a, b) => (c ? a! : b!))],
};

/** `a` where the condition holds, else `b`. */
export function select(condition: Tensor, a: Operand, b: Operand): Tensor {
  requireDType('select', condition, 'bool');
  const dtype = typeof a === 'number' ? (typeof b === 'number' ? 'f32' : b.dtype) : a.dtype;
  const [left, right] = [a, b].map((x) => (typeof x === 'number' ? scalar(x, dtype) : x)) as [Tensor, Tensor];
  requireDType('select', right, left.dtype);
  const shape = broadcastShapes(
    'select',
    condition.shape,
    broadcastShapes('select', left.shape, right.shape),
  );
  return makeTensor(selectOperator, [condition, left, right], shape, left.dtype);
}

const CONVERT: Readonly<Record<DType, (x: number) => number>> = {
  f32: (x) => x,
  f16: (x) => fromFloat16(toFloat16(Float32Array.of(x)))[0]!,
  i32: Math.trunc,
  bool: (x) => Number(x !== 0),
};

const castOperator: Operator = {
  name: 'cast',
  gradient: ({ inputs: [x] }, [g]) => [x!.dtype === 'f32' || x!.dtype === 'f16' ? g! : null],
  evaluate: (node, [x]) => {
    const { dtype, shape } = node.outputs[0]!;
    return [broadcastMap(shape, [x!], CONVERT[dtype])];
  },
};

/**
 * The values in another type: towards i32 cut off, towards f16 rounded to the nearest, ties to even. Gradients are f32
 * whichever way, those of f16 values too, and rounding lets them through.
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : makeTensor(castOperator, [x], x.shape, dtype, { to: dtype });
}

const detachOperator: Operator = {
  name: 'detach',
  gradient: () => [null],
  evaluate: (_node, [x]) => [x!],
};

/** The same value, through which no gradient flows. */
export function detach(x: Tensor): Tensor {
  return makeTensor(detachOperator, [x], x.shape, x.dtype);
}

const checkpointOperator: Operator = {
  name: 'checkpoint',
  gradient: (_node, [g]) => [checkpoint(g!)],
  evaluate: (_node, [x]) => [x!],
};

/**
 * The same value, kept where a graph is computed in sections: what lies between two of these is computed again for the
 * gradient, and not kept (Chen et al. 2016, arXiv 1604.06174). The gradient that flows through it is kept, too.
 */
export function checkpoint(x: Tensor): Tensor {
  return makeTensor(checkpointOperator, [x], x.shape, x.dtype);
}
