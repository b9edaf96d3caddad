/** Runs in the page: what the engine tests do there, reachable as `window.hostPage`. */
import { combine, GpuCounter, type GpuCounts } from '../../bench/gpu/counter.ts';
import { startPolicyWorker } from '../../src/workspace/workers.ts';
import { add, cast, constant, input, mul, writePosition } from '../../src/graph/index.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import type { GenerateOptions } from '../../src/programs/generate.ts';
import {
  initialWeights,
  type ModelSpec,
  packWeights,
  parameterLayout,
  unpackWeights,
} from '../../src/model/parameters.ts';
import { type ModelVerification, verifyModel } from '../../src/verify/model.ts';
import { Random } from '../../src/random.ts';
import { ADAMW_DEFAULTS } from '../../src/host/adamw.ts';
import { type DeviceKind, requestAdapter } from '../../src/runtime/device.ts';
import { type Feeds, freshState, type ModelHost, type Values } from '../../src/host/host.ts';
import { LocalHost } from '../../src/host/local-host.ts';
import { createRuntimeFor } from '../../src/host/open-host.ts';
import { ReplicatedHost } from '../../src/host/replicated-host.ts';
import type { BoundProgram, Program } from '../../src/runtime/runtime.ts';
import { type OperatorReport, selfTest } from '../../src/runtime/self-test.ts';
import {
  buildProgram,
  buildStepped,
  type GenerateSpec,
  type LogprobsSpec,
  type PreferenceSpec,
  type QualitySpec,
  type ScoreSpec,
  type SupervisedSpec,
  type UpdateSpec,
} from '../../src/programs/index.ts';
import type { ProgramSpec } from '../../src/programs/spec.ts';
import { PLAIN_LOSS } from '../../src/programs/loss.ts';
import { spawnEngine } from '../../workers/host.ts';
import { readSafetensors } from '../../src/model/safetensors.ts';

const CONFIG: ModelConfig = {
  family: 'qwen2',
  vocabulary: 19,
  width: 16,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headWidth: 4,
  hidden: 24,
  maxPositions: 64,
  ropeTheta: 10_000,
  normEpsilon: 1e-5,
  tied: true,
  head: 'causal',
  padId: 0,
  endIds: [1],
};
/** Ends with the last id, which uniform numbers of 0 never draw. */
const ENDLESS: ModelConfig = { ...CONFIG, endIds: [18] };
const LAYOUT = parameterLayout(CONFIG);
const FRESH = initialWeights(CONFIG, 11);
/** Larger than fresh weights, so that distributions are far from flat. */
const SHARP = FRESH.map((x) => 2 * x);
const SHAPE = { prompts: 3, group: 2, promptTime: 5, completionTime: 6 };
const OPTIONS: GenerateOptions = { ...SHAPE, mode: 'sample', chunk: 4 };
const ROWS = SHAPE.prompts * SHAPE.group;
/** Prompts of 5, 2 and 3 tokens. */
const PROMPTS = {
  prompts: Int32Array.of(5, 9, 3, 17, 11, 0, 0, 0, 8, 2, 0, 0, 4, 13, 6),
  promptLengths: Int32Array.of(5, 2, 3),
};

const devices: GPUDevice[] = [];
const liveBuffers = new Set<GPUBuffer>();

/** Counts what is made and destroyed from here on, by us and by ONNX Runtime. */
function watchGpu(): void {
  const { requestDevice } = GPUAdapter.prototype;
  const { createBuffer } = GPUDevice.prototype;
  const { destroy } = GPUBuffer.prototype;
  GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, ...args) {
    const device = await requestDevice.apply(this, args);
    devices.push(device);
    return device;
  };
  GPUDevice.prototype.createBuffer = function (this: GPUDevice, ...args) {
    const buffer = createBuffer.apply(this, args);
    liveBuffers.add(buffer);
    return buffer;
  };
  GPUBuffer.prototype.destroy = function (this: GPUBuffer) {
    liveBuffers.delete(this);
    return destroy.apply(this);
  };
}
watchGpu();

export interface Memory {
  readonly buffers: number;
  readonly bytes: number;
}

const memory = (): Memory => ({
  buffers: liveBuffers.size,
  bytes: [...liveBuffers].reduce((sum, { size }) => sum + size, 0),
});

const limitsOf = ({ limits }: GPUDevice | GPUAdapter): number[] => [
  limits.maxBufferSize,
  limits.maxStorageBufferBindingSize,
  limits.maxStorageBuffersPerShaderStage,
];

const uniforms = (seed: number): Float32Array => {
  const random = new Random(seed, 0, 'uniforms');
  return Float32Array.from({ length: ROWS * SHAPE.completionTime }, () => random.uniform());
};

