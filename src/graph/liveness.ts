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

/** What becomes of memory as a graph is computed. */
interface Memory {
  take(bytes: number): void;
  give(bytes: number): void;
  /** What a node takes while it is computed. */
  pass(inner: number): void;
}

/**
 * Takes memory for each result, inputs aside, and gives it back once nothing reads it any more. An engine that computes in
 * another order, or in place, takes somewhat more or less.
 * @param given tensors of a surrounding graph, which are counted there
 */
function computeIn(memory: Memory, outputs: readonly Tensor[], given: ReadonlySet<Node>): void {
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
  for (const node of order) {
    if (VIEWS.has(node.operator.name) || isInput(node.outputs[0]!)) continue;
    for (const tensor of node.outputs) if (reads.has(tensor)) memory.take(bytesOf(tensor));
    memory.pass(innerBytes(node));
    for (const operand of operandsOf(node)) {
      const place = placeOf(operand);
      const left = reads.get(place)! - 1;
      reads.set(place, left);
      if (left === 0 && counted(place)) memory.give(bytesOf(place));
    }
  }
}

const NONE: ReadonlySet<Node> = new Set();

/** The most that results take at any time, where whatever is free is used again. */
export function peakBytes(outputs: readonly Tensor[], given = NONE): number {
  let [now, peak] = [0, 0];
  const memory: Memory = {
    take: (bytes) => void (now += bytes),
    give: (bytes) => void (now -= bytes),
    pass: (inner) => void (peak = Math.max(peak, now + inner)),
  };
  computeIn(memory, outputs, given);
  return peak;
}

/** What results take in all, where a buffer is used again for what is exactly as large. */
export function bufferBytes(outputs: readonly Tensor[]): number {
  let all = 0;
  const free = new Map<number, number>();
  const memory: Memory = {
    take(bytes) {
      const left = free.get(bytes) ?? 0;
      if (left > 0) free.set(bytes, left - 1);
      else all += bytes;
    },
    give: (bytes) => void free.set(bytes, (free.get(bytes) ?? 0) + 1),
    pass() {},
  };
  computeIn(memory, outputs, NONE);
  return all;
}

/** What a step of a loop takes beside the values that it hands on, which are there twice. */
function innerBytes(node: Node): number {
  if (node.operator.name !== 'loop') return 0;
  const { parameters, results } = node.payload as LoopBody;
  return peakBytes(results, new Set([...parameters, ...node.inputs].map((tensor) => tensor.node)));
}
