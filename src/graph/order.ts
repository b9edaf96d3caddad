import type { Node, Tensor } from './tensor.ts';

const inputsOf = ({ inputs }: Node): readonly Tensor[] => inputs;

/** What has to be computed before a node. The operands of a hand-written gradient are only there for differentiation. */
export const operandsOf = ({ operator, inputs }: Node): readonly Tensor[] =>
  operator.name === 'withGradient' ? inputs.slice(0, 1) : inputs;

/**
 * The nodes behind some tensors, each after all that it reads, in the order of a walk into the depth. The walk has a stack of
 * its own: a graph of many layers is deeper than what an engine has room for.
 * @param reads what has to come before a node; by default its inputs
 */
export function nodesBehind(tensors: readonly Tensor[], reads = inputsOf): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  /** Nodes on the way down, and how many of what each reads were walked. */
  const path: { readonly node: Node; readonly read: readonly Tensor[]; next: number }[] = [];
  const enter = ({ node }: Tensor): void => {
    if (seen.has(node)) return;
    seen.add(node);
    path.push({ node, read: reads(node), next: 0 });
  };
  for (const tensor of tensors) {
    enter(tensor);
    for (let last = path.at(-1); last; last = path.at(-1)) {
      if (last.next < last.read.length) enter(last.read[last.next++]!);
      else order.push(path.pop()!.node);
    }
  }
  return order;
}
