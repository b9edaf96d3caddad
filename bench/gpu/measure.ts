/**
 * What a GPU does with this project's programs, for whoever has one: the same in a page and, over Dawn, in Node. Each
 * part stands for itself, so that one that fails takes none of the others with it.
 */
import { messageOf } from '../../src/errors.ts';
import { type Feeds, freshState } from '../../src/host/host.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { initialWeights, parameterLayout } from '../../src/model/parameters.ts';
import type { GenerateSpec, SupervisedSpec } from '../../src/programs/index.ts';
import { DeviceLostError } from '../../src/runtime/ort/gpu.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { OPERATOR_TOLERANCE, selfTest } from '../../src/runtime/self-test.ts';
import { median } from '../statistics.ts';
import { oursOn } from '../ours-on.ts';
import {
  ADAMW,
  BATCH,
  COMPLETION_TIME,
  COMPLETIONS as COMPLETIONS_OF_BENCH,
  createWorkload,
  LEARNING_RATE,
  MODEL,
  TIME,
} from '../workload.ts';
import { GpuCounter } from './counter.ts';
import { engineProduct, expectedFirst, ownProduct, type Product, type ProductSize } from './product.ts';
import { LAYER_SIZES, layerFlops, openLayers } from './layer.ts';
import { compareRecords } from './records.ts';
import { type GpuStage, hostOn, type Progress } from './stage.ts';
import type { GpuReport, Measured, ProductRow } from './types.ts';

/** For a GPU: products of the bench model and of Qwen2.5-0.5B's layers; for a software adapter a few small ones. */
const PRODUCTS: Readonly<Record<'full' | 'small', readonly ProductSize[]>> = {
  full: [
    { m: 1024, k: 128, n: 384 },
    { m: 4608, k: 128, n: 384 },
    { m: 1024, k: 896, n: 896 },
    { m: 4608, k: 896, n: 896 },
    { m: 1024, k: 896, n: 4864 },
    { m: 4608, k: 896, n: 4864 },
  ],
  small: [
    { m: 64, k: 64, n: 96 },
    { m: 96, k: 130, n: 70 },
  ],
};
const COMPLETIONS = { full: [8, 32, 96], small: [4] } as const;
/** The training step of the bench model; for a software adapter a short one of a small model. */
const TRAINED = {
  full: { config: MODEL, batch: BATCH, time: TIME },
  small: { config: { ...MODEL, layers: 1, width: 32, heads: 2, kvHeads: 2, hidden: 48 }, batch: 2, time: 8 },
} as const;
/** Completions are timed at two lengths; what is between them costs what so many tokens cost. */
const LENGTHS = { full: [33, 81], small: [5, 9] } as const;
const ROUNDS = { full: 7, small: 1 } as const;
/** Operations that a timed run of products is made of. */
const WORK = { full: 4e10, small: 1e6 } as const;
const CHECKED_VALUES = 200;
const PRODUCT_TOLERANCE = 1e-3;

/** The value, or why there is none. @throws DeviceLostError, since nothing can be measured after it */
async function measured<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DeviceLostError) throw error;
    return messageOf(error);
  }
}

async function timed(rounds: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  // The first compiles, the second records.
  for (let round = -2; round < rounds; round++) {
    const start = performance.now();
    await work();
    if (round >= 0) times.push(performance.now() - start);
  }
  return median(times);
}