const policyGradient: UpdateSpec = {
  kind: 'update',
  config: CONFIG,
  shape: SHAPE,
  settings: { ...PLAIN_LOSS, importance: 'token', clipLow: 0.2, clipHigh: 0.28, beta: 0.05 },
};

const LOGPROBS: LogprobsSpec = { kind: 'logprobs', config: CONFIG, shape: SHAPE };
const TEXTS = { batch: 4, time: 6 };
const REWARD: ModelConfig = { ...CONFIG, head: 'score', tied: false };
const PREFERENCE: PreferenceSpec = {
  kind: 'preference',
  config: REWARD,
  shape: TEXTS,
  settings: { margin: 0.1, centering: 0.01, dense: 1 },
};
const QUALITY: QualitySpec = { kind: 'quality', config: REWARD, shape: TEXTS, loss: 'mse' };
const SCORE: ScoreSpec = { kind: 'score', config: REWARD, shape: TEXTS };
const SUPERVISED: SupervisedSpec = { kind: 'supervised', config: CONFIG, shape: TEXTS };

/** Made-up texts for every program that reads some: each takes what it needs. */
function texts(seed: number): Feeds {
  const random = new Random(seed, 0, 'texts');
  const { batch, time } = TEXTS;
  return {
    ids: Int32Array.from({ length: batch * time }, () => 2 + random.int(17)),
    mask: new Float32Array(batch * (time - 1)).fill(1),
    divisor: Float32Array.of(batch * (time - 1)),
    last: Int32Array.from({ length: batch }, (_, i) => i * time + 2 + random.int(time - 2)),
    lengths: Int32Array.from({ length: batch }, () => 3 + random.int(time - 2)),
    weight: Float32Array.of(0.5),
    targets: Float32Array.from({ length: batch }, () => random.uniform()),
    differing: new Float32Array((batch / 2) * time).fill(1 / time),
  };
}

export interface CaptureReport {
  readonly kind: string;
  /** For each graph of the program. */
  readonly captured: readonly boolean[];
  /** Outputs of three batches and three more after an update, where they differ from those of the uncaptured program. */
  readonly different: readonly string[];
  readonly outputs: number;
}

/** How a call ends, in words. */
const endOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );

/** A made-up micro-batch of completions with advantages; fresh weights give each token about 1/19. */
function microBatch(seed: number): Feeds {
  const random = new Random(seed, 0, 'micro-batch');
  const matrix = (draw: () => number) => Float32Array.from({ length: ROWS * SHAPE.completionTime }, draw);
  return {
    ...PROMPTS,
    completions: Int32Array.from({ length: ROWS * SHAPE.completionTime }, () => 2 + random.int(17)),
    inverseTemperature: Float32Array.of(1),
    oldLogprobs: matrix(() => -3 + 0.3 * random.normal()),
    refLogprobs: matrix(() => -3 + 0.3 * random.normal()),
    mask: matrix(() => 1),
    weights: matrix(() => 1 / 90),
    advantages: Float32Array.from({ length: ROWS }, () => random.normal()),
  };
}

type HostName = 'wasm' | 'webgpu' | 'one engine' | 'two engines';

async function open(name: HostName): Promise<ModelHost> {
  if (name === 'one engine') return new ReplicatedHost(spawnEngine, 1);
  if (name === 'two engines') return new ReplicatedHost(spawnEngine, 2);
  return new LocalHost(
    await createRuntimeFor(name),
    buildProgram,
    name === 'webgpu' ? { stepped: buildStepped } : {},
  );
}

async function sample(host: ModelHost, seed: number): Promise<Values> {
  const feeds = { ...PROMPTS, uniforms: uniforms(seed), inverseTemperature: Float32Array.of(1.25) };
  const spec: GenerateSpec = { kind: 'generate', config: CONFIG, options: OPTIONS };
  const [values] = await host.run(spec, [feeds]);
  return values!;
}

const step = (host: ModelHost, n: number, frozen: readonly string[] = []) => {
  const spec: UpdateSpec = { ...policyGradient, frozen };
  const batches = [microBatch(3 * n), microBatch(3 * n + 1), microBatch(3 * n + 2)];
  return host.update(spec, batches, 0.01, { ...ADAMW_DEFAULTS, weightDecay: 0.05 });
};

export interface Trained {
  readonly parameters: number[];
  readonly momentum: number[];
  readonly gradNorms: number[];
  readonly losses: number[];
}

export interface Generated {
  readonly ids: number[];
  readonly logprobs: number[];
}

