/** Shapes that meet: reshaping, broadcasting, and folding away what was broadcast. Their gradients are each other. */
import {
  broadcastShapes,
  makeTensor,
  type NdArray,
  type Operator,
  requireDType,
  resolveAxis,
  sameShape,
  type Shape,
  ShapeError,
  sizeOf,
  stridesOf,
  type Tensor,
} from './tensor.ts';

/** Applies `f` to broadcast operands. */
export function broadcastMap(
  shape: readonly number[],
  inputs: readonly NdArray[],
  f: (...x: number[]) => number,
): NdArray {
  const data = new Float64Array(sizeOf(shape));
  const outStrides = stridesOf(shape);
  const strides = inputs.map((input) => {
    const own = stridesOf(input.shape);
    const offset = shape.length - input.shape.length;
    return shape.map((_, i) => (i < offset || input.shape[i - offset] === 1 ? 0 : own[i - offset]!));
  });
  const args = inputs.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    for (let k = 0; k < inputs.length; k++) {
      let rest = i;
      let at = 0;
      for (let d = 0; d < shape.length; d++) {
        const index = Math.floor(rest / outStrides[d]!);
        rest -= index * outStrides[d]!;
        at += index * strides[k]![d]!;
      }
      args[k] = inputs[k]!.data[at]!;
    }
    data[i] = f(...args);
  }
  return { shape, data };
}

const reshapeOperator: Operator = {
  name: 'reshape',
  gradient: ({ inputs: [x] }, [g]) => [reshape(g!, x!.shape)],
  evaluate: (node, [x]) => [{ shape: node.outputs[0]!.shape, data: x!.data }],
};

/** The same values in another shape of the same size. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  if (sizeOf(shape) !== sizeOf(x.shape))
    throw new ShapeError(
      'reshape',
      [x.shape, shape],
      `${sizeOf(x.shape)} values cannot become ${sizeOf(shape)}`,
    );
  if (sameShape(x.shape, shape)) return x;
  // A reshape of a reshape is one reshape; an empty target would need ONNX's allowzero, which nothing here needs.
  const source = x.node.operator === reshapeOperator ? x.node.inputs[0]! : x;
  return sameShape(source.shape, shape) ? source : makeTensor(reshapeOperator, [source], shape, x.dtype);
}

const broadcastOperator: Operator = {
  name: 'broadcastTo',
  gradient: ({ inputs: [x] }, [g]) => [sumTo(g!, x!.shape)],
  evaluate: (node, [x]) => [broadcastMap(node.outputs[0]!.shape, [x!], (v) => v!)],
};

/** Repeats axes of size 1 (and adds leading ones) up to the given shape. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcastShapes('broadcastTo', x.shape, shape), shape))
    throw new ShapeError('broadcastTo', [x.shape, shape], 'the target is smaller than the tensor');
  return makeTensor(broadcastOperator, [x], shape, x.dtype);
}

const keptShape = (shape: Shape, axes: readonly number[]): number[] =>
  shape.map((n, i) => (axes.includes(i) ? 1 : n));

function fold(
  input: NdArray,
  axes: readonly number[],
  outShape: Shape,
  start: number,
  f: (a: number, b: number) => number,
) {
  const kept = keptShape(input.shape, axes);
  const strides = stridesOf(input.shape);
  const outStrides = stridesOf(kept).map((stride, i) => (axes.includes(i) ? 0 : stride));
  const data = new Float64Array(sizeOf(kept)).fill(start);
  for (let i = 0; i < input.data.length; i++) {
    let rest = i;
    let at = 0;
    for (let d = 0; d < strides.length; d++) {
      const index = Math.floor(rest / strides[d]!);
      rest -= index * strides[d]!;
      at += index * outStrides[d]!;
    }
    data[at] = f(data[at]!, input.data[i]!);
  }
  return { shape: outShape, data };
}

function reduction(
  name: string,
  start: number,
  f: (a: number, b: number) => number,
  gradient?: Operator['gradient'],
): (x: Tensor, axes: readonly number[], keepDims?: boolean) => Tensor {
  const operator: Operator = {
    name,
    ...(gradient ? { gradient } : {}),
    evaluate: (node, [x]) => {
      const axes = node.attributes['axes'] as readonly number[];
      return [fold(x!, axes, node.outputs[0]!.shape, start, f)];
    },
  };
  return (x, axes, keepDims = false) => {
    requireDType(name, x, 'f32', 'i32');
    const resolved = axes.map((axis) => resolveAxis(name, x.shape, axis)).sort((a, b) => a - b);
    if (resolved.length === 0) return x;
    const kept = keptShape(x.shape, resolved);
    const shape = keepDims ? kept : kept.filter((_, i) => !resolved.includes(i));
    return makeTensor(operator, [x], shape, x.dtype, { axes: resolved, keepDims });
  };
}

/** Sum over the given axes. */
export const sum = reduction(
  'sum',
  0,
  (a, b) => a + b,
  (node, [g]) => {
    const x = node.inputs[0]!;
    return [
      broadcastTo(reshape(g!, keptShape(x.shape, node.attributes['axes'] as readonly number[])), x.shape),
    ];
  },
);

/** Largest value over the given axes; not differentiable. */
export const max = reduction('max', -Infinity, Math.max);

/** Sums broadcast axes away, so that a gradient gets the shape of the operand it belongs to. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const offset = x.shape.length - shape.length;
  // A gradient that arrived smaller than its operand (from a scalar select branch) is spread out instead.
  if (offset < 0 || shape.some((n, i) => n !== 1 && x.shape[i + offset] === 1))
    return sumTo(broadcastTo(x, spread(x.shape, shape)), shape);
  const axes = x.shape.flatMap((n, i) => (i < offset || (shape[i - offset] === 1 && n !== 1) ? [i] : []));
  return reshape(sum(x, axes), shape);
}

function spread(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) =>
    Math.max(a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1),
  );
}
