/** The reference evaluator: every operator in float64, one after the other. For tests; nothing else is this slow. */
import { inputName, isInput } from './constant.ts';
import { GraphError, type NdArray, sameShape, showShape, type Tensor } from './tensor.ts';

/** Values of the outputs, given those of some tensors (inputs, usually). */
export function evaluate(outputs: readonly Tensor[], known: ReadonlyMap<Tensor, NdArray>): NdArray[] {
  const values = new Map<Tensor, NdArray>(known);
  const valueOf = (tensor: Tensor): NdArray => {
    const ready = values.get(tensor);
    if (ready) return ready;
    const { node } = tensor;
    const results = node.operator.evaluate(node, node.inputs.map(valueOf));
    node.outputs.forEach((output, i) => values.set(output, results[i]!));
    return values.get(tensor)!;
  };
  return outputs.map(valueOf);
}

/** {@link evaluate} with inputs given by name. */
export function evaluateNamed(
  outputs: readonly Tensor[],
  feeds: Readonly<Record<string, NdArray>>,
): NdArray[] {
  const known = new Map<Tensor, NdArray>();
  const seen = new Set<Tensor>();
  const visit = (tensor: Tensor): void => {
    if (seen.has(tensor)) return;
    seen.add(tensor);
    if (isInput(tensor)) {
      const value = feeds[inputName(tensor)];
      if (value) {
        if (!sameShape(value.shape, tensor.shape))
          throw new GraphError(
            `input ${inputName(tensor)}: expects ${showShape(tensor.shape)}, got ${showShape(value.shape)}.`,
          );
        known.set(tensor, value);
      }
    }
    tensor.node.inputs.forEach(visit);
  };
  outputs.forEach(visit);
  return evaluate(outputs, known);
}