export async function measureGpu(
  { environment, openRuntime, openJax, models }: GpuStage,
  size: 'full' | 'small',
  report: Progress,
): Promise<GpuReport> {
  const began = performance.now();
  const parts = 8 + PRODUCTS[size].length + COMPLETIONS[size].length;
  let done = 0;
  const part = <T>(activity: string, work: () => Promise<T>): Promise<T | string> => {
    report(activity, done++, parts);
    return measured(work);
  };
  const runtime = await openRuntime();
  const operators = await part('checking operators', () => checkOperators(runtime));
  const records = await part('comparing records', () => checkRecords(runtime));
  const readbackMs = await part('reading back', () => readback(runtime));
  const products: Omit<ProductRow, 'jax'>[] = [];
  for (const each of PRODUCTS[size]) {
    const speed = (open: typeof engineProduct) => () => gigaflops(() => open(runtime, each), each, size);
    const engine = await part(`${each.m} × ${each.k} × ${each.n}`, speed(engineProduct));
    products.push({ ...each, engine, own: await measured(speed(ownProduct)) });
  }
  const step = (capture: boolean) => () => trainStep(runtime, capture, size);
  const captured = await part('training step', step(true));
  const uncaptured = await part('training step without a record', step(false));
  const tokens: GpuReport['tokens'][number][] = [];
  for (const completions of COMPLETIONS[size]) {
    const token = (capture: boolean) => () => tokenMs(runtime, capture, models.policy, completions, size);
    const recorded = await part(`a token of ${completions} completions`, token(true));
    tokens.push({ completions, captured: recorded, uncaptured: await measured(token(false)) });
  }
  const layerTime = await part('a layer of a pretrained model', () => layerMs(runtime, size));
  const generation = await part('generation', () => generated(runtime, size));
  // Last, since on some adapters it takes the device of the page with it.
  const peer = await part('jax-js', () => measureJax(openJax, size));
  const msOf = (value: typeof captured): Measured => (typeof value === 'string' ? value : value.ms);
  return {
    environment,
    size,
    operators,
    records,
    readbackMs,
    products: products.map((row, i) => ({
      ...row,
      jax: typeof peer === 'string' ? peer : peer.products[i]!,
    })),
    trainStep: {
      captured: msOf(captured),
      uncaptured: msOf(uncaptured),
      jax: typeof peer === 'string' ? peer : peer.trainStep,
    },
    layer: {
      ms: layerTime,
      gigaflops: typeof layerTime === 'string' ? layerTime : layerFlops(LAYER_SIZES[size]) / layerTime / 1e6,
    },
    generation: {
      engine: generation,
      jax: typeof peer === 'string' ? peer : peer.generation,
    },
    tokens,
    held: typeof captured === 'string' ? captured : captured.held,
    seconds: (performance.now() - began) / 1000,
  };
}

async function checkOperators(runtime: Runtime): Promise<Exclude<GpuReport['operators'], string>> {
  const reports = await selfTest(runtime);
  const failed = reports.filter(({ error }) => !(error < OPERATOR_TOLERANCE));
  return {
    checked: reports.length,
    worst: Math.max(...reports.map(({ error }) => error)),
    failed: failed.map(({ name, error, failure }) => `${name}: ${failure ?? `off by ${error}`}`),
    float16: runtime.float16,
  };
}

async function checkRecords(runtime: Runtime): Promise<Exclude<GpuReport['records'], string>> {
  const reports = await compareRecords(runtime);
  return {
    outputs: reports.reduce((sum, { outputs }) => sum + outputs, 0),
    unrecorded: reports.filter(({ captured }) => !captured.every(Boolean)).map(({ kind }) => kind),
    different: reports.flatMap(({ kind, different }) => different.map((output) => `${kind}: ${output}`)),
  };
}

async function readback(runtime: Runtime): Promise<number> {
  const array = runtime.upload(Float32Array.of(1));
  const ms = await timed(20, () => array.read());
  array.dispose();
  return ms;
}

/** @throws Error when the result is wrong, so that its speed would mean nothing */
async function gigaflops(
  open: () => Promise<Product>,
  size: ProductSize,
  extent: 'full' | 'small',
): Promise<number> {
  const product = await open();
  try {
    await product.run(1);
    const values = await product.first(CHECKED_VALUES);
    const expected = expectedFirst(size, CHECKED_VALUES);
    const error = Math.max(...values.map((value, i) => Math.abs(value - expected[i]!)));
    if (!(error < PRODUCT_TOLERANCE)) throw new Error(`The product is wrong by ${error}.`);
    const operations = 2 * size.m * size.k * size.n;
    const times = Math.max(1, Math.round(WORK[extent] / operations));
    return (times * operations) / (await timed(ROUNDS[extent], () => product.run(times))) / 1e6;
  } finally {
    await product.dispose();
  }
}

