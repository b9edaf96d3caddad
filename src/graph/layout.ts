/** Operators that move values without changing them. */
import { broadcastTo } from './broadcast.ts';
import { scalar } from './constant.ts';
import {
  GraphError,
  makeNode,
  makeTensor,
  type NdArray,
  type Operator,
  requireDType,
  resolveAxis,
  type Shape,
  ShapeError,
  showShape,
  sizeOf,
  stridesOf,
  type Tensor,
} from './tensor.ts';

/** Reads `x` at the multi-index that `at` computes for each output position. */
function gatherBy(
  x: NdArray,
  shape: Shape,
  at: (index: readonly number[]) => readonly number[] | null,
): NdArray {
  const data = new Float64Array(sizeOf(shape));
  const strides = stridesOf(shape);
  const own = stridesOf(x.shape);
  const index = shape.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    let rest = i;
    for (let d = 0; d < shape.length; d++) {
      index[d] = Math.floor(rest / strides[d]!);
      rest -= index[d]! * strides[d]!;
    }
    const source = at(index);
    if (source) data[i] = x.data[source.reduce((sum, n, d) => sum + n * own[d]!, 0)]!;
  }
  return { shape, data };
}

const transposeOperator: Operator = {
  name: 'transpose',
  gradient: (node, [g]) => {
    const order = node.attributes['order'] as readonly number[];
    return [
      transpose(
        g!,
        order.map((_, i) => order.indexOf(i)),
      ),
    ];
  },
  evaluate: (node, [x]) => {
    const order = node.attributes['order'] as readonly number[];
    return [gatherBy(x!, node.outputs[0]!.shape, (index) => order.map((_, d) => index[order.indexOf(d)]!))];
  },
};

/** Reorders axes: output axis i is input axis `order[i]`. */
export function transpose(x: Tensor, order: readonly number[]): Tensor {
  if (order.toSorted((a, b) => a - b).some((axis, i) => axis !== i) || order.length !== x.shape.length)
    throw new GraphError(
      `transpose: [${order.join(', ')}] does not reorder the axes of ${showShape(x.shape)}.`,
    );
  return makeTensor(
    transposeOperator,
    [x],
    order.map((axis) => x.shape[axis]!),
    x.dtype,
    { order },
  );
}

const concatOperator: Operator = {
  name: 'concat',
  gradient: (node, [g]) => {
    const axis = node.attributes['axis'] as number;
    return split(
      g!,
      axis,
      node.inputs.map((x) => x.shape[axis]!),
    );
  },
  evaluate: (node, inputs) => {
    const axis = node.attributes['axis'] as number;
    const { shape } = node.outputs[0]!;
    const inner = sizeOf(shape.slice(axis + 1));
    const outer = sizeOf(shape.slice(0, axis));
    const data = new Float64Array(sizeOf(shape));
    let at = 0;
    for (let o = 0; o < outer; o++)
      for (const x of inputs) {
        const run = x.shape[axis]! * inner;
        data.set(x.data.subarray(o * run, (o + 1) * run), at);
        at += run;
      }
    return [{ shape, data }];
  },
};

/** Joins tensors along one axis. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const [first] = tensors;
  if (!first) throw new GraphError('concat: needs at least one tensor.');
  if (tensors.length === 1) return first;
  const at = resolveAxis('concat', first.shape, axis);
  for (const other of tensors) {
    requireDType('concat', other, first.dtype);
    if (
      other.shape.length !== first.shape.length ||
      other.shape.some((n, i) => i !== at && n !== first.shape[i])
    )
      throw new ShapeError('concat', [first.shape, other.shape], `they may differ on axis ${at} only`);
  }
  const total = tensors.reduce((n, t) => n + t.shape[at]!, 0);
  return makeTensor(concatOperator, tensors, first.shape.with(at, total), first.dtype, { axis: at });
}

const splitOperator: Operator = {
  name: 'split',
  gradient: (node, gradients) => {
    const parts = gradients.map((g, i) => g ?? broadcastTo(scalar(0), node.outputs[i]!.shape));
    return [concat(parts, node.attributes['axis'] as number)];
  },
  evaluate: (node, [x]) => {
    const axis = node.attributes['axis'] as number;
    let offset = 0;
    return node.outputs.map(({ shape }) => {
      const start = offset;
      offset += shape[axis]!;
      return gatherBy(x!, shape, (index) => index.with(axis, index[axis]! + start));
    });
  },
};

/** Cuts a tensor into consecutive parts along one axis. */
export function split(x: Tensor, axis: number, sizes: readonly number[]): readonly Tensor[] {
  const at = resolveAxis('split', x.shape, axis);
  if (sizes.reduce((a, b) => a + b, 0) !== x.shape[at])
    throw new ShapeError('split', [x.shape, sizes], `the parts do not add up to axis ${at}`);
  if (sizes.length === 1) return [x];
  const outputs = sizes.map((n) => ({ shape: x.shape.with(at, n), dtype: x.dtype }));
  return makeNode(splitOperator, [x], outputs, { axis: at, sizes });
}

const sliceOperator: Operator = {
  name: 'slice',
  gradient: (node, [g]) => {
    const x = node.inputs[0]!;
    const axis = node.attributes['axis'] as number;
    const start = node.attributes['start'] as number;
    const zeros = (n: number) => broadcastTo(scalar(0), x.shape.with(axis, n));
    const after = x.shape[axis]! - start - node.outputs[0]!.shape[axis]!;
    const parts = [...(start > 0 ? [zeros(start)] : []), g!, ...(after > 0 ? [zeros(after)] : [])];
    return [concat(parts, axis)];
  },
  evaluate: (node, [x]) => {
    const axis = node.attributes['axis'] as number;
    const start = node.attributes['start'] as number;
    return [gatherBy(x!, node.outputs[0]!.shape, (index) => index.with(axis, index[axis]! + start))];
  },
};

/** Elements `start … end − 1` of one axis. */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  const at = resolveAxis('slice', x.shape, axis);
  const size = x.shape[at]!;
  if (start < 0 || end > size || start > end)
    throw new GraphError(`slice: ${start} … ${end} is outside axis ${at} of ${showShape(x.shape)}.`);
  if (start === 0 && end === size) return x;
  return makeTensor(sliceOperator, [x], x.shape.with(at, end - start), x.dtype, { axis: at, start });
}
