/** What computing a graph takes of memory, from shapes alone. */
import { isInput } from './constant.ts';
import type { LoopBody } from './loop.ts';
import { nodesBehind, operandsOf } from './order.ts';
import { type Node, sizeOf, type Tensor } from './tensor.ts';

const BYTES = { f32: 4, i32: 4, f16: 2, bool: 1 } as const;
const bytesOf = ({ shape, dtype }: Tensor): number => sizeOf(shape) * BYTES[dtype];

/** Operators whose result is their operand, under another shape or none. */
const VIEWS = new Set(['reshape', 'detach', 'checkpoint', 'withGradient']);

/** The tensor whose memory a tensor lies in. */
function placeOf(tensor: Tensor): Tensor {
  let place = tensor;
  while (VIEWS.has(place.node.operator.name)) place = place.node.inputs[0]!;
  return place;
}

/** Bytes of a graph's inputs, which are there as long as it runs. */
export const inputBytes = (outputs: readonly Tensor[]): number =>
  nodesBehind(outputs, operandsOf)
    .flatMap((node) => node.outputs)
    .filter(isInput)
    .reduce((total, tensor) => total + bytesOf(tensor), 0);

/**
 * The most that results take at any time, inputs aside, where each is let go once nothing reads it any more. An engine that
 * computes in another order, or in place, takes somewhat more or less.
 * @param given tensors of a surrounding graph, which are counted there
 */
export function peakBytes(outputs: readonly Tensor[], given: ReadonlySet<Node> = new Set()): number {
  const order = nodesBehind(outputs, (node) => (given.has(node) ? [] : operandsOf(node))).filter(
    (node) => !given.has(node),
  );
  const reads = new Map<Tensor, number>();
  const read = (tensor: Tensor): Tensor => {
    const place = placeOf(tensor);
    reads.set(place, (reads.get(place) ?? 0) + 1);
    return place;
  };
  for (const node of order) if (!VIEWS.has(node.operator.name)) operandsOf(node).forEach(read);
  outputs.forEach(read);
  const counted = (tensor: Tensor): boolean => !isInput(tensor) && !given.has(tensor.node);
  let [now, peak] = [0, 0];
  for (const node of order) {
    if (VIEWS.has(node.operator.name) || isInput(node.outputs[0]!)) continue;
    const own = node.outputs.filter((tensor) => reads.has(tensor)).reduce((sum, t) => sum + bytesOf(t), 0);
    now += own;
    peak = Math.max(peak, now + innerBytes(node));
    for (const operand of operandsOf(node)) {
      const place = placeOf(operand);
      const left = reads.get(place)! - 1;
      reads.set(place, left);
      if (left === 0 && counted(place)) now -= bytesOf(place);
    }
  }
  return peak;
}

/** What a step of a loop takes beside the values that it hands on, which are there twice. */
function innerBytes(node: Node): number {
  if (node.operator.name !== 'loop') return 0;
  const { parameters, results } = node.payload as LoopBody;
  return peakBytes(results, new Set([...parameters, ...node.inputs].map((tensor) => tensor.node)));
}