export interface Float16Report {
  readonly supported: boolean;
  readonly copied: number[];
  /** Or how that ended. */
  readonly computed: number[] | string;
}

const feedsOf = ({ kind }: ProgramSpec, seed: number): Feeds =>
  kind === 'generate'
    ? { ...PROMPTS, uniforms: uniforms(seed), inverseTemperature: Float32Array.of(1.25) }
    : kind === 'logprobs' || kind === 'update'
      ? microBatch(seed)
      : texts(seed);

export class HostPage {
  #anchor: Program | null = null;
  #lost: ModelHost | null = null;

  /** On WASM through the policy worker, as the command line does it; on WebGPU here, where shaders are shared. */
  async verify(device: DeviceKind, fixture: string): Promise<ModelVerification> {
    const file = async (name: string) => {
      const response = await fetch(`/tests/fixtures/${fixture}/${name}`);
      return new Uint8Array(await response.arrayBuffer());
    };
    const json = async (name: string) => JSON.parse(new TextDecoder().decode(await file(name))) as unknown;
    const { tensors } = readSafetensors(await file('model.safetensors'));
    const [config, expected] = [await json('config.json'), await json('expected.json')];
    if (device === 'webgpu') return verifyModel(await createRuntimeFor(device), config, tensors, expected);
    const worker = startPolicyWorker();
    try {
      const report = await worker.api.verify(device, config, tensors, expected);
      if (report.device.kind !== device) throw new Error(report.device.reason);
      return report;
    } finally {
      worker.stop();
    }
  }

  /**
   * Keeps one session open. ONNX Runtime drops its compiled shaders with the last one, and a software adapter takes
   * seconds for each.
   */
  async keepShaders(): Promise<void> {
    const runtime = await createRuntimeFor('webgpu');
    this.#anchor = await runtime.compile({ y: add(input('x', [1]), 1) });
  }

  async operators(device: DeviceKind): Promise<OperatorReport[]> {
    return selfTest(await createRuntimeFor(device));
  }

  /** Bit patterns to the device and back, and through a program. */
  async float16(device: DeviceKind, patterns: readonly number[]): Promise<Float16Report> {
    const runtime = await createRuntimeFor(device);
    const array = runtime.upload(Uint16Array.from(patterns));
    const copied = [...(await array.readFloat16())];
    const compute = async (): Promise<number[]> => {
      const y = cast(cast(input('x', [patterns.length], 'f16'), 'f32'), 'f16');
      const program = await runtime.compile({ y });
      const { values } = await program.run({ x: array });
      await program.release();
      return [...values['y']!];
    };
    const computed = await compute().catch((error: Error) => `${error.name}: ${error.message}`);
    array.dispose();
    return { supported: runtime.float16, copied, computed };
  }

  async generate(device: DeviceKind, seed: number): Promise<Generated> {
    const host = await open(device);
    await host.load(LAYOUT, freshState(SHARP));
    const values = await sample(host, seed);
    await host.dispose();
    return { ids: [...values['ids']!], logprobs: [...values['logprobs']!] };
  }

  /** Policy-gradient updates of three micro-batches each. */
  async train(name: HostName, steps: number, frozen: readonly string[] = []): Promise<Trained> {
    const host = await open(name);
    const layout = parameterLayout(CONFIG, frozen);
    const tensors = unpackWeights(LAYOUT, FRESH);
    await host.loadFrozen(new Map(layout.frozen.map((slot) => [slot.name, tensors.get(slot.name)!])));
    await host.load(layout, freshState(packWeights(layout, tensors)));
    const gradNorms: number[] = [];
    const losses: number[] = [];
    for (let n = 0; n < steps; n++) {
      const { values, gradNorm } = await step(host, n, frozen);
      gradNorms.push(gradNorm);
      losses.push(...values.map((v) => v['loss']![0]!));
    }
    const { parameters, momentum } = await host.snapshot();
    await host.dispose();
    return { parameters: [...parameters], momentum: [...momentum], gradNorms, losses };
  }

