/** A large model's way on a GPU in small: frozen weights kept as bfloat16, and graphs run a layer at a time. */
import { feedsOf, GENERATE, LOGPROBS, policyGradient } from '../../bench/gpu/programs.ts';
import { packBfloat16, prepareExpansion } from '../../src/host/bfloat16.ts';
import { ADAMW_DEFAULTS } from '../../src/host/adamw.ts';
import { freshState, type ModelHost, type Values } from '../../src/host/host.ts';
import { gpuPlanOf } from '../../src/host/gpu-memory.ts';
import { LocalHost } from '../../src/host/local-host.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { LORA_TARGETS, type LoraConfig } from '../../src/model/lora.ts';
import {
  initialFactors,
  initialWeights,
  type ModelSpec,
  parameterLayout,
  unpackWeights,
} from '../../src/model/parameters.ts';
import { specOf } from '../../src/model/policy-shape.ts';
import { buildProgram, buildStepped } from '../../src/programs/index.ts';
import { DEFAULT_CONFIG } from '../../src/rl/config.ts';
import { programsOf } from '../../src/rl/memory.ts';
import { Random } from '../../src/random.ts';
import type { BoundProgram, Kernels, Runtime } from '../../src/runtime/runtime.ts';

const lora: LoraConfig = { rank: 4, alpha: 8, targets: LORA_TARGETS, rankStabilized: false };
const LAYERS = 3;
const config: ModelConfig = { ...GENERATE.config, layers: LAYERS };

/** The upper half of each value alone, as published weights have it. */
export function toBfloat16(data: Float32Array): Float32Array {
  const bits = Uint32Array.from(
    new Uint32Array(data.buffer, data.byteOffset, data.length),
    (x) => x & 0xffff0000,
  );
  return new Float32Array(bits.buffer);
}

const WEIGHTS = toBfloat16(initialWeights(config, 11).map((x) => 2 * x));
const FACTORS = initialFactors(config, lora, 5).map((x, i) => x + 0.2 * Math.sin(i));

interface Run {
  readonly values: readonly Values[];
  readonly gradNorms: readonly number[];
  readonly parameters: Float32Array;
  /** Graphs that were recorded, of all that were bound. */
  readonly recorded: readonly boolean[];
}

/** Sampling, scoring and two updates. */
async function run(runtime: Runtime, weights: Float32Array, checkpointing: boolean): Promise<Run> {
  const bound: BoundProgram[] = [];
  const bind: Runtime['bind'] = async (...args) => {
    const program = await runtime.bind(...args);
    bound.push(program);
    return program;
  };
  const host: ModelHost = new LocalHost({ ...runtime, bind }, buildProgram, { stepped: buildStepped });
  const model: ModelSpec = { config, lora, ...(checkpointing && { checkpointing }) };
  await host.loadFrozen(unpackWeights(parameterLayout(config), weights));
  await host.load(parameterLayout(config, [], lora), freshState(FACTORS));
  const [sampling, scoring, learning] = [GENERATE, LOGPROBS, policyGradient].map((spec) => ({
    ...spec,
    ...model,
  }));
  const values: Values[] = [];
  const gradNorms: number[] = [];
  for (const seed of [1, 3]) {
    values.push(...(await host.run(sampling!, [feedsOf(GENERATE, seed)])));
    values.push(
      ...(await host.run(
        scoring!,
        [1, 2].map((i) => feedsOf(LOGPROBS, seed + i)),
      )),
    );
    const batches = [1, 2, 3].map((i) => feedsOf(policyGradient, seed + i));
    const update = await host.update(learning!, batches, 0.02, ADAMW_DEFAULTS);
    values.push(...update.values);
    gradNorms.push(update.gradNorm);
  }
  const { parameters } = await host.snapshot();
  const recorded = bound.map(({ isCaptured }) => isCaptured);
  await host.dispose();
  return { values, gradNorms, parameters, recorded };
}

export interface SectionedReport {
  /** Largest differences, by the largest value, from a run of whole graphs. */
  readonly differences: Readonly<Record<'values' | 'gradNorm' | 'parameters', number>>;
  readonly recorded: readonly boolean[];
  /** Graphs that were bound, of which whole runs need fewer. */
  readonly graphs: readonly [sectioned: number, whole: number];
}

/** The largest difference, by the largest value. */
function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [most, difference] = Array.from(a).reduce(
    ([most, difference], value, i) => [
      Math.max(most!, Math.abs(value)),
      Math.max(difference!, Math.abs(value - b[i]!)),
    ],
    [0, 0],
  );
  return most === 0 ? difference! : difference! / most!;
}

/** Of one layer, that its weights have more bits: they stay float32 beside the others. */
const MIXED = WEIGHTS.slice();
for (const { name, offset } of parameterLayout(config).trainable)
  if (name.startsWith('model.layers.1.')) MIXED[offset]! += 2 ** -20;

