/**
 * A small graph for every operator, alone and as part of others: the tests hold each against finite differences and
 * the float64 reference, and a device can be tested with them where the app runs.
 */
import { fromFloat16, toFloat16 } from '../float16.ts';
import { Random } from '../random.ts';
import {
  add,
  and,
  argmax,
  attention,
  broadcastTo,
  cast,
  checkpoint,
  concat,
  constant,
  cumsum,
  detach,
  div,
  embed,
  entropy,
  equal,
  exp,
  frozenHeadEntropy,
  frozenHeadLogprobs,
  gradients,
  input,
  less,
  linear,
  log,
  logSoftmax,
  loop,
  matmul,
  max,
  maximum,
  mean,
  minimum,
  mul,
  type NdArray,
  neg,
  not,
  or,
  pick,
  put,
  reshape,
  rmsNorm,
  rope,
  scalar,
  scaledRmsNorm,
  select,
  type Shape,
  sigmoid,
  silu,
  sizeOf,
  slice,
  softmax,
  softplus,
  split,
  sqrt,
  sub,
  sum,
  type Tensor,
  tokenLogprobs,
  topK,
  transpose,
  writePosition,
} from './index.ts';

/** Values of an input: normal where nothing is said; halves are normal too, and stored as f16. */
type Kind = 'positive' | 'id' | 'flag' | 'half';

interface Case {
  readonly inputs: Readonly<Record<string, readonly [Shape, Kind?]>>;
  readonly build: (x: Record<string, Tensor>) => Tensor;
  /** Inputs whose gradient is checked by finite differences. */
  readonly differentiable?: readonly string[];
  /** Whether some values are f16, which not every GPU has. */
  readonly float16?: boolean;
}

