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
import { float, int, ints, type Lowering } from './onnx/lowering.ts';

export interface MatmulOptions {
  /** Use the transpose of the last two axes. */
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Factor on the product. */
  readonly scale?: number;
}

interface Flags {
  readonly transA: boolean;
  readonly transB: boolean;
  readonly scale: number;
}

const flagsOf = (node: Node): Flags => node.attributes as unknown as Flags;

function product(a: NdArray, b: NdArray, shape: Shape, { transA, transB, scale }: Flags): NdArray {
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

/** The WebGPU provider has no FusedMatMul; left to it, the product would run on the CPU, with a copy each way. */
function lowerForGpu(node: Node, inputs: readonly string[], to: Lowering): string {
  const { transA, transB, scale } = flagsOf(node);
  const rank = node.outputs[0]!.shape.length;
  const swap = [...Array(rank - 2).keys(), rank - 1, rank - 2];
  const operands = inputs.map((name, i) =>
    (i === 0 ? transA : transB) ? to.hoist('Transpose', [name], { attributes: { perm: ints(swap) } }) : name,
  );
  if (scale === 1) return to.emit('MatMul', operands);
  const factor = to.constant('f32', [], [scale]);
  const sizes = [...node.inputs, node.outputs[0]!].map(({ shape }) => sizeOf(shape));
  const smallest = sizes.indexOf(Math.min(...sizes));
  if (smallest === 2) return to.emit('Mul', [to.emit('MatMul', operands), factor]);
  return to.emit('MatMul', operands.with(smallest, to.hoist('Mul', [operands[smallest]!, factor])));
}

const matmulOperator: Operator = {
  name: 'matmul',
  gradient: (node, [g]) => {
    const [a, b] = node.inputs as [Tensor, Tensor];
    const { transA, transB, scale } = flagsOf(node);
    const left = transA
      ? matmul(b, g!, { transA: transB, transB: true, scale })
      : matmul(g!, b, { transB: !transB, scale });
    const right = transB
      ? matmul(g!, a, { transA: true, transB: transA, scale })
      : matmul(a, g!, { transA: !transA, scale });
    return [left, right];
  },
  lower: (node, inputs, to) => {
    const { transA, transB, scale } = flagsOf(node);
    if (node.outputs[0]!.shape.length === 2)
      return [
        to.emit('Gemm', inputs, {
          attributes: { transA: int(Number(transA)), transB: int(Number(transB)), alpha: float(scale) },
        }),
      ];
    if (!transA && !transB && scale === 1) return [to.emit('MatMul', inputs)];
    if (to.target === 'webgpu') return [lowerForGpu(node, inputs, to)];
    const attributes = { transA: int(Number(transA)), transB: int(Number(transB)), alpha: float(scale) };
    return [to.emit('FusedMatMul', inputs, { domain: 'com.microsoft', attributes })];
  },
  evaluate: (node, [a, b]) => [product(a!, b!, node.outputs[0]!.shape, flagsOf(node))],
};

export const isMatmul = (node: Node): boolean => node.operator === matmulOperator;

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

const gemmOperator: Operator = {
  name: 'gemm',
  lower: (node, inputs, to) => {
    const { transA, transB, scale } = flagsOf(node);
    const attributes = { transA: int(Number(transA)), transB: int(Number(transB)), alpha: float(scale) };
    return [to.emit('Gemm', inputs, { attributes })];
  },
  evaluate: (node, [a, b, c]) => {
    const { shape, data } = product(a!, b!, node.outputs[0]!.shape, flagsOf(node));
    const columns = c!.shape.at(-1) ?? 1;
    const row = c!.data.length === data.length ? data.length : columns;
    return [{ shape, data: data.map((value, i) => value + c!.data[i % row]!) }];
  },
};

/**
 * `matmul(a, b) + c` in one kernel, for two axes and `c` of the result's shape or one row of it. Made by the
 * optimizer, which runs after differentiation; it has no gradient of its own.
 */
export function gemm(product: Tensor, c: Tensor): Tensor {
  return makeTensor(gemmOperator, [...product.node.inputs, c], product.shape, 'f32', product.node.attributes);
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