export async function checkSections(runtime: Runtime): Promise<SectionedReport> {
  const own = await run(runtime, MIXED, true);
  const whole = await run(runtime, MIXED, false);
  return {
    differences: {
      values: Math.max(
        ...own.values.flatMap((values, i) =>
          Object.entries(values).map(([name, data]) => largest(data, whole.values[i]![name]!)),
        ),
      ),
      gradNorm: largest(own.gradNorms, whole.gradNorms),
      parameters: largest(own.parameters, whole.parameters),
    },
    recorded: own.recorded,
    graphs: [own.recorded.length, whole.recorded.length],
  };
}

export interface ExpansionReport {
  readonly length: number;
  readonly kernels: number;
  /** Whether every value came back to the bit. */
  readonly isExact: boolean;
}

/** Expansions of all lengths, in one kernel and, as where bindings are small, in several. */
export async function checkExpansions(runtime: Runtime): Promise<ExpansionReport[]> {
  const { kernels } = runtime;
  const small: Kernels = { ...kernels!, bindingBytes: 4096 };
  const cases = [1, 2, 7, 511, 512, 513, 4097].flatMap((length) => [
    { length, by: kernels! },
    { length, by: small },
  ]);
  const reports: ExpansionReport[] = [];
  for (const { length, by } of cases) {
    const random = new Random(length, 0, 'bfloat16');
    const values = toBfloat16(Float32Array.from({ length }, () => random.normal() * 10 ** random.int(8)));
    values[0] = -0;
    const words = runtime.upload(packBfloat16(values)!);
    const array = runtime.allocate([length], 'f32');
    const parts = prepareExpansion(by, words, array, length);
    by.start(parts);
    const read = await array.read();
    reports.push({ length, kernels: parts.length, isExact: values.every((x, i) => Object.is(x, read[i])) });
    for (const each of [words, array]) each.dispose();
  }
  return reports;
}

export interface GpuMemoryReport {
  /** Bytes that a run was foreseen to take, and the most that were there after a call of it. */
  readonly foreseen: number;
  readonly held: number;
}

/** Sizes at which what is counted for each graph weighs more than what every buffer is rounded up by. */
const LARGER: ModelConfig = { ...config, vocabulary: 4096, width: 128, headWidth: 32, hidden: 384 };

/** A run of a model that is planned as a large one. */
export async function checkGpuMemory(runtime: Runtime): Promise<GpuMemoryReport> {
  const settings = {
    ...DEFAULT_CONFIG,
    promptsPerStep: 2,
    groupSize: 4,
    microBatch: 4,
    maxPromptTokens: 32,
    maxCompletionTokens: 32,
    evalTasks: 8,
  };
  const policy = { config: LARGER, trained: lora };
  const model = { ...specOf(policy), checkpointing: true };
  const programs = Object.values(programsOf(policy, settings)).map((spec) => ({ ...spec, ...model }));
  const { total: foreseen } = gpuPlanOf(model, programs, true);
  const before = runtime.held();
  const host = new LocalHost(runtime, buildProgram, { stepped: buildStepped });
  const factors = initialFactors(LARGER, lora, 1);
  const weights = toBfloat16(initialWeights(LARGER, 1));
  await host.loadFrozen(unpackWeights(parameterLayout(LARGER), weights));
  await host.load(parameterLayout(LARGER, [], lora), freshState(factors));
  await host.loadReference(factors);
  const { maxPromptTokens, maxCompletionTokens: time } = settings;
  let held = 0;
  for (const spec of programs) {
    const { prompts, group } = spec.kind === 'generate' ? spec.options : spec.shape;
    const n = prompts * group;
    const ids = (count: number) => new Int32Array(count).fill(5);
    const ones = (count: number) => new Float32Array(count).fill(1 / count);
    const read = { prompts: ids(prompts * maxPromptTokens), inverseTemperature: ones(1) };
    const lengths = { promptLengths: new Int32Array(prompts).fill(maxPromptTokens) };
    const written = { completions: ids(n * time), oldLogprobs: ones(n * time), mask: ones(n * time) };
    const learned = { ...written, weights: ones(n * time), advantages: ones(n) };
    const feeds = {
      ...read,
      ...lengths,
      ...(spec.kind === 'generate' ? { uniforms: ones(n * time) } : learned),
    };
    if (spec.kind === 'update') await host.update(spec, [feeds], 1e-4, ADAMW_DEFAULTS);
    else await host.run(spec, [feeds], spec.kind === 'logprobs' ? 'reference' : 'current');
    held = Math.max(held, runtime.held() - before);
  }
  await host.dispose();
  return { foreseen, held };
}
