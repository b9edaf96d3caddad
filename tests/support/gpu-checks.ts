/** What the tests of WebGPU ask of the engine in the page. */
import { combine, GpuCounter, type GpuCounts } from '../../bench/gpu/counter.ts';
import {
  CONFIG,
  microBatch,
  OPTIONS,
  policyGradient,
  PROMPTS,
  ROWS,
  SUPERVISED,
  texts,
} from '../../bench/gpu/programs.ts';
import { compareRecords, type RecordReport } from '../../bench/gpu/records.ts';
import { MODEL } from '../../bench/workload.ts';
import { constant, input, mul, transpose, writePosition } from '../../src/graph/index.ts';
import { ADAMW_DEFAULTS } from '../../src/host/adamw.ts';
import { type Feeds, freshState, type ModelHost } from '../../src/host/host.ts';
import { createRuntimeFor } from '../../src/host/open-host.ts';
import { createSampler } from '../../src/host/sampler.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { initialWeights, parameterLayout } from '../../src/model/parameters.ts';
import type { GenerateSpec, SupervisedSpec, UpdateSpec } from '../../src/programs/index.ts';
import type { SamplerSettings } from '../../src/programs/sampler.ts';
import type { ProgramSpec } from '../../src/programs/spec.ts';
import { type Drawing, DRAWING_ARRAYS, drawingState } from '../../src/programs/stepped.ts';
import { Random } from '../../src/random.ts';
import { openGpu } from '../../src/runtime/ort/gpu.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { open } from './host-workload.ts';

export const records = async (): Promise<RecordReport[]> => compareRecords(await createRuntimeFor('webgpu'));

/**
 * A graph that a record would not hold, since it writes into a copy of a constant: what three runs give, and whether they
 * were repeated from a record.
 */
export async function copying(): Promise<{ readonly results: number[][]; readonly captured: boolean[] }> {
  const runtime = await createRuntimeFor('webgpu');
  const [at, row] = [input('at', [], 'i32'), input('row', [1, 2])];
  const y = mul(writePosition(constant([3, 2], [1, 2, 3, 4, 5, 6]), at, row), 2);
  const arrays = {
    at: runtime.upload(Int32Array.of(0), []),
    row: runtime.upload(Float32Array.of(7, 8), [1, 2]),
    y: runtime.upload(new Float32Array(6), [3, 2]),
  };
  const program = await runtime.bind({ y }, { inputs: arrays, outputs: { y: arrays.y } });
  const [results, captured]: [number[][], boolean[]] = [[], []];
  for (const place of [0, 2, 1]) {
    arrays.at.write(Int32Array.of(place));
    captured.push(program.isCaptured);
    await program.run();
    results.push([...(await arrays.y.read())]);
  }
  await program.release();
  for (const array of Object.values(arrays)) array.dispose();
  return { results, captured };
}

/** The layers and heads of the default model and of the bench model, in small: sizes make hardly any kernels more. */
const SMALL = { vocabulary: 19, width: 12, headWidth: 4, hidden: 16, maxPositions: 64, endIds: [18] };
const DEFAULT_MODEL: ModelConfig = { ...CONFIG, ...SMALL, family: 'llama', layers: 3, heads: 3, kvHeads: 3 };
const BENCH_MODEL: ModelConfig = { ...MODEL, ...SMALL, width: 16 };

/**
 * What a sampled token and an update of the default model ask of the device, and a training step of the bench model, all
 * repeated from records.
 */
export async function gpuCounts(): Promise<Readonly<Record<'token' | 'update' | 'step', GpuCounts>>> {
  const counter = new GpuCounter();
  const third = async (work: () => Promise<unknown>): Promise<GpuCounts> => {
    await work();
    await work();
    counter.take();
    await work();
    return counter.take();
  };
  const withModel = async <T>(config: ModelConfig, work: (host: ModelHost) => Promise<T>): Promise<T> => {
    const host = await open('webgpu');
    await host.load(parameterLayout(config), freshState(initialWeights(config, 1)));
    const result = await work(host);
    await host.dispose();
    return result;
  };
  const updated = (host: ModelHost, spec: ProgramSpec, feeds: Feeds) =>
    third(() => host.update(spec, [feeds], 0.01, ADAMW_DEFAULTS));
  const [short, long] = [18, 33];
  const ofDefault = await withModel(DEFAULT_MODEL, async (host) => {
    const sampled = (completionTime: number): Promise<GpuCounts> =>
      third(() =>
        host.run(
          {
            kind: 'generate',
            config: DEFAULT_MODEL,
            options: { ...OPTIONS, completionTime },
          } as GenerateSpec,
          [
            {
              ...PROMPTS,
              uniforms: new Float32Array(ROWS * completionTime),
              inverseTemperature: Float32Array.of(1),
            },
          ],
        ),
      );
    const few = await sampled(short);
    const token = combine(await sampled(long), few, (a, b) => (a - b) / (long - short));
    const settings = { ...policyGradient.settings, beta: 0 };
    const spec: UpdateSpec = { ...policyGradient, settings, config: DEFAULT_MODEL };
    return { token, update: await updated(host, spec, microBatch(1)) };
  });
  const step = await withModel(BENCH_MODEL, (host) =>
    updated(host, { ...SUPERVISED, config: BENCH_MODEL } as SupervisedSpec, texts(1)),
  );
  counter.stop();
  return { ...ofDefault, step };
}

