/**
 * Two ways of computing the same thing, each alone on one thread of ONNX Runtime's WASM build under Node: what the
 * rules of src/graph/onnx were chosen by. Prints Markdown.
 *
 *   npx tsx bench/operators.ts [rounds, 15 by default]
 *
 * A way is repeated inside an ONNX Loop, and the time of a short loop is taken off, so that calls and copies into the
 * engine do not count. Both ways must give the same numbers.
 */
import * as ort from 'onnxruntime-web/wasm';
import {
  add,
  input,
  matmul,
  rmsNorm,
  rope,
  select,
  equal,
  iota,
  reshape,
  writePosition,
  type Tensor,
} from '../src/graph/index.ts';
import { emitOnnx, encodeModel } from '../src/graph/onnx/index.ts';
import type { OnnxGraph, OnnxNode } from '../src/graph/onnx/lowering.ts';
import { sizeOf } from '../src/graph/tensor.ts';
import { initialWeights, parameterLayout, unpackWeights } from '../src/model/parameters.ts';
import { buildSupervised } from '../src/programs/supervised.ts';
import { Random } from '../src/random.ts';
import { median } from './statistics.ts';
import { BATCH, COMPLETIONS, MODEL, TIME } from './workload.ts';

ort.env.wasm.numThreads = 1;
const ROUNDS = Number(process.argv[2] ?? 15);
const ROWS = (BATCH / 2) * TIME;
/** Sequences of half a batch that is sampled: the rows of a decoding step. */
const DECODED = COMPLETIONS / 2;
const { width, heads, headWidth, hidden } = MODEL;

interface Way {
  readonly name: string;
  readonly graph: OnnxGraph;
  /** Nodes that are computed once, before the loop. */
  readonly before?: readonly OnnxNode[];
}
interface Choice {
  readonly what: string;
  /** The one in use first. */
  readonly ways: readonly [Way, Way];
  readonly repeats: number;
}

const ours = (name: string, y: Tensor): Way => ({ name, graph: emitOnnx({ y }, 'wasm') });
/** The inputs of a graph, computed by other nodes. */
const instead = (
  name: string,
  { graph }: Way,
  nodes: readonly OnnxNode[],
  initializers: OnnxGraph['initializers'] = [],
): Way => ({
  name,
  graph: { ...graph, nodes, initializers },
});
const integer = (value: number) => ({ kind: 'int', value }) as const;

/** The graph `times` over; what it returns is one number of each pass, so that none can be left out. */
function repeated({ graph: { inputs, initializers, nodes }, before = [] }: Way, times: number): OnnxGraph {
  const wide = (name: string, ...data: bigint[]) =>
    ({
      name,
      type: 'i64',
      shape: name === 'loop/trips' ? [] : [data.length],
      data: BigInt64Array.from(data),
    }) as const;
  const body: OnnxGraph = {
    inputs: [
      { name: 'loop/pass', type: 'i64', shape: [] },
      { name: 'loop/more', type: 'bool', shape: [] },
    ],
    outputs: [
      { name: 'loop/still', type: 'bool', shape: [] },
      { name: 'loop/first', type: 'f32', shape: [1] },
    ],
    initializers: [],
    nodes: [
      ...nodes,
      { type: 'Identity', inputs: ['loop/more'], outputs: ['loop/still'], attributes: {} },
      { type: 'Reshape', inputs: ['y', 'loop/flat'], outputs: ['loop/row'], attributes: {} },
      {
        type: 'Slice',
        inputs: ['loop/row', 'loop/zero', 'loop/one'],
        outputs: ['loop/first'],
        attributes: {},
      },
    ],
  };
  const always = { name: 'loop/always', type: 'bool', shape: [], data: Uint8Array.of(1) } as const;
  return {
    inputs,
    outputs: [{ name: 'loop/result', type: 'f32', shape: [times, 1] }],
    initializers: [
      ...initializers,
      wide('loop/flat', -1n),
      wide('loop/zero', 0n),
      wide('loop/one', 1n),
      wide('loop/trips', BigInt(times)),
      always,
    ],
    nodes: [
      ...before,
      {
        type: 'Loop',
        inputs: ['loop/trips', 'loop/always'],
        outputs: ['loop/result'],
        attributes: { body: { kind: 'graph', value: body } },
      },
    ],
  };
}

