/** From the nodes of a graph to what is emitted for them. */
import { nodesBehind, operandsOf } from '../order.ts';
import { type Node, sameShape, type Tensor } from '../tensor.ts';
import type { LoopBody } from '../loop.ts';
import type { Rule, RuleNode } from './lowering.ts';
import { ruleOf } from './rules/index.ts';
import { gemm } from './rules/matmul.ts';

/** One node of the graph, or several that one rule covers. */
export interface Instruction extends RuleNode {
  /** Equal for equal rules. */
  readonly name: string;
  readonly rule: Rule;
}

/** How often each tensor is used in the graph behind the outputs, loop bodies included. */
export function countUses(outputs: readonly Tensor[]): Map<Tensor, number> {
  const uses = new Map<Tensor, number>();
  const read = (node: Node): readonly Tensor[] =>
    node.operator.name === 'loop'
      ? [...operandsOf(node), ...(node.payload as LoopBody).results]
      : operandsOf(node);
  for (const tensor of [...outputs, ...nodesBehind(outputs, read).flatMap(read)])
    uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  return uses;
}

/** `a·b + c` for two axes and `c` of the result's shape or one row of it, where nothing else uses the product. */
function fusedProduct(node: Node, uses: ReadonlyMap<Tensor, number>): Instruction | null {
  if (node.operator.name !== 'add') return null;
  const { shape } = node.outputs[0]!;
  if (shape.length !== 2) return null;
  for (const [product, c] of [node.inputs, node.inputs.toReversed()] as [Tensor, Tensor][]) {
    const { operator, inputs, attributes } = product.node;
    const fits =
      sameShape(c.shape, shape) || sameShape(c.shape, [shape[1]!]) || sameShape(c.shape, [1, shape[1]!]);
    if (operator.name === 'matmul' && uses.get(product) === 1 && sameShape(product.shape, shape) && fits)
      return { name: 'gemm', rule: gemm, inputs: [...inputs, c], attributes, outputs: node.outputs };
  }
  return null;
}

/**
 * What is emitted for a node.
 * @throws GraphError when its operator has no rule
 */
export const instructionOf = (node: Node, uses: ReadonlyMap<Tensor, number>): Instruction =>
  fusedProduct(node, uses) ?? {
    ...node,
    name: node.operator.name,
    rule: ruleOf(node.operator.name),
    inputs: operandsOf(node),
  };