  /**
   * A graph that a record would not hold, since it writes into a copy of a constant: what three runs give, and whether they
   * were repeated from a record.
   */
  async copying(): Promise<{ readonly results: number[][]; readonly captured: boolean[] }> {
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

  /** What a sampled token asks of the device, and what an update of three micro-batches does, both repeated from records. */
  async gpuCounts(): Promise<Readonly<Record<'token' | 'update', GpuCounts>>> {
    const host = await open('webgpu');
    await host.load(LAYOUT, freshState(SHARP));
    const counter = new GpuCounter();
    const third = async (work: () => Promise<unknown>): Promise<GpuCounts> => {
      await work();
      await work();
      counter.take();
      await work();
      return counter.take();
    };
    const [short, long] = [18, 33];
    const sampled = (completionTime: number): Promise<GpuCounts> =>
      third(() =>
        host.run(
          { kind: 'generate', config: ENDLESS, options: { ...OPTIONS, completionTime } } as GenerateSpec,
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
    let n = 0;
    const update = await third(() => step(host, n++));
    await host.dispose();
    counter.stop();
    return { token, update };
  }

  /** Every program that is trained or asked with, captured and not, on the same batches. */
  async captures(): Promise<CaptureReport[]> {
    const specs: readonly (ProgramSpec & ModelSpec)[] = [
      { kind: 'generate', config: CONFIG, options: OPTIONS } as GenerateSpec,
      LOGPROBS,
      policyGradient,
      SUPERVISED,
      PREFERENCE,
      QUALITY,
      SCORE,
    ];
    const reports: CaptureReport[] = [];
    for (const spec of specs) {
      const bound: BoundProgram[] = [];
      const results: Values[][] = [];
      for (const capture of [true, false]) {
        const runtime = await createRuntimeFor('webgpu');
        const host = new LocalHost(
          {
            ...runtime,
            bind: async (outputs, bindings) => {
              const program = await runtime.bind(outputs, bindings, { capture });
              if (capture) bound.push(program);
              return program;
            },
          },
          buildProgram,
          { stepped: buildStepped },
        );
        const layout = parameterLayout(spec.config);
        await host.load(layout, freshState(initialWeights(spec.config, 11).map((x) => 2 * x)));
        const batchesAt = (first: number) => [0, 1, 2].map((i) => feedsOf(spec, first + i));
        const before = await host.run(spec, batchesAt(1));
        const trained = spec.config.head === 'causal' ? SUPERVISED : QUALITY;
        await host.update(trained, [texts(9)], 0.01, ADAMW_DEFAULTS);
        results.push([...before, ...(await host.run(spec, batchesAt(4)))]);
        if (capture) reports.push({ kind: spec.kind, captured: [], different: [], outputs: 0 });
        if (capture)
          reports[reports.length - 1] = { ...reports.at(-1)!, captured: bound.map((b) => b.isCaptured) };
        await host.dispose();
      }
      const [captured, plain] = results as [Values[], Values[]];
      const names = captured.flatMap((values, i) => Object.keys(values).map((name) => [i, name] as const));
      const different = names.filter(([i, name]) =>
        captured[i]![name]!.some((x, k) => !Object.is(x, plain[i]![name]![k])),
      );
      reports[reports.length - 1] = {
        ...reports.at(-1)!,
        outputs: names.length,
        different: different.map(([i, name]) => `${i} ${name}`),
      };
    }
    return reports;
  }

  /**
   * Buffers alive on the GPU after some updates, at several points of a run, and when that host and with it all that
   * this page has opened is closed.
   */
  async gpuMemory(points: readonly number[]): Promise<Memory[]> {
    const host = await open('webgpu');
    await host.load(LAYOUT, freshState(FRESH));
    await host.loadReference(FRESH);
    const measured: Memory[] = [];
    for (let n = 1; n <= Math.max(...points); n++) {
      await step(host, n);
      // A checkpoint must neither leak nor move the weights off the device.
      if (n % 5 === 0) await host.snapshot();
      if (points.includes(n)) measured.push(memory());
    }
    await host.dispose();
    await this.#anchor?.release();
    this.#anchor = null;
    return [...measured, memory()];
  }

  /** Loses the device in the middle of a call; tells how that call and a later one end. */
  async loseDevice(): Promise<string[]> {
    const host = await open('webgpu');
    this.#lost = host;
    await host.load(LAYOUT, freshState(SHARP));
    await sample(host, 1);
    const pending = sample(host, 2);
    devices.at(-1)!.destroy();
    return [await endOf(pending), await endOf(sample(host, 3)), await endOf(host.snapshot())];
  }

  /** Ends the host whose device was lost; tells how that goes. */
  disposeLost(): Promise<string> {
    return endOf(this.#lost!.dispose());
  }

  /** Limits of the engine's device and of its adapter. */
  async limits(): Promise<{ readonly device: number[]; readonly adapter: number[] }> {
    await createRuntimeFor('webgpu');
    const adapter = await requestAdapter();
    return { device: limitsOf(devices.at(-1)!), adapter: limitsOf(adapter!) };
  }
}

declare global {
  // oxlint-disable-next-line no-var
  var hostPage: HostPage;
}

globalThis.hostPage = new HostPage();
