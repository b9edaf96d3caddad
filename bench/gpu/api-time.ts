/**
 * What starting a kernel costs, recorded and not: Dawn with its null backend takes every call and computes
 * nothing. Prints Markdown.
 *
 *   npx tsx bench/gpu/api-time.ts [rounds, 15 by default]
 */
import { BoundGraph, type Arrays } from '../../src/host/prepared.ts';
import { uploadAll } from '../../src/host/trained-tensors.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { initialWeights, parameterLayout, unpackWeights } from '../../src/model/parameters.ts';
import { buildProgram, type ScoreSpec, type SupervisedSpec } from '../../src/programs/index.ts';
import type { ProgramSpec } from '../../src/programs/spec.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { median } from '../statistics.ts';
import { BATCH, MODEL, TIME } from '../workload.ts';
import { GpuCounter } from './counter.ts';
import { nodeStage } from './in-node.ts';

const ROUNDS = Number(process.argv[2] ?? 15);
/** Runs to each round, with one wait at its end. */
const RUNS = 10;

const stage = await nodeStage(['backend=null']);
const runtime = await stage.openRuntime();

interface Way {
  /** In one round. */
  readonly dispatches: number;
  readonly round: () => Promise<void>;
  readonly release: () => Promise<void>;
}

type Feeds = Parameters<BoundGraph['run']>[0];

async function open(
  capture: boolean,
  config: ModelConfig,
  spec: ProgramSpec & { readonly target: 'webgpu' },
  feeds: Feeds,
): Promise<Way> {
  const bind: Runtime['bind'] = (outputs, bindings) => runtime.bind(outputs, bindings, { capture });
  const tensors = unpackWeights(parameterLayout(config), initialWeights(config, 1));
  const weights: Arrays = uploadAll(runtime, tensors);
  const graph = await BoundGraph.open({ ...runtime, bind }, buildProgram(spec), weights);
  const [result] = graph.outputs.values();
  const round = async (): Promise<void> => {
    for (let i = 0; i < RUNS; i++) await graph.run(feeds, 0);
    await result!.read();
  };
  const counter = new GpuCounter();
  for (let i = 0; i < 3; i++) {
    counter.take();
    await round();
  }
  const { dispatches } = counter.take();
  counter.stop();
  return { dispatches, round, release: () => graph.release() };
}

const { reward } = stage.models;
const programs = [
  {
    name: 'forward and backward of the bench model',
    config: MODEL,
    spec: {
      kind: 'supervised',
      config: MODEL,
      shape: { batch: BATCH, time: TIME },
      target: 'webgpu',
    } satisfies SupervisedSpec,
    feeds: {
      ids: new Int32Array(BATCH * TIME).fill(5),
      mask: new Float32Array(BATCH * (TIME - 1)).fill(1),
      divisor: Float32Array.of(1),
    },
  },
  {
    name: 'scores of the default reward model',
    config: reward,
    spec: {
      kind: 'score',
      config: reward,
      shape: { batch: 24, time: 128 },
      target: 'webgpu',
    } satisfies ScoreSpec,
    feeds: { ids: new Int32Array(24 * 128).fill(5), lengths: new Int32Array(24).fill(128) },
  },
] as const;

console.log(
  `| time to start a kernel, medians of ${ROUNDS} | kernels | recorded, µs | not recorded, µs | ratio |`,
);
console.log('| --- | --- | --- | --- | --- |');
for (const { name, config, spec, feeds } of programs) {
  const ways = [await open(true, config, spec, feeds), await open(false, config, spec, feeds)];
  const times: number[][] = ways.map(() => []);
  // In turns, so that whatever disturbs the machine disturbs both.
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, way] of ways.entries()) {
      const start = performance.now();
      await way.round();
      times[i]!.push((1000 * (performance.now() - start)) / way.dispatches);
    }
  const [recorded, plain] = times.map(median) as [number, number];
  const kernels = ways[0]!.dispatches / RUNS;
  console.log(
    `| ${name} | ${kernels} | ${recorded.toFixed(2)} | ${plain.toFixed(2)} | ${(recorded / plain).toFixed(3)} |`,
  );
  for (const { release } of ways) await release();
}
process.exit(0);