const CASES: Record<string, Case> = {
  'add with broadcasting': {
    inputs: { a: [[2, 3]], b: [[3]] },
    build: ({ a, b }) => add(a!, b!),
    differentiable: ['a', 'b'],
  },
  sub: { inputs: { a: [[2, 1]], b: [[2, 3]] }, build: ({ a, b }) => sub(a!, b!), differentiable: ['a', 'b'] },
  mul: { inputs: { a: [[2, 3]], b: [[]] }, build: ({ a, b }) => mul(a!, b!), differentiable: ['a', 'b'] },
  div: {
    inputs: { a: [[2, 3]], b: [[3], 'positive'] },
    build: ({ a, b }) => div(a!, b!),
    differentiable: ['a', 'b'],
  },
  maximum: {
    inputs: { a: [[4, 3]], b: [[3]] },
    build: ({ a, b }) => maximum(a!, b!),
    differentiable: ['a', 'b'],
  },
  minimum: {
    inputs: { a: [[4, 3]], b: [[3]] },
    build: ({ a, b }) => minimum(a!, b!),
    differentiable: ['a', 'b'],
  },
  neg: { inputs: { a: [[3]] }, build: ({ a }) => neg(a!), differentiable: ['a'] },
  exp: { inputs: { a: [[3]] }, build: ({ a }) => exp(a!), differentiable: ['a'] },
  log: { inputs: { a: [[3], 'positive'] }, build: ({ a }) => log(a!), differentiable: ['a'] },
  sqrt: { inputs: { a: [[3], 'positive'] }, build: ({ a }) => sqrt(a!), differentiable: ['a'] },
  sigmoid: { inputs: { a: [[3]] }, build: ({ a }) => sigmoid(a!), differentiable: ['a'] },
  softplus: { inputs: { a: [[9]] }, build: ({ a }) => softplus(mul(a!, 4)), differentiable: ['a'] },
  select: {
    inputs: { c: [[2, 3], 'flag'], a: [[2, 3]], b: [[3]] },
    build: ({ c, a, b }) => select(c!, a!, b!),
    differentiable: ['a', 'b'],
  },
  'less, or, and, not': {
    inputs: { a: [[8]], b: [[8]] },
    build: ({ a, b }) => cast(or(and(less(a!, b!), less(a!, 0)), not(less(b!, 0.5))), 'f32'),
  },
  'equal on ids': {
    inputs: { a: [[8], 'id'], b: [[8], 'id'] },
    build: ({ a, b }) => cast(equal(a!, b!), 'f32'),
  },
  'cast from float16': {
    inputs: { a: [[2, 3], 'half'], b: [[3]] },
    build: ({ a, b }) => mul(cast(a!, 'f32'), b!),
    differentiable: ['a', 'b'],
    float16: true,
  },
  'cast to float16': {
    inputs: { a: [[9]] },
    build: ({ a }) => cast(cast(a!, 'f16'), 'f32'),
    float16: true,
  },
  'rows of a float16 table': {
    inputs: { t: [[7, 3], 'half'], i: [[2, 4], 'id'] },
    build: ({ t, i }) => cast(embed(t!, i!), 'f32'),
    differentiable: ['t'],
    float16: true,
  },
  'float16 moved about': {
    inputs: { a: [[2, 3], 'half'], b: [[6], 'half'] },
    build: ({ a, b }) => {
      const joined = concat([transpose(a!, [1, 0]), reshape(b!, [3, 2])], 1);
      const [left, right] = split(broadcastTo(joined, [2, 3, 4]), 2, [1, 3]);
      return cast(slice(concat([right!, left!], 2), 1, 1, 3), 'f32');
    },
    differentiable: ['a', 'b'],
    float16: true,
  },
  detach: { inputs: { a: [[3]] }, build: ({ a }) => add(detach(a!), mul(a!, 0)) },
  checkpoint: {
    inputs: { a: [[3]] },
    build: ({ a }) => mul(checkpoint(mul(a!, a!)), a!),
    differentiable: ['a'],
  },
  sum: { inputs: { a: [[2, 3, 4]] }, build: ({ a }) => sum(a!, [0, 2]), differentiable: ['a'] },
  'sum keeping axes': {
    inputs: { a: [[2, 3, 4]] },
    build: ({ a }) => sum(a!, [-1], true),
    differentiable: ['a'],
  },
  mean: { inputs: { a: [[2, 3, 4]] }, build: ({ a }) => mean(a!, [1]), differentiable: ['a'] },
  max: { inputs: { a: [[2, 3, 4]] }, build: ({ a }) => max(a!, [1]) },
  reshape: { inputs: { a: [[2, 6]] }, build: ({ a }) => reshape(a!, [3, 4]), differentiable: ['a'] },
  transpose: {
    inputs: { a: [[2, 3, 4]] },
    build: ({ a }) => transpose(a!, [2, 0, 1]),
    differentiable: ['a'],
  },
  broadcastTo: {
    inputs: { a: [[1, 3]] },
    build: ({ a }) => broadcastTo(a!, [2, 4, 3]),
    differentiable: ['a'],
  },
  concat: {
    inputs: { a: [[2, 1]], b: [[2, 3]] },
    build: ({ a, b }) => concat([a!, b!], 1),
    differentiable: ['a', 'b'],
  },
  'split, one part unused': {
    inputs: { a: [[2, 6]] },
    build: ({ a }) => mul(split(a!, 1, [1, 2, 3])[1]!, 3),
    differentiable: ['a'],
  },
  slice: { inputs: { a: [[2, 6]] }, build: ({ a }) => slice(a!, 1, 2, 5), differentiable: ['a'] },
  'matmul, two axes': {
    inputs: { a: [[2, 3]], b: [[3, 4]] },
    build: ({ a, b }) => matmul(a!, b!),
    differentiable: ['a', 'b'],
  },
  'matmul, batched': {
    inputs: { a: [[2, 2, 3]], b: [[2, 3, 4]] },
    build: ({ a, b }) => matmul(a!, b!),
    differentiable: ['a', 'b'],
  },
  'matmul, A transposed': {
    inputs: { a: [[2, 3, 2]], b: [[2, 3, 4]] },
    build: ({ a, b }) => matmul(a!, b!, { transA: true, scale: 0.5 }),
    differentiable: ['a', 'b'],
  },
  'matmul, both transposed': {
    inputs: { a: [[3, 2]], b: [[4, 3]] },
    build: ({ a, b }) => matmul(a!, b!, { transA: true, transB: true, scale: 2 }),
    differentiable: ['a', 'b'],
  },
  'linear with bias and residual': {
    inputs: { x: [[5, 3]], w: [[4, 3]], b: [[4]], r: [[5, 4]] },
    build: ({ x, w, b, r }) => add(r!, linear(x!, w!, b!)),
    differentiable: ['x', 'w', 'b', 'r'],
  },
  embed: {
    inputs: { t: [[7, 3]], i: [[2, 4], 'id'] },
    build: ({ t, i }) => embed(t!, i!),
    differentiable: ['t'],
  },
  'embed, more ids than are added up at a time': {
    inputs: { t: [[7, 1]], i: [[1030], 'id'], r: [[1030, 1]] },
    build: ({ t, i, r }) => sum(mul(embed(t!, i!), r!), [0]),
    differentiable: ['t'],
  },
  pick: { inputs: { x: [[4, 7]], i: [[4], 'id'] }, build: ({ x, i }) => pick(x!, i!), differentiable: ['x'] },
  put: {
    inputs: { x: [[4, 7]], i: [[4], 'id'], v: [[4]] },
    build: ({ x, i, v }) => put(x!, i!, v!),
    differentiable: ['x', 'v'],
  },
  writePosition: {
    inputs: { x: [[2, 3, 4, 5]], r: [[2, 3, 1, 5]] },
    build: ({ x, r }) => writePosition(x!, constant([], [2], 'i32'), r!),
  },
  argmax: { inputs: { x: [[4, 7]] }, build: ({ x }) => cast(argmax(x!), 'f32') },
  topK: { inputs: { x: [[4, 7]] }, build: ({ x }) => topK(x!, 3) },
  cumsum: { inputs: { x: [[2, 5]] }, build: ({ x }) => cumsum(x!), differentiable: ['x'] },
  softmax: { inputs: { x: [[2, 5]] }, build: ({ x }) => softmax(x!), differentiable: ['x'] },
  logSoftmax: { inputs: { x: [[2, 5]] }, build: ({ x }) => logSoftmax(x!), differentiable: ['x'] },
  rmsNorm: { inputs: { x: [[3, 8]] }, build: ({ x }) => rmsNorm(x!, 1e-5), differentiable: ['x'] },
  scaledRmsNorm: {
    inputs: { x: [[3, 8]], s: [[8]] },
    build: ({ x, s }) => scaledRmsNorm(x!, s!, 1e-5),
    differentiable: ['x', 's'],
  },
  silu: { inputs: { x: [[3, 4]] }, build: ({ x }) => silu(x!), differentiable: ['x'] },
  'rope, shared angles': {
    inputs: { x: [[2, 2, 3, 4]], c: [[1, 3, 2]], s: [[1, 3, 2]] },
    build: ({ x, c, s }) => rope(x!, c!, s!),
    differentiable: ['x'],
  },
  'rope, angles per row': {
    inputs: { x: [[2, 2, 3, 4]], c: [[2, 3, 2]], s: [[2, 3, 2]] },
    build: ({ x, c, s }) => rope(x!, c!, s!),
    differentiable: ['x'],
  },
  tokenLogprobs: {
    inputs: { x: [[4, 7]], i: [[4], 'id'] },
    build: ({ x, i }) => tokenLogprobs(x!, i!),
    differentiable: ['x'],
  },
  'frozenHeadLogprobs, in chunks': {
    inputs: { x: [[5, 3]], w: [[7, 3]], i: [[5], 'id'] },
    build: ({ x, w, i }) => frozenHeadLogprobs(x!, w!, i!, { differentiable: true, heldLogits: 14 }),
    differentiable: ['x'],
  },
  'frozenHeadLogprobs, values alone': {
    inputs: { x: [[5, 3]], w: [[7, 3]], i: [[5], 'id'] },
    build: ({ x, w, i }) => frozenHeadLogprobs(x!, w!, i!, { differentiable: false, heldLogits: 14 }),
  },
  'attention, one segment with bias': {
    inputs: { q: [[2, 2, 3, 4]], k: [[2, 2, 5, 4]], v: [[2, 2, 5, 4]], m: [[2, 1, 1, 5]] },
    build: ({ q, k, v, m }) => attention(q!, [{ keys: k!, values: v!, bias: m! }]),
    differentiable: ['q', 'k', 'v'],
  },
  'attention, two segments': {
    inputs: { q: [[2, 2, 3, 4]], k: [[2, 2, 5, 4]], v: [[2, 2, 5, 4]], K: [[2, 2, 2, 4]], V: [[2, 2, 2, 4]] },
    build: ({ q, k, v, K, V }) =>
      attention(q!, [
        { keys: k!, values: v! },
        { keys: K!, values: V! },
      ]),
    differentiable: ['q', 'k', 'v', 'K', 'V'],
  },
  'attention, a segment shared by a group': {
    inputs: {
      q: [[2, 2, 3, 2, 4]],
      k: [[2, 2, 5, 4]],
      v: [[2, 2, 5, 4]],
      K: [[2, 2, 3, 2, 4]],
      V: [[2, 2, 3, 2, 4]],
      m: [[2, 1, 1, 1, 5]],
    },
    build: ({ q, k, v, K, V, m }) =>
      attention(q!, [
        { keys: k!, values: v!, bias: m! },
        { keys: K!, values: V! },
      ]),
    differentiable: ['q', 'k', 'v', 'K', 'V'],
  },
  entropy: { inputs: { x: [[3, 5]] }, build: ({ x }) => entropy(x!), differentiable: ['x'] },
  'frozenHeadEntropy, in chunks': {
    inputs: { x: [[5, 3]], w: [[7, 3]] },
    build: ({ x, w }) => frozenHeadEntropy(x!, w!, { differentiable: true, heldLogits: 14 }),
    differentiable: ['x'],
  },
  'loop that reads outer tensors and stops early': {
    inputs: { a: [[2, 3]], w: [[3, 3]] },
    build: ({ a, w }) => {
      const outer = mul(w!, 0.5);
      const [x, n] = loop(9, less(scalar(0), 1), [a!, scalar(0)], (i, [x, n]) => ({
        goOn: less(add(i, 1), constant([], [4], 'i32')),
        carried: [matmul(x!, outer), add(n!, add(cast(i, 'f32'), 1))],
      }));
      return add(x!, n!);
    },
  },
  'loop inside a loop': {
    inputs: { a: [[3]] },
    build: ({ a }) =>
      loop(2, less(scalar(0), 1), [a!], (_, [x]) => ({
        goOn: less(scalar(0), 1),
        carried: [
          loop(3, less(scalar(0), 1), [x!], (j, [y]) => ({
            goOn: less(j, 2),
            carried: [add(mul(y!, 2), a!)],
          }))[0]!,
        ],
      }))[0]!,
  },
};

