/** Operators that fold axes away. */
import { mul } from './elementwise.ts';
import { broadcastTo, reshape } from './layout.ts';
import {
  makeTensor,
  type NdArray,
  type Operator,
  requireDType,
  resolveAxis,
  type Shape,
  sameShape,
  sizeOf,
  stridesOf,
  type Tensor,
} from './tensor.ts';
import { int } from './onnx/lowering.ts';

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
  onnx: string,
  start: number,
  f: (a: number, b: number) => number,
  gradient?: Operator['gradient'],
): (x: Tensor, axes: readonly number[], keepDims?: boolean) => Tensor {
  const operator: Operator = {
    name,
    ...(gradient ? { gradient } : {}),
    lower: (node, [x], to) => {
      const axes = node.attributes['axes'] as readonly number[];
      const keepdims = int(node.attributes['keepDims'] ? 1 : 0);
      return [to.emit(onnx, [x!, to.constant('i64', [axes.length], axes)], { attributes: { keepdims } })];
    },
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
  'ReduceSum',
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
export const max = reduction('max', 'ReduceMax', -Infinity, Math.max);

/** Mean over the given axes. */
export function mean(x: Tensor, axes: readonly number[], keepDims = false): Tensor {
  const total = sum(x, axes, keepDims);
  return mul(total, sizeOf(total.shape) / sizeOf(x.shape));
}

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