async function trainStep(
  runtime: Runtime,
  capture: boolean,
  size: 'full' | 'small',
): Promise<{ ms: number; held: number }> {
  // Counted over the first steps alone, since counting takes time.
  const counter = new GpuCounter();
  const host = hostOn(runtime, capture);
  const { config, batch, time } = TRAINED[size];
  const spec: SupervisedSpec = { kind: 'supervised', config, shape: { batch, time } };
  const feeds: Feeds = {
    ids: Int32Array.from({ length: batch * time }, (_, i) => (7 * i) % config.vocabulary),
    mask: new Float32Array(batch * (time - 1)).fill(1),
    divisor: Float32Array.of(batch * (time - 1)),
  };
  const step = () => host.update(spec, [feeds], LEARNING_RATE, ADAMW);
  try {
    await host.load(parameterLayout(config), freshState(initialWeights(config, 1)));
    for (let i = 0; i < 2; i++) await step();
    const { held } = counter;
    counter.stop();
    return { held, ms: await timed(ROUNDS[size], step) };
  } finally {
    counter.stop();
    await host.dispose();
  }
}

/** Layers of two models; what is between them costs what so many layers cost. */
const LAYERS = [1, 4] as const;

async function layerMs(runtime: Runtime, size: 'full' | 'small'): Promise<number> {
  const time = async (layers: number): Promise<number> => {
    const host = hostOn(runtime);
    try {
      const { spec, feeds } = await openLayers(host, LAYER_SIZES[size], layers);
      return await timed(ROUNDS[size], () => host.update(spec, [feeds], LEARNING_RATE, ADAMW));
    } finally {
      await host.dispose();
    }
  };
  const [few, many] = LAYERS;
  const least = await time(few);
  return ((await time(many)) - least) / (many - few);
}

async function tokenMs(
  runtime: Runtime,
  capture: boolean,
  config: ModelConfig,
  completions: number,
  size: 'full' | 'small',
): Promise<number> {
  const host = hostOn(runtime, capture);
  const [short, long] = LENGTHS[size];
  try {
    await host.load(parameterLayout(config), freshState(initialWeights(config, 1)));
    const time = (completionTime: number): Promise<number> => {
      const [prompts, group] = [completions / 4, 4];
      const spec: GenerateSpec = {
        kind: 'generate',
        // Nothing ends early.
        config: { ...config, endIds: [config.vocabulary - 1] },
        options: { prompts, group, promptTime: 32, completionTime, mode: 'sample', chunk: 16 },
      };
      const feeds: Feeds = {
        prompts: new Int32Array(prompts * 32).fill(5),
        promptLengths: new Int32Array(prompts).fill(32),
        uniforms: Float32Array.from(
          { length: completionTime * completions },
          (_, i) => ((i * 37) % 90) / 100,
        ),
        inverseTemperature: Float32Array.of(1),
      };
      return timed(ROUNDS[size], () => host.run(spec, [feeds]));
    };
    const [first, second] = [await time(short), await time(long)];
    return (second - first) / (long - short);
  } finally {
    await host.dispose();
  }
}

const LEFT_OUT = 'left out with small sizes';

const perSecond = (ms: number): number => (1000 * COMPLETIONS_OF_BENCH * COMPLETION_TIME) / ms;

/** Tokens a second of the bench model, from prompts that are shared by groups. */
async function generated(runtime: Runtime, size: 'full' | 'small'): Promise<Measured> {
  if (size === 'small') return LEFT_OUT;
  const ours = await oursOn(hostOn(runtime), 1, 1, createWorkload());
  try {
    return perSecond(await timed(ROUNDS[size], () => ours.generateGroups()));
  } finally {
    await ours.dispose();
  }
}

async function measureJax(
  open: GpuStage['openJax'],
  size: 'full' | 'small',
): Promise<{ trainStep: Measured; products: Measured[]; generation: Measured }> {
  const { jaxProduct, openJax } = await open();
  const jax = await openJax('webgpu', createWorkload());
  const products: Measured[] = [];
  for (const each of PRODUCTS[size])
    products.push(await measured(() => gigaflops(() => jaxProduct(each), each, size)));
  const trainStep =
    size === 'small' ? LEFT_OUT : await measured(() => timed(ROUNDS[size], () => jax.trainStep()));
  const generation =
    size === 'small'
      ? LEFT_OUT
      : await measured(async () => perSecond(await timed(ROUNDS[size], () => jax.generateGroups())));
  await jax.dispose();
  return { products, trainStep, generation };
}