/** Numbers in [−0.5, 0.5), the same for every input of that name. */
function noise(name: string, size: number): Float32Array {
  const random = new Random(1, 0, name);
  return Float32Array.from({ length: size }, () => random.uniform() - 0.5);
}

type Run = () => Promise<Float32Array>;

async function open(graph: OnnxGraph): Promise<{ run: Run; release: () => Promise<void> }> {
  const feeds = Object.fromEntries(
    graph.inputs.map(({ name, type, shape }) => [
      name,
      type === 'f32'
        ? new ort.Tensor('float32', noise(name, sizeOf(shape)), shape)
        : new ort.Tensor('int32', new Int32Array(sizeOf(shape)).fill(40), shape),
    ]),
  );
  const session = await ort.InferenceSession.create(encodeModel(graph), { graphOptimizationLevel: 'all' });
  const name = session.outputNames[0]!;
  return {
    run: async () => (await session.run(feeds))[name]!.data as Float32Array,
    release: () => session.release(),
  };
}

/** Milliseconds of this process, so that another's turn on the core does not count. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Medians in ms of one pass of each way, taken in turns. */
async function compare({ ways, repeats }: Choice): Promise<number[]> {
  const outputs = await Promise.all(
    ways.map(async ({ graph, before = [] }) => {
      const { run, release } = await open({ ...graph, nodes: [...before, ...graph.nodes] });
      const values = (await run()).slice();
      await release();
      return values;
    }),
  );
  const apart = outputs[0]!.reduce((most, value, i) => Math.max(most, Math.abs(value - outputs[1]![i]!)), 0);
  if (!(apart < 1e-4)) throw new Error(`The two ways differ by ${apart}.`);
  const loops = await Promise.all(
    ways.map(async (way) => ({
      short: await open(repeated(way, 1)),
      long: await open(repeated(way, 1 + repeats)),
    })),
  );
  const times: number[][] = ways.map(() => []);
  for (let round = -2; round < ROUNDS; round++)
    for (const [i, { short, long }] of loops.entries()) {
      const start = processorMs();
      await short.run();
      const between = processorMs();
      await long.run();
      const took = processorMs() - between - (between - start);
      if (round >= 0) times[i]!.push(took / repeats);
    }
  for (const { short, long } of loops) await Promise.all([short.release(), long.release()]);
  return times.map(median);
}

