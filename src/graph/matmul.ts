/** Matrix products, plain and batched; by far most of the arithmetic. */
import { add } from './elementwise.ts';
import { reshape } from './broadcast.ts';
import {
  makeTensor,
  type NdArray,
  type Node,
  type Operator,
  requireDType,
  sameShape,
  type Shape,
  ShapeError,
  sizeOf,
  type Tensor,
} from './tensor.ts';

export interface MatmulOptions {
  /** Use the transpose of the last two axes. */
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Factor on the product. */
  readonly scale?: number;
}

export interface ProductFlags {
  readonly transA: boolean;
  readonly transB: boolean;
  readonly scale: number;
}

/** Attributes of a product. */
export const productFlags = ({ attributes }: Pick<Node, 'attributes'>): ProductFlags =>
  attributes as unknown as ProductFlags;

function product(a: NdArray, b: NdArray, shape: Shape, { transA, transB, scale }: ProductFlags): NdArray {
  const data = new Float64Array(sizeOf(shape));
  const [m, n] = shape.slice(-2) as [number, number];
  const k = a.shape.at(transA ? -2 : -1)!;
  for (let batch = 0; batch < sizeOf(shape.slice(0, -2)); batch++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let total = 0;
        for (let l = 0; l < k; l++) {
          const left = a.data[batch * m * k + (transA ? l * m + i : i * k + l)]!;
          total += left * b.data[batch * k * n + (transB ? j * k + l : l * n + j)]!;
        }
        data[(batch * m + i) * n + j] = total * scale;
      }
  return { shape, data };
}

const matmulOperator: Operator = {
  name: 'matmul',
  gradient: (node, [g]) => {
    const [a, b] = node.inputs as [Tensor, Tensor];
    const { transA, transB, scale } = productFlags(node);
    const left = transA
      ? matmul(b, g!, { transA: transB, transB: true, scale })
      : matmul(g!, b, { transB: !transB, scale });
    const right = transB
      ? matmul(g!, a, { transA: true, transB: transA, scale })
      : matmul(a, g!, { transA: !transA, scale });
    return [left, right];
  },
  evaluate: (node, [a, b]) => [product(a!, b!, node.outputs[0]!.shape, productFlags(node))],
};

/**
 * `scale · A·B` over the last two axes, [..., m, k] × [..., k, n] → [..., m, n]; leading axes must be equal.
 * @throws ShapeError when inner or leading axes differ.
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { transA = false, transB = false, scale = 1 } = options;
  requireDType('matmul', a, 'f32');
  requireDType('matmul', b, 'f32');
  if (a.shape.length < 2 || a.shape.length !== b.shape.length)
    throw new ShapeError('matmul', [a.shape, b.shape], 'both need the same number of axes, two at least');
  const batch = a.shape.slice(0, -2);
  if (!sameShape(batch, b.shape.slice(0, -2)))
    throw new ShapeError('matmul', [a.shape, b.shape], 'their leading axes differ');
  const [m, k] = transA ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!];
  const [inner, n] = transB ? [b.shape.at(-1)!, b.shape.at(-2)!] : [b.shape.at(-2)!, b.shape.at(-1)!];
  if (k !== inner) throw new ShapeError('matmul', [a.shape, b.shape], `the inner axes are ${k} and ${inner}`);
  return makeTensor(matmulOperator, [a, b], [...batch, m, n], 'f32', { transA, transB, scale });
}

/** Applies a weight [out, in] to the last axis of x: [..., in] → [..., out], with an optional bias [out]. */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [out, width] = weight.shape as [number, number];
  if (x.shape.at(-1) !== width)
    throw new ShapeError('linear', [x.shape, weight.shape], `the weight expects ${width} features`);
  const rows = reshape(x, [sizeOf(x.shape) / width, width]);
  const y = matmul(rows, weight, { transB: true });
  return reshape(bias ? add(y, bias) : y, [...x.shape.slice(0, -1), out]);
}