export interface SamplerReport {
  readonly what: string;
  /** Tokens that kernel and reference draw alike, of those drawn; and how many of them are different ids. */
  readonly equal: number;
  readonly drawn: number;
  readonly ids: number;
  /** The largest difference of a log-probability or an entropy where the tokens are the same. */
  readonly difference: number;
  /** Whether the same is drawn again. */
  readonly repeats: boolean;
}

/** The sampler's kernel and its reference over the same logits and numbers, for vocabularies small and large. */
export async function samplers(): Promise<SamplerReport[]> {
  const [gpu, host] = [await createRuntimeFor('webgpu'), await createRuntimeFor('wasm')];
  const reports: SamplerReport[] = [];
  const restricted = [{ topK: 5 }, { topP: 0.8 }].map((rest) => ({ mode: 'sample', ...rest }) as const);
  const settings: readonly SamplerSettings[] = [
    { mode: 'sample' },
    { mode: 'sample', topK: 40, topP: 0.9 },
    { mode: 'greedy' },
    ...restricted,
  ];
  for (const [vocabulary, rows, cases] of [
    [19, 24, settings],
    [700, 24, settings.slice(0, 2)],
    [30_011, 4, settings.slice(0, 2)],
  ] as const)
    for (const own of cases) {
      const drawing: Drawing = {
        ...own,
        vocabulary,
        rows,
        time: 3,
        padId: 0,
        endIds: [2, 7, 11],
      };
      const reference = await drawAll(host, drawing);
      const kernel = await drawAll(gpu, drawing);
      const again = await drawAll(gpu, drawing);
      const isEqual = kernel.ids.map((id, i) => id === reference.ids[i]);
      const difference = (name: 'logprobs' | 'entropies') =>
        Math.max(
          ...isEqual.map((equal, i) => (equal ? Math.abs(kernel[name][i]! - reference[name][i]!) : 0)),
        );
      reports.push({
        what: `${vocabulary} ${JSON.stringify(own)}`,
        equal: isEqual.filter(Boolean).length,
        drawn: isEqual.length,
        ids: new Set(kernel.ids).size,
        difference: Math.max(difference('logprobs'), difference('entropies')),
        repeats: JSON.stringify(again) === JSON.stringify(kernel),
      });
    }
  return reports;
}

type Drawn = Readonly<Record<'ids' | 'logprobs' | 'entropies', number[]>>;

/** Draws all tokens, each step from other logits, in which some are equally likely. */
async function drawAll(runtime: Runtime, drawing: Drawing): Promise<Drawn> {
  const { rows, vocabulary, time } = drawing;
  const random = new Random(vocabulary, 0, 'sampler');
  const state = new Map(
    Object.entries(drawingState(drawing)).map(([name, { shape, dtype }]) => [
      name,
      runtime.allocate(shape, dtype),
    ]),
  );
  const array = (name: keyof typeof DRAWING_ARRAYS) => state.get(DRAWING_ARRAYS[name])!;
  const sampler = createSampler(runtime, drawing, state);
  array('uniforms').write(Float32Array.from({ length: time * rows }, () => random.uniform()));
  array('inverseTemperature').write(Float32Array.of(1.25));
  for (let now = 0; now < time; now++) {
    const logits = () => Math.round(64 * 3 * random.normal()) / 64;
    array('logits').write(Float32Array.from({ length: rows * vocabulary }, logits));
    array('step').write(Int32Array.of(now));
    await sampler.draw(now);
  }
  const names = ['ids', 'logprobs', 'entropies'] as const;
  const shown = names.map((name) => {
    const dtype = name === 'ids' ? 'i32' : 'f32';
    return [name, transpose(input(DRAWING_ARRAYS[name], [time, rows], dtype), [1, 0])] as const;
  });
  const program = await runtime.compile(Object.fromEntries(shown));
  const { values } = await program.run(
    Object.fromEntries(names.map((name) => [DRAWING_ARRAYS[name], array(name)])),
  );
  await program.release();
  for (const each of state.values()) each.dispose();
  return Object.fromEntries(names.map((name) => [name, [...values[name]!]])) as unknown as Drawn;
}

/** A kernel that cannot be compiled: how the next call to the device ends, and a later one on the next runtime. */
export async function refusedKernel(): Promise<string[]> {
  const readOne = async (label: string, code: string): Promise<string> => {
    const runtime = await createRuntimeFor('webgpu');
    const array = runtime.upload(Float32Array.of(1));
    runtime.kernels!.start([runtime.kernels!.prepare({ label, code }, [array], 1)]);
    return array.read().then(
      ([value]) => String(value),
      (error: Error) => `${error.name}: ${error.message}`,
    );
  };
  const code = (value: string) => `
@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@compute @workgroup_size(1) fn main() { x[0] = ${value}; }`;
  return [await readOne('broken', code('nothing')), await readOne('sound', code('2.0'))];
}

/** What becomes of a call after a buffer was asked for that is larger than the device allows. */
export async function largeBuffer(): Promise<string> {
  const gpu = await openGpu();
  const { device } = gpu;
  device.createBuffer({ size: device.limits.maxBufferSize + 16, usage: GPUBufferUsage.STORAGE });
  return gpu.guard(async () => 'it was made').catch((error: Error) => `${error.name}: ${error.message}`);
}
