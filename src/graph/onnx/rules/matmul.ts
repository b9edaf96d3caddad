import { productFlags } from '../../matmul.ts';
import { sizeOf } from '../../tensor.ts';
import {
  float,
  int,
  ints,
  type Lowering,
  type OnnxAttribute,
  type Rule,
  type RuleNode,
  type Rules,
} from '../lowering.ts';

function attributesOf(node: RuleNode): Record<string, OnnxAttribute> {
  const { transA, transB, scale } = productFlags(node);
  return { transA: int(Number(transA)), transB: int(Number(transB)), alpha: float(scale) };
}

/** A product of two matrices, with or without a third operand that is added. */
export const gemm: Rule = (node, inputs, to) => [to.emit('Gemm', inputs, { attributes: attributesOf(node) })];

/** The WebGPU provider has no FusedMatMul; left to it, the product would run on the CPU, with a copy each way. */
function batchedOnGpu(node: RuleNode, inputs: readonly string[], to: Lowering): string {
  const { transA, transB, scale } = productFlags(node);
  const rank = node.outputs[0]!.shape.length;
  if (transB && !transA && node.inputs[0]!.shape.at(-2) === 1) return rowTimes(node, inputs, to);
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

/** One row times a matrix turned round: the matrix times the row as a column, so that nothing has to be turned. */
function rowTimes(node: RuleNode, [row, matrix]: readonly string[], to: Lowering): string {
  const { scale } = productFlags(node);
  const [a] = node.inputs;
  const { shape } = node.outputs[0]!;
  const reshaped = (x: string, sizes: readonly number[]): string =>
    to.emit('Reshape', [x, to.constant('i64', [sizes.length], sizes)]);
  const scaled = scale === 1 ? row! : to.emit('Mul', [row!, to.constant('f32', [], [scale])]);
  const column = reshaped(scaled, [...a!.shape.slice(0, -2), a!.shape.at(-1)!, 1]);
  return reshaped(to.emit('MatMul', [matrix!, column]), shape);
}

const matmul: Rule = (node, inputs, to) => {
  const { transA, transB, scale } = productFlags(node);
  if (node.outputs[0]!.shape.length === 2) return gemm(node, inputs, to);
  if (!transA && !transB && scale === 1) return [to.emit('MatMul', inputs)];
  if (to.target === 'webgpu') return [batchedOnGpu(node, inputs, to)];
  return [to.emit('FusedMatMul', inputs, { domain: 'com.microsoft', attributes: attributesOf(node) })];
};

export const matmulRules: Rules = { matmul };
