/** Operators that look up by integer ids. */
import { constant, iota, scalar } from './constant.ts';
import { broadcastTo, reshape } from './broadcast.ts';
import { concat } from './layout.ts';
import { matmul } from './matmul.ts';
import {
  GraphError,
  makeTensor,
  type Operator,
  requireDType,
  sameShape,
  type Shape,
  ShapeError,
  sizeOf,
  type Tensor,
} from './tensor.ts';

const embedOperator: Operator = {
  name: 'embed',
  gradient: ({ inputs: [table, ids] }, [g]) => [embedGradient(ids!, g!, table!.shape), null],
  evaluate: (node, [table, ids]) => {
    const width = sizeOf(table!.shape.slice(1));
    const data = new Float64Array(ids!.data.length * width);
    ids!.data.forEach((id, i) => data.set(table!.data.subarray(id * width, (id + 1) * width), i * width));
    return [{ shape: node.outputs[0]!.shape, data }];
  },
};

/** Rows of a table [n, ...] at the given ids: ids [...] → [..., ...row]. */
export function embed(table: Tensor, ids: Tensor): Tensor {
  requireDType('embed', ids, 'i32');
  if (table.shape.length < 1)
    throw new ShapeError('embed', [table.shape, ids.shape], 'the table has no axis to look up');
  return makeTensor(embedOperator, [table, ids], [...ids.shape, ...table.shape.slice(1)], table.dtype);
}

const embedGradientOperator: Operator = {
  name: 'embedGradient',
  evaluate: (node, [ids, rows]) => {
    const { shape } = node.outputs[0]!;
    const width = shape[1]!;
    const data = new Float64Array(sizeOf(shape));
    ids!.data.forEach((id, i) => {
      for (let j = 0; j < width; j++) data[id * width + j]! += rows!.data[i * width + j]!;
    });
    return [{ shape, data }];
  },
};

/** Adds each row of g to the row of a zero table that its id names. */
function embedGradient(ids: Tensor, g: Tensor, tableShape: Shape): Tensor {
  if (tableShape.length !== 2) throw new GraphError('embed: only tables with two axes have a gradient.');
  const n = sizeOf(ids.shape);
  const inputs = [reshape(ids, [n]), reshape(g, [n, tableShape[1]!])];
  return makeTensor(embedGradientOperator, inputs, tableShape, 'f32');
}

const pickOperator: Operator = {
  name: 'pick',
  gradient: ({ inputs: [x, ids] }, [g]) => [put(broadcastTo(scalar(0), x!.shape), ids!, g!), null],
  evaluate: (node, [x, ids]) => {
    const depth = x!.shape.at(-1)!;
    return [{ shape: node.outputs[0]!.shape, data: ids!.data.map((id, i) => x!.data[i * depth + id]!) }];
  },
};

/** One element of the last axis per position: x [..., n], ids [...] → [...]. */
export function pick(x: Tensor, ids: Tensor): Tensor {
  requireDType('pick', ids, 'i32');
  if (x.shape.length !== ids.shape.length + 1 || ids.shape.some((n, i) => n !== x.shape[i]))
    throw new ShapeError('pick', [x.shape, ids.shape], 'there must be one id for each position');
  return makeTensor(pickOperator, [x, ids], ids.shape, x.dtype);
}

const putOperator: Operator = {
  name: 'put',
  gradient: ({ inputs: [, ids] }, [g]) => [
    put(g!, ids!, broadcastTo(scalar(0), ids!.shape)),
    null,
    pick(g!, ids!),
  ],
  evaluate: (_node, [x, ids, values]) => {
    const depth = x!.shape.at(-1)!;
    const data = x!.data.slice();
    ids!.data.forEach((id, i) => (data[i * depth + id] = values!.data[i]!));
    return [{ shape: x!.shape, data }];
  },
};

/** Replaces one element of the last axis per position, the counterpart of `pick`: x [..., n], ids and values [...]. */
export function put(x: Tensor, ids: Tensor, values: Tensor): Tensor {
  requireDType('put', ids, 'i32');
  if (!sameShape(x.shape.slice(0, -1), ids.shape) || !sameShape(ids.shape, values.shape))
    throw new ShapeError(
      'put',
      [x.shape, ids.shape, values.shape],
      'there must be one id and one value for each position',
    );
  return makeTensor(putOperator, [x, ids, values], x.shape, x.dtype);
}

