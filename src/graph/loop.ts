/** Repetition inside one graph. */
import { input } from './constant.ts';
import { evaluate } from './evaluate.ts';
import { nodesBehind } from './order.ts';
import {
  makeNode,
  type NdArray,
  type Operator,
  requireDType,
  sameShape,
  ShapeError,
  type Tensor,
} from './tensor.ts';

export interface LoopBody {
  /** Placeholders: the iteration number (i32 scalar), then the carried values. */
  readonly parameters: readonly Tensor[];
  /** Whether to go on (bool scalar), then the carried values of the next iteration. */
  readonly results: readonly Tensor[];
}

const loopOperator: Operator = {
  name: 'loop',
  evaluate: (node, inputs) => {
    const { parameters, results } = node.payload as LoopBody;
    const [start, ...initial] = inputs;
    const captured = new Map<Tensor, NdArray>();
    let carried: readonly NdArray[] = initial.slice(0, parameters.length - 1);
    node.inputs
      .slice(parameters.length)
      .forEach((tensor, i) => captured.set(tensor, initial[parameters.length - 1 + i]!));
    let go = start!.data[0] !== 0;
    for (let i = 0; go && i < (node.attributes['trips'] as number); i++) {
      const known = new Map(captured);
      known.set(parameters[0]!, { shape: [], data: Float64Array.of(i) });
      carried.forEach((value, k) => known.set(parameters[k + 1]!, value));
      const [next, ...rest] = evaluate(results, known);
      carried = rest;
      go = next!.data[0] !== 0;
    }
    return carried;
  },
};

let loops = 0;

/**
 * Runs `body` up to `trips` times while the condition holds. The body gets the iteration number (i32 scalar) and
 * the carried tensors and returns the condition for going on and the next ones, of the same shapes. It may use any
 * outer tensor; what does not depend on the carried values is computed once, outside.
 */
export function loop(
  trips: number,
  condition: Tensor,
  initial: readonly Tensor[],
  body: (
    iteration: Tensor,
    carried: readonly Tensor[],
  ) => { readonly goOn: Tensor; readonly carried: readonly Tensor[] },
): readonly Tensor[] {
  requireDType('loop', condition, 'bool');
  const id = loops++;
  const parameters = [
    input(`loop${id}.iteration`, [], 'i32'),
    ...initial.map((t, i) => input(`loop${id}.carried${i}`, t.shape, t.dtype)),
  ];
  const { goOn, carried } = body(parameters[0]!, parameters.slice(1));
  carried.forEach((t, i) => {
    const expected = initial[i];
    if (
      !expected ||
      !sameShape(t.shape, expected.shape) ||
      t.dtype !== expected.dtype ||
      carried.length !== initial.length
    )
      throw new ShapeError(
        'loop',
        [expected?.shape ?? [], t.shape],
        `carried value ${i} must keep its shape and type`,
      );
  });
  const results = [goOn, ...carried];
  const outer = capturedBy(results, parameters);
  const payload: LoopBody = { parameters, results };
  const outputs = initial.map(({ shape, dtype }) => ({ shape, dtype }));
  return makeNode(loopOperator, [condition, ...initial, ...outer], outputs, { trips }, payload);
}

/** Tensors outside the body that the body reads: the largest parts that do not depend on its parameters. */
function capturedBy(results: readonly Tensor[], parameters: readonly Tensor[]): Tensor[] {
  const inside = new Set(parameters.map(({ node }) => node));
  for (const node of nodesBehind(results)) if (node.inputs.some((t) => inside.has(t.node))) inside.add(node);
  const outer = new Set<Tensor>();
  const seen = new Set<Tensor['node']>();
  const left = results.toReversed();
  for (let tensor = left.pop(); tensor; tensor = left.pop()) {
    if (!inside.has(tensor.node)) outer.add(tensor);
    else if (!seen.has(tensor.node)) {
      seen.add(tensor.node);
      left.push(...tensor.node.inputs.toReversed());
    }
  }
  return [...outer];
}
