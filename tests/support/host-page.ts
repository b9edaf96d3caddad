/** Runs in the page: what the engine tests do there, reachable as `window.hostPage`. */
import { startPolicyWorker } from '../../src/workspace/workers.ts';
import { add, cast, input } from '../../src/graph/index.ts';
import { encodeModel } from '../../src/graph/onnx/index.ts';
import { float, int, type OnnxGraph } from '../../src/graph/onnx/lowering.ts';
import { webgpuModule } from '../../src/runtime/ort/webgpu.ts';
import { packWeights, parameterLayout, unpackWeights } from '../../src/model/parameters.ts';
import { type ModelVerification, verifyModel } from '../../src/verify/model.ts';
import { type DeviceKind, requestAdapter } from '../../src/runtime/device.ts';
import { freshState, type ModelHost } from '../../src/host/host.ts';
import { createRuntimeFor } from '../../src/host/open-host.ts';
import type { Program } from '../../src/runtime/runtime.ts';
import { type OperatorReport, selfTest } from '../../src/runtime/self-test.ts';
import { parseModelConfig } from '../../src/model/config.ts';
import { readSafetensors } from '../../src/model/safetensors.ts';
import { buildScores } from '../../src/programs/supervised.ts';
import { copying, gpuCounts, largeBuffer, records, refusedKernel, samplers } from './gpu-checks.ts';
import { LocalHost } from '../../src/host/local-host.ts';
import { buildProgram, buildStepped, type LogprobsSpec } from '../../src/programs/index.ts';
import { CONFIG, FRESH, LAYOUT, LOGPROBS, PROMPTS, ROWS, SHAPE, SHARP } from '../../bench/gpu/programs.ts';
import { type HostName, open, sample, step } from './host-workload.ts';
import { type AdaptedReport, checkMerges, type MergeReport, runAdapted } from './merge-checks.ts';

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

/** How a call ends, in words. */
const endOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );

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

/** What the fixtures of models say. */
interface Expected {
  readonly input_ids: readonly (readonly number[])[];
  readonly logits_last: readonly (readonly number[])[];
  readonly logprobs: readonly (readonly number[])[];
}

async function readFixture(fixture: string) {
  const file = async (name: string) => {
    const response = await fetch(`/tests/fixtures/${fixture}/${name}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  const json = async (name: string) => JSON.parse(new TextDecoder().decode(await file(name))) as unknown;
  const { tensors } = readSafetensors(await file('model.safetensors'));
  const [config, expected] = [await json('config.json'), await json('expected.json')];
  return { config, tensors, expected: expected as Expected };
}

export class HostPage {
  readonly copying = copying;
  readonly gpuCounts = gpuCounts;
  readonly records = records;
  readonly samplers = samplers;
  readonly merges = async (): Promise<MergeReport[]> => checkMerges(await createRuntimeFor('webgpu'));
  readonly adapted = async (device: DeviceKind): Promise<AdaptedReport> => runAdapted(await open(device));
  readonly refusedKernel = refusedKernel;
  readonly largeBuffer = largeBuffer;
  #anchor: Program | null = null;
  #lost: ModelHost | null = null;

  /** On WASM through the policy worker, as the command line does it; on WebGPU here, where shaders are shared. */
  async verify(device: DeviceKind, fixture: string): Promise<ModelVerification> {
    const { config, tensors, expected } = await readFixture(fixture);
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

  /** The largest differences of logits and log-probabilities from those of a fixture. */
  async scores(device: DeviceKind, fixture: string): Promise<Record<'logits' | 'logprobs', number>> {
    const { config, tensors, expected } = await readFixture(fixture);
    const { input_ids: ids, logits_last: logits, logprobs } = expected;
    const [batch, time] = [ids.length, ids[0]!.length];
    const runtime = await createRuntimeFor(device);
    const program = await runtime.compile(
      buildScores({ config: parseModelConfig(config), target: device }, { batch, time }),
    );
    const weights = Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));
    const { values } = await program.run({ ...weights, ids: Int32Array.from(ids.flat()) });
    await program.release();
    const largest = (name: string, right: readonly number[]): number =>
      Math.max(...right.map((value, i) => Math.abs(value - values[name]![i]!)));
    return { logits: largest('logitsLast', logits.flat()), logprobs: largest('logprobs', logprobs.flat()) };
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

  /**
   * What ONNX Runtime's norm of the rows (3, 4) and (6, 8) gives as its second output, the inverse of their root mean squares.
   */
  async inverseDeviations(): Promise<number[]> {
    await createRuntimeFor('webgpu');
    const ort = await webgpuModule();
    const graph: OnnxGraph = {
      inputs: [{ name: 'x', type: 'f32', shape: [2, 2] }],
      outputs: [
        { name: 'y', type: 'f32', shape: [2, 2] },
        { name: 'inverse', type: 'f32', shape: [2, 1] },
      ],
      initializers: [{ name: 'ones', type: 'f32', shape: [2], data: Float32Array.of(1, 1) }],
      nodes: [
        {
          type: 'SimplifiedLayerNormalization',
          inputs: ['x', 'ones'],
          outputs: ['y', 'inverse'],
          attributes: { axis: int(-1), epsilon: float(1e-6) },
        },
      ],
    };
    const session = await ort.InferenceSession.create(encodeModel(graph), {
      executionProviders: [{ name: 'webgpu', device: devices.at(-1)! }],
    });
    const x = new ort.Tensor('float32', Float32Array.of(3, 4, 6, 8), [2, 2]);
    const { inverse } = await session.run({ x });
    await session.release();
    return [...(inverse!.data as Float32Array)];
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

  /**
   * Buffers alive on the GPU with no program bound, with more and more of them, of different lengths, and after all were let go.
   */
  async recordMemory(programs: number, recordBytes: number): Promise<Memory[]> {
    const runtime = await createRuntimeFor('webgpu');
    const host = new LocalHost(runtime, buildProgram, { stepped: buildStepped, recordBytes });
    await host.load(LAYOUT, freshState(SHARP));
    const measured = [memory()];
    for (let i = 0; i < programs; i++) {
      const shape = { ...SHAPE, completionTime: 8 + 8 * i };
      const n = ROWS * shape.completionTime;
      const feeds = {
        ...PROMPTS,
        completions: new Int32Array(n).fill(3),
        inverseTemperature: Float32Array.of(1),
      };
      for (let run = 0; run < 3; run++) await host.run({ ...LOGPROBS, shape } as LogprobsSpec, [feeds]);
      measured.push(memory());
    }
    await host.load(LAYOUT, freshState(SHARP));
    measured.push(memory());
    await host.dispose();
    return measured;
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

  /** Lets the device keep an answer back; tells how the call ends that waits for it. */
  async hangDevice(answerMs: number): Promise<string> {
    const host = await open('webgpu');
    await host.load(LAYOUT, freshState(SHARP));
    // With all shaders compiled; the bound is that of the device, which all runtimes share.
    await sample(host, 1);
    await createRuntimeFor('webgpu', answerMs);
    const { mapAsync } = GPUBuffer.prototype;
    GPUBuffer.prototype.mapAsync = () => new Promise(() => {});
    const end = await endOf(sample(host, 2));
    GPUBuffer.prototype.mapAsync = mapAsync;
    await host.dispose();
    return end;
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
