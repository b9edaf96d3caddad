import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import {
  add,
  and,
  argmax,
  attention,
  broadcastTo,
  cast,
  concat,
  constant,
  cumsum,
  detach,
  div,
  type DType,
  embed,
  emitOnnx,
  encodeModel,
  entropy,
  equal,
  evaluateNamed,
  exp,
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
  oneHot,
  or,
  pick,
  reshape,
  rmsNorm,
  rope,
  scalar,
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
  transpose,
} from './index.ts';

interface Case {
  readonly inputs: Readonly<Record<string, readonly [Shape, ('normal' | 'positive' | 'id' | 'flag')?]>>;
  readonly build: (x: Record<string, Tensor>) => Tensor;
  /** Inputs whose gradient is checked by finite differences. */
  readonly differentiable?: readonly string[];
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
  detach: { inputs: { a: [[3]] }, build: ({ a }) => add(detach(a!), mul(a!, 0)) },
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
  pick: { inputs: { x: [[4, 7]], i: [[4], 'id'] }, build: ({ x, i }) => pick(x!, i!), differentiable: ['x'] },
  oneHot: { inputs: { i: [[2, 2], 'id'] }, build: ({ i }) => oneHot(i!, 7) },
  argmax: { inputs: { x: [[4, 7]] }, build: ({ x }) => cast(argmax(x!), 'f32') },
  cumsum: { inputs: { x: [[2, 5]] }, build: ({ x }) => cumsum(x!), differentiable: ['x'] },
  softmax: { inputs: { x: [[2, 5]] }, build: ({ x }) => softmax(x!), differentiable: ['x'] },
  logSoftmax: { inputs: { x: [[2, 5]] }, build: ({ x }) => logSoftmax(x!), differentiable: ['x'] },
  rmsNorm: { inputs: { x: [[3, 8]] }, build: ({ x }) => rmsNorm(x!, 1e-5), differentiable: ['x'] },
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
  entropy: { inputs: { x: [[3, 5]] }, build: ({ x }) => entropy(x!) },
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

const dtypeOf = (kind?: string): DType => (kind === 'id' ? 'i32' : kind === 'flag' ? 'bool' : 'f32');

function sample(shape: Shape, kind: string | undefined, random: Random): NdArray {
  const draw = () => {
    if (kind === 'id') return random.int(7);
    if (kind === 'flag') return random.int(2);
    return kind === 'positive' ? 0.5 + random.uniform() : random.normal();
  };
  return { shape, data: Float64Array.from({ length: sizeOf(shape) }, draw) };
}

async function runOrt(outputs: Record<string, Tensor>, feeds: Record<string, NdArray>) {
  const graph = emitOnnx(outputs, 'wasm');
  const session = await ort.InferenceSession.create(encodeModel(graph), { executionProviders: ['wasm'] });
  const tensors = Object.fromEntries(
    graph.inputs.map(({ name, type, shape }) => {
      const { data } = feeds[name]!;
      const tensor =
        type === 'f32'
          ? new ort.Tensor('float32', Float32Array.from(data), shape)
          : type === 'i32'
            ? new ort.Tensor('int32', Int32Array.from(data), shape)
            : new ort.Tensor('bool', Uint8Array.from(data), shape);
      return [name, tensor];
    }),
  );
  const results = await session.run(tensors);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, t]) => [name, Array.from(t.data as Float32Array)]),
  );
}

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

describe.each(Object.entries(CASES))('%s', (name, { inputs, build, differentiable = [] }) => {
  const random = new Random(1, 0, name);
  const x = Object.fromEntries(
    Object.entries(inputs).map(([key, [shape, kind]]) => [key, input(key, shape, dtypeOf(kind))]),
  );
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([key, [shape, kind]]) => [key, sample(shape, kind, random)]),
  );
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

  if (differentiable.length > 0)
    it('has the gradient that finite differences give', () => {
      const h = 1e-5;
      const lossAt = (key: string, i: number, shift: number) => {
        const { shape, data } = feeds[key]!;
        const moved = { ...feeds, [key]: { shape, data: data.with(i, data[i]! + shift) } };
        return evaluateNamed([loss], moved)[0]!.data[0]!;
      };
      const analytic = evaluateNamed(derivatives, feeds);
      differentiable.forEach((key, k) => {
        expect(derivatives[k]!.shape).toEqual(x[key]!.shape);
        feeds[key]!.data.forEach((_, i) => {
          const numeric = (lossAt(key, i, h) - lossAt(key, i, -h)) / (2 * h);
          expect(Math.abs(analytic[k]!.data[i]! - numeric)).toBeLessThan(1e-6 * (1 + Math.abs(numeric)));
        });
      });
    });

  it('gives the same on ONNX Runtime as in the reference, gradients included', async () => {
    const outputs = {
      y,
      ...Object.fromEntries(differentiable.map((key, k) => [`d_${key}`, derivatives[k]!])),
    };
    const results = await runOrt(outputs, feeds);
    const expected = evaluateNamed(Object.values(outputs), feeds);
    Object.keys(outputs).forEach((key, k) => {
      expect(results[key]!.length).toBe(expected[k]!.data.length);
      expected[k]!.data.forEach((value, i) => {
        expect(Math.abs(results[key]![i]! - value)).toBeLessThan(2e-5 * (1 + Math.abs(value)));
      });
    });
  });
});