const argmaxOperator: Operator = {
  name: 'argmax',
  evaluate: (node, [x]) => {
    const depth = x!.shape.at(-1)!;
    const data = new Float64Array(sizeOf(node.outputs[0]!.shape));
    for (let i = 0; i < data.length; i++) {
      const row = x!.data.subarray(i * depth, (i + 1) * depth);
      data[i] = row.indexOf(Math.max(...row));
    }
    return [{ shape: node.outputs[0]!.shape, data }];
  },
};

/** Position of the largest value on the last axis, the first of equals. */
export function argmax(x: Tensor): Tensor {
  requireDType('argmax', x, 'f32');
  return makeTensor(argmaxOperator, [x], x.shape.slice(0, -1), 'i32');
}

const topKOperator: Operator = {
  name: 'topK',
  evaluate: (node, [x]) => {
    const { shape } = node.outputs[0]!;
    const [k, depth] = [shape.at(-1)!, x!.shape.at(-1)!];
    const data = new Float64Array(sizeOf(shape));
    for (let i = 0; i < data.length / k; i++)
      data.set(x!.data.slice(i * depth, (i + 1) * depth).toSorted((a, b) => b - a).subarray(0, k), i * k); // prettier-ignore
    return [{ shape, data }];
  },
};

/** The k largest values of the last axis in order, the largest first: x [..., n] → [..., k]. */
export function topK(x: Tensor, k: number): Tensor {
  requireDType('topK', x, 'f32');
  if (!(k >= 1 && k <= x.shape.at(-1)!))
    throw new ShapeError('topK', [x.shape], `the last axis does not have ${k} values`);
  return makeTensor(topKOperator, [x], [...x.shape.slice(0, -1), k], 'f32');
}

/** Lower-triangular ones [n, n], used to add up prefixes by one product. */
const triangle = (n: number): Tensor =>
  constant(
    [n, n],
    Float32Array.from({ length: n * n }, (_, i) => Number(i % n >= Math.floor(i / n))),
  );

const cumsumOperator: Operator = {
  name: 'cumsum',
  gradient: ({ inputs: [x] }, [g]) => {
    const n = x!.shape.at(-1)!;
    return [reshape(matmul(reshape(g!, [sizeOf(g!.shape) / n, n]), triangle(n), { transB: true }), x!.shape)];
  },
  evaluate: (node, [x]) => {
    const n = x!.shape.at(-1)!;
    let total = 0;
    const data = x!.data.map((value, i) => (total = i % n === 0 ? value : total + value));
    return [{ shape: node.outputs[0]!.shape, data }];
  },
};

/** Running sum along the last axis. */
export function cumsum(x: Tensor): Tensor {
  requireDType('cumsum', x, 'f32', 'i32');
  return makeTensor(cumsumOperator, [x], x.shape, x.dtype);
}

const writeRowsOperator: Operator = {
  name: 'writeRows',
  evaluate: (node, [x, indices, rows]) => {
    const [, time, width] = node.outputs[0]!.shape as [number, number, number];
    const data = x!.data.slice();
    for (let i = 0; i < rows!.shape[0]!; i++) {
      const [row, at] = [indices!.data[2 * i]!, indices!.data[2 * i + 1]!];
      data.set(rows!.data.subarray(i * width, (i + 1) * width), (row * time + at) * width);
    }
    return [{ shape: x!.shape, data }];
  },
};

/**
 * Replaces position `at` (i32 scalar) of every row: x [...batch, time, width], row [...batch, 1, width]. Writes only
 * what changes, which a `select` over the whole tensor does not.
 */
export function writePosition(x: Tensor, at: Tensor, row: Tensor): Tensor {
  const [time, width] = x.shape.slice(-2) as [number, number];
  const n = sizeOf(x.shape) / (time * width);
  if (sizeOf(row.shape) !== n * width)
    throw new ShapeError('writePosition', [x.shape, row.shape], 'there must be one row to write for each');
  const indices = concat([reshape(iota(n), [n, 1]), broadcastTo(reshape(at, [1, 1]), [n, 1])], 1);
  const flat = makeTensor(
    writeRowsOperator,
    [reshape(x, [n, time, width]), indices, reshape(row, [n, width])],
    [n, time, width],
    x.dtype,
  );
  return reshape(flat, x.shape);
}