/** A case ready to run: a graph of the result and of every gradient, its inputs, and what float64 says. */
export interface OperatorCase {
  readonly name: string;
  readonly feeds: Readonly<Record<string, NdArray>>;
  /** `y`, and `d_x` for each differentiable input x: the gradient of a random projection of y. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** The projection, a scalar. */
  readonly loss: Tensor;
  readonly differentiable: readonly string[];
  readonly float16: boolean;
}

/** Flags travel as integers, since a host has no arrays of bool. */
function declare(name: string, shape: Shape, kind: Kind | undefined): Tensor {
  if (kind === 'flag') return cast(input(name, shape, 'i32'), 'bool');
  return input(name, shape, kind === 'id' ? 'i32' : kind === 'half' ? 'f16' : 'f32');
}

function sample(shape: Shape, kind: Kind | undefined, random: Random): NdArray {
  const draw = () => {
    if (kind === 'id') return random.int(7);
    if (kind === 'flag') return random.int(2);
    return kind === 'positive' ? 0.5 + random.uniform() : random.normal();
  };
  const data = Float64Array.from({ length: sizeOf(shape) }, draw);
  return {
    shape,
    data: kind === 'half' ? new Float64Array(fromFloat16(toFloat16(new Float32Array(data)))) : data,
  };
}

function prepare(name: string, { inputs, build, differentiable = [], float16 = false }: Case): OperatorCase {
  const random = new Random(1, 0, name);
  const x: Record<string, Tensor> = {};
  const feeds: Record<string, NdArray> = {};
  for (const [key, [shape, kind]] of Object.entries(inputs)) {
    x[key] = declare(key, shape, kind);
    feeds[key] = sample(shape, kind, random);
  }
  const y = build(x);
  // A random projection turns any output into a scalar whose gradient sees every element.
  const projection = constant(
    y.shape,
    Array.from({ length: sizeOf(y.shape) }, () => random.normal()),
  );
  const loss = sum(
    mul(y, projection),
    y.shape.map((_, i) => i),
  );
  const derivatives = gradients(
    loss,
    differentiable.map((key) => x[key]!),
  );
  const outputs = {
    y,
    ...Object.fromEntries(differentiable.map((key, i) => [`d_${key}`, derivatives[i]!])),
  };
  return { name, feeds, outputs, loss, differentiable, float16 };
}

/** Every operator, with its gradient. */
export const operatorCases = (): OperatorCase[] =>
  Object.entries(CASES).map(([name, definition]) => prepare(name, definition));
