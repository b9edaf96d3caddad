/** Reverse-mode differentiation: a graph in, the graph of its gradient out. */
import { scalar } from './constant.ts';
import { add } from './elementwise.ts';
import { broadcastTo } from './broadcast.ts';
import { nodesBehind } from './order.ts';
import { GraphError, type Node, sameShape, showShape, type Tensor } from './tensor.ts';

/** Nodes through which `output` depends on one of the tensors. */
function pathsTo(order: readonly Node[], tensors: readonly Tensor[]): Set<Node> {
  const wanted = new Set(tensors);
  const active = new Set<Node>();
  for (const node of order)
    if (node.outputs.some((t) => wanted.has(t)) || node.inputs.some((t) => active.has(t.node)))
      active.add(node);
  return active;
}

/**
 * d loss / d tensor for each of the given tensors, zeros where the loss does not depend on one.
 * @param loss a scalar of shape []
 * @throws GraphError when the loss is no scalar or an operator on the way has no gradient
 */
export function gradients(loss: Tensor, tensors: readonly Tensor[]): Tensor[] {
  if (!sameShape(loss.shape, []))
    throw new GraphError(`gradients: the loss must be a scalar, not ${showShape(loss.shape)}.`);
  const order = nodesBehind([loss]);
  const active = pathsTo(order, tensors);
  const gradientOf = new Map<Tensor, Tensor>([[loss, scalar(1)]]);
  for (const node of order.reverse()) {
    if (!active.has(node)) continue;
    const outputGradients = node.outputs.map((t) => gradientOf.get(t) ?? null);
    if (outputGradients.every((g) => g === null) || node.inputs.length === 0) continue;
    if (!node.operator.gradient) throw new GraphError(`gradients: ${node.operator.name} has no gradient.`);
    const partials = node.operator.gradient(node, outputGradients);
    node.inputs.forEach((tensor, i) => {
      const partial = partials[i];
      if (!partial || !active.has(tensor.node)) return;
      const before = gradientOf.get(tensor);
      gradientOf.set(tensor, before ? add(before, partial) : partial);
    });
  }
  return tensors.map((t) => gradientOf.get(t) ?? broadcastTo(scalar(0), t.shape));
}
