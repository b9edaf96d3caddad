import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ModelConfig } from '../model/config.ts';
import {
  gradientName,
  initialFactors,
  initialWeights,
  parameterLayout,
  unpackWeights,
} from '../model/parameters.ts';
import type { LoraConfig } from '../model/lora.ts';
import { buildProgram, type LogprobsSpec, type PreferenceSpec, type UpdateSpec } from '../programs/index.ts';
import { Random } from '../random.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';
import type { CompileOptions, HostArray, Outputs, Runtime } from '../runtime/runtime.ts';
import { compileGraph } from './sectioned.ts';

const CONFIG: ModelConfig = {
  family: 'qwen2', vocabulary: 23, width: 16, layers: 3, heads: 4, kvHeads: 2, headWidth: 6, hidden: 24,
  maxPositions: 64, ropeTheta: 10_000, normEpsilon: 1e-5, tied: true, head: 'causal', padId: 0, endIds: [1],
}; // prettier-ignore
const LORA: LoraConfig = { rank: 2, alpha: 4, targets: ['q_proj', 'v_proj', 'o_proj', 'down_proj'], rankStabilized: false }; // prettier-ignore
const SHAPE = { prompts: 2, group: 2, promptTime: 5, completionTime: 7 };
const SETTINGS = {
  importance: 'token', surrogate: 'clipped', clipLow: 0.9, clipHigh: 9, dualClip: 0, beta: 0, klEstimator: 'k3',
  entropyCoefficient: 0.01,
} as const; // prettier-ignore

let runtime: Runtime;
beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  runtime = createRuntime(ort, 'wasm', 1);
});

/** The runtime, and how many programs it was asked for. */
function counting() {
  const compiled: Outputs[] = [];
  const compile = (outputs: Outputs, options?: CompileOptions) => {
    compiled.push(outputs);
    return runtime.compile(outputs, options);
  };
  return { compiled, runtime: { ...runtime, compile } };
}

/** Weights and factors of which none is 0 or 1 by chance. */
function weightsOf(config: ModelConfig, lora?: LoraConfig): Record<string, Float32Array> {
  const random = new Random(3, 0, 'weights');
  const stir = (flat: Float32Array) => flat.map((x) => x + 0.1 * random.normal());
  const whole = unpackWeights(parameterLayout(config), stir(initialWeights(config, 7)));
  const factors = lora
    ? unpackWeights(parameterLayout(config, [], lora), stir(initialFactors(config, lora, 8)))
    : new Map<string, never>();
  return Object.fromEntries([...whole, ...factors].map(([name, { data }]) => [name, data]));
}

function batch(): Readonly<Record<string, HostArray>> {
  const random = new Random(4, 0, 'inputs');
  const sequences = SHAPE.prompts * SHAPE.group;
  const tokens = sequences * SHAPE.completionTime;
  const ids = (n: number) => Int32Array.from({ length: n }, () => 2 + random.int(21));
  const prompts = ids(SHAPE.prompts * SHAPE.promptTime);
  prompts.fill(0, SHAPE.promptTime, SHAPE.promptTime + 2);
  return {
    prompts,
    promptLengths: Int32Array.of(SHAPE.promptTime, SHAPE.promptTime - 2),
    completions: ids(tokens),
    inverseTemperature: Float32Array.of(1.25),
    oldLogprobs: Float32Array.from({ length: tokens }, () => -3 + 0.1 * random.normal()),
    mask: new Float32Array(tokens).fill(1),
    weights: new Float32Array(tokens).fill(1 / tokens),
    advantages: Float32Array.from({ length: sequences }, () => random.normal()),
    ids: ids(4 * 6),
    last: Int32Array.of(5, 11, 16, 23),
    weight: Float32Array.of(0.5),
    differing: new Float32Array(12).fill(0.1),
    divisor: Float32Array.of(12),
  };
}

async function run(spec: Spec, feeds: Readonly<Record<string, HostArray>>, on: Runtime = runtime) {
  const program = await compileGraph(on, buildProgram(spec));
  const inputs = new Set(program.inputs.map(({ name }) => name));
  const { values } = await program.run(
    Object.fromEntries(Object.entries(feeds).filter(([name]) => inputs.has(name))),
  );
  await program.release();
  return values;
}

type Spec = LogprobsSpec | UpdateSpec | PreferenceSpec;

const update = { kind: 'update', shape: SHAPE, settings: SETTINGS } as const;
const llama: ModelConfig = { ...CONFIG, family: 'llama', tied: false };
const SPECS: readonly (readonly [name: string, spec: Spec])[] = [
  ['log-probabilities', { kind: 'logprobs', shape: SHAPE, config: CONFIG, lora: LORA }],
  ['the policy gradient', { ...update, config: CONFIG, lora: LORA }],
  ['the policy gradient of all weights', { ...update, config: CONFIG }],
  ['the policy gradient of a Llama with a head of its own', { ...update, config: llama, lora: LORA }],
  [
    'preferences',
    {
      kind: 'preference',
      shape: { batch: 4, time: 6 },
      settings: { margin: 0.1, centering: 0.01, dense: 0.5 },
      config: { ...CONFIG, head: 'score' },
      lora: LORA,
    },
  ],
];

describe('a program in sections', () => {
  it.each(SPECS)('gives what the whole gives: %s', async (_name, spec) => {
    const feeds = { ...weightsOf(spec.config, spec.lora), ...batch() };
    const whole = await run(spec, feeds);
    const parts = await run({ ...spec, checkpointing: true } satisfies Spec, feeds);
    expect(Object.keys(parts).toSorted()).toEqual(Object.keys(whole).toSorted());
    for (const [name, values] of Object.entries(whole)) {
      const size = Math.max(...Array.from(values, Math.abs));
      const largest = Math.max(...Array.from(values, (v, i) => Math.abs(v - parts[name]![i]!)));
      expect(size, name).toBeGreaterThan(1e-6);
      expect(largest / size, name).toBeLessThan(1e-4);
    }
  });

  it('is as many programs however many layers there are', async () => {
    const counts: number[] = [];
    for (const layers of [3, 6]) {
      const config = { ...CONFIG, layers };
      const { compiled, runtime: own } = counting();
      const spec: UpdateSpec = { ...update, config, lora: LORA, checkpointing: true };
      const values = await run(spec, { ...weightsOf(config, LORA), ...batch() }, own);
      expect(values[gradientName(`model.layers.${layers - 1}.self_attn.q_proj.lora_A.weight`)]).toBeDefined();
      counts.push(compiled.length);
    }
    expect(counts[0]).toBe(counts[1]);
    expect(counts[0]).toBeLessThanOrEqual(6);
  });

  it('names the input that is missing', async () => {
    const spec: LogprobsSpec = { kind: 'logprobs', config: CONFIG, checkpointing: true, shape: SHAPE };
    const { 'model.norm.weight': _, ...rest } = { ...weightsOf(CONFIG), ...batch() };
    await expect(run(spec, rest)).rejects.toThrow('The graph needs a value for its input model.norm.weight.');
  });
});
