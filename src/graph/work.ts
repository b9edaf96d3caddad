/** How much arithmetic a graph is, from shapes alone. */
import type { LoopBody } from './loop.ts';
import { productFlags } from './matmul.ts';
import { nodesBehind, operandsOf } from './order.ts';
import { type Node, sizeOf, type Tensor } from './tensor.ts';

/**
 * Floating-point operations of a graph's matrix products, two for each multiplication; what a loop does counts as often as
 * it may run.
 * @param given nodes of a surrounding graph, which are counted there
 */
export function productFlops(outputs: readonly Tensor[], given: ReadonlySet<Node> = new Set()): number {
  return nodesBehind(outputs, (node) => (given.has(node) ? [] : operandsOf(node)))
    .filter((node) => !given.has(node))
    .reduce((total, node) => total + flopsOf(node), 0);
}

/** Those of them that loops do. */
export const loopFlops = (outputs: readonly Tensor[]): number =>
  nodesBehind(outputs, operandsOf)
    .filter(({ operator }) => operator.name === 'loop')
    .reduce((total, node) => total + flopsOf(node), 0);

function flopsOf(node: Node): number {
  switch (node.operator.name) {
    case 'matmul': {
      const inner = node.inputs[0]!.shape.at(productFlags(node).transA ? -2 : -1)!;
      return 2 * sizeOf(node.outputs[0]!.shape) * inner;
    }
    case 'loop': {
      const { parameters, results } = node.payload as LoopBody;
      const outside = new Set([...parameters, ...node.inputs].map((tensor) => tensor.node));
      return (node.attributes['trips'] as number) * productFlops(results, outside);
    }
    default:
      return 0;
  }
}