function choices(): Choice[] {
  const rows = input('x', [ROWS, width]);
  const scale = {
    name: 'scale',
    type: 'f32',
    shape: [width],
    data: new Float32Array(width).fill(1),
  } as const;
  const kernel: OnnxNode = {
    type: 'SimplifiedLayerNormalization',
    inputs: ['x', 'scale'],
    outputs: ['y'],
    attributes: { axis: integer(-1), epsilon: { kind: 'float', value: 1e-6 } },
  };
  const x = input('x', [BATCH / 2, heads, TIME, headWidth]);
  const angles = ['cos', 'sin'].map((name) => input(name, [1, TIME, headWidth / 2])) as [Tensor, Tensor];
  const turned = ours('vector nodes', rope(x, ...angles));
  const positions = {
    name: 'at',
    type: 'i64',
    shape: [BATCH / 2, TIME],
    data: BigInt64Array.from({ length: ROWS }, (_, i) => BigInt(i % TIME)),
  } as const;
  const table = {
    name: 'table',
    type: 'i64',
    shape: [2],
    data: BigInt64Array.of(BigInt(TIME), BigInt(headWidth / 2)),
  } as const;
  const weight = input('w', [hidden, width]);
  const residual = input('c', [ROWS, hidden]);
  const cache = input('x', [DECODED, heads, TIME, headWidth]);
  const at = input('at', [], 'i32');
  const row = input('row', [DECODED, heads, 1, headWidth]);
  const byWeight = (name: string, left: Tensor) => ours(name, matmul(left, weight, { transB: true }));
  const summed = ours('inside Gemm', add(matmul(rows, weight, { transB: true }), residual));
  const many = byWeight('as stored', rows);
  const decoded = byWeight('as stored', input('x', [DECODED, width]));
  const product = (y: string): OnnxNode => ({
    type: 'Gemm',
    inputs: ['x', 'w'],
    outputs: [y],
    attributes: { transA: integer(0), transB: integer(1) },
  });
  const turn: OnnxNode = { type: 'Transpose', inputs: ['w'], outputs: ['turned'], attributes: {} };
  const plain: OnnxNode = { type: 'MatMul', inputs: ['x', 'turned'], outputs: ['y'], attributes: {} };
  return [
    ...[ROWS, DECODED].map((count): Choice => {
      const norm = ours('vector nodes', rmsNorm(input('x', [count, width]), 1e-6));
      return {
        what: `root-mean-square norm of ${count} × ${width}`,
        repeats: 100,
        ways: [norm, instead('SimplifiedLayerNormalization', norm, [kernel], [scale])],
      };
    }),
    {
      what: `rotary embedding of ${BATCH / 2} × ${heads} × ${TIME} × ${headWidth}`,
      repeats: 100,
      ways: [
        turned,
        instead(
          'RotaryEmbedding',
          turned,
          [
            { type: 'Reshape', inputs: ['cos', 'table'], outputs: ['c'], attributes: {} },
            { type: 'Reshape', inputs: ['sin', 'table'], outputs: ['s'], attributes: {} },
            {
              type: 'RotaryEmbedding',
              domain: 'com.microsoft',
              inputs: ['x', 'at', 'c', 's'],
              outputs: ['y'],
              attributes: { interleaved: integer(0), num_heads: integer(heads) },
            },
          ],
          [positions, table],
        ),
      ],
    },
    {
      what: `residual added to ${ROWS} × ${width} times ${width} × ${hidden}`,
      repeats: 20,
      ways: [
        summed,
        instead('Gemm, then Add', summed, [
          product('sum'),
          { type: 'Add', inputs: ['sum', 'c'], outputs: ['y'], attributes: {} },
        ]),
      ],
    },
    {
      what: `${ROWS} rows times a weight of ${hidden} × ${width}`,
      repeats: 20,
      ways: [many, { ...instead('transposed once before', many, [plain]), before: [turn] }],
    },
    {
      what: `${DECODED} rows times a weight of ${hidden} × ${width}`,
      repeats: 200,
      ways: [{ ...instead('transposed once before', decoded, [plain]), before: [turn] }, decoded],
    },
    {
      what: `one position of a cache of ${DECODED} × ${heads} × ${TIME} × ${headWidth}`,
      repeats: 100,
      ways: [
        ours('ScatterND', writePosition(cache, at, row)),
        ours('Where over the cache', select(reshape(equal(iota(TIME), at), [1, 1, TIME, 1]), row, cache)),
      ],
    },
  ];
}

/** Median processor time in ms of a forward and backward pass over half a training batch. */
async function halfBatch(): Promise<number> {
  const weights = unpackWeights(parameterLayout(MODEL), initialWeights(MODEL, 1));
  const graph = emitOnnx(buildSupervised({ config: MODEL }, { batch: BATCH / 2, time: TIME }), 'wasm');
  const session = await ort.InferenceSession.create(encodeModel(graph), { graphOptimizationLevel: 'all' });
  const ids = Int32Array.from({ length: ROWS }, (_, i) => 2 + ((i * 7919) % 500));
  const mask = new Float32Array((BATCH / 2) * (TIME - 1)).fill(1);
  const feeds = {
    ...Object.fromEntries(
      [...weights].map(([name, { data, shape }]) => [name, new ort.Tensor('float32', data, shape)]),
    ),
    ids: new ort.Tensor('int32', ids, [BATCH / 2, TIME]),
    mask: new ort.Tensor('float32', mask, [BATCH / 2, TIME - 1]),
    divisor: new ort.Tensor('float32', Float32Array.of(mask.length), []),
  };
  const times = [];
  for (let round = -2; round < ROUNDS; round++) {
    const start = processorMs();
    await session.run(feeds);
    if (round >= 0) times.push(processorMs() - start);
  }
  await session.release();
  return median(times);
}

console.log(`| one thread, medians of ${ROUNDS} | in use, ms | instead, ms |`);
console.log('| --- | --- | --- |');
for (const choice of choices()) {
  const [kept, other] = await compare(choice);
  const [first, second] = choice.ways;
  console.log(
    `| ${choice.what} | ${first.name}: ${kept!.toFixed(3)} | ${second.name}: ${other!.toFixed(3)} |`,
  );
}
console.log(
  `| forward and backward of ${BATCH / 2} × ${TIME} tokens | ${(await halfBatch()).toFixed(0)} | |`,
);
