import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { type NamedTensor, initialWeights, parameterLayout, unpackWeights } from '../model/parameters.ts';
import type { ModelConfig } from '../model/config.ts';
import { Random } from '../random.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';
import type { HostArray, Runtime } from '../runtime/runtime.ts';
import { buildProgram, type LogprobsSpec, type UpdateSpec } from './index.ts';
import type { SurrogateSettings } from './loss.ts';

const BASE: ModelConfig = {
  family: 'llama',
  vocabulary: 23,
  width: 16,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headWidth: 6,
  hidden: 24,
  maxPositions: 64,
  ropeTheta: 10_000,
  normEpsilon: 1e-5,
  tied: true,
  head: 'causal',
  padId: 0,
  endIds: [1],
};
const SHAPE = { prompts: 3, group: 2, promptTime: 5, completionTime: 7 };
const N = SHAPE.prompts * SHAPE.group;

let runtime: Runtime;
beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  runtime = createRuntime(ort, 'wasm', 1);
});

async function run(spec: LogprobsSpec | UpdateSpec, feeds: Readonly<Record<string, HostArray>>) {
  const program = await runtime.compile(buildProgram(spec));
  const { values } = await program.run(feeds);
  await program.release();
  return values;
}

/** Norms other than 1 and biases other than 0, so that nothing drops out by chance. */
function weightsOf(config: ModelConfig): Record<string, Float32Array> {
  const random = new Random(3, 0, 'weights');
  const flat = initialWeights(config, 7).map((x) => x + 0.1 * random.normal());
  const tensors: ReadonlyMap<string, NamedTensor> = unpackWeights(parameterLayout(config), flat);
  return Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));
}

function inputs(): Readonly<Record<string, HostArray>> {
  const random = new Random(4, 0, 'inputs');
  const ids = (n: number) => Int32Array.from({ length: n }, () => 2 + random.int(21));
  const numbers = (n: number) => Float32Array.from({ length: n }, () => random.normal());
  const prompts = ids(SHAPE.prompts * SHAPE.promptTime);
  const lengths = Int32Array.of(5, 2, 3);
  lengths.forEach((length, p) => prompts.fill(0, p * SHAPE.promptTime, (p + 1) * SHAPE.promptTime - length));
  const tokens = N * SHAPE.completionTime;
  return {
    prompts,
    promptLengths: lengths,
    completions: ids(tokens),
    inverseTemperature: Float32Array.of(1.25),
    oldLogprobs: numbers(tokens).map((x) => -3 + 0.1 * x),
    mask: new Float32Array(tokens).fill(1),
    weights: new Float32Array(tokens).fill(1 / tokens),
    advantages: numbers(N),
  };
}

describe.each(['llama', 'qwen2', 'qwen3'] as const)(
  '%s: the graphs for a GPU compute what those for a CPU do',
  (family) => {
    const config = { ...BASE, family };
    const settings: SurrogateSettings = {
      importance: 'token',
      surrogate: 'clipped',
      clipLow: 0.9,
      clipHigh: 9,
      dualClip: 0,
      beta: 0,
      klEstimator: 'k3',
      entropyCoefficient: 0,
    };

    type Rest = Partial<Omit<UpdateSpec, 'kind'>>;
    it.each<[name: string, kind: 'logprobs' | 'update', rest: Rest]>([
      ['log-probabilities', 'logprobs', {}],
      ['of a model that is frozen in part', 'logprobs', { frozen: ['model.layers.0', 'model.norm'] }],
      ['of completions of one token', 'logprobs', { shape: { ...SHAPE, completionTime: 1 } }],
      ['gradients', 'update', { settings }],
      ['gradients past a frozen module', 'update', { settings, frozen: ['model.layers.1.self_attn'] }],
    ])('%s', async (_name, kind, rest) => {
      const feeds = { ...weightsOf(config), ...inputs() };
      const shape = rest.shape ?? SHAPE;
      const own = { ...feeds, completions: feeds['completions']!.slice(0, N * shape.completionTime) };
      const [cpu, gpu] = await Promise.all(
        (['wasm', 'webgpu'] as const).map((target) =>
          run({ kind, config, shape, ...rest, target } as LogprobsSpec | UpdateSpec, own),
        ),
      );
      expect(Object.keys(gpu!).toSorted()).toEqual(Object.keys(cpu!).toSorted());
      for (const [name, values] of Object.entries(cpu!)) {
        const size = Math.max(...Array.from(values, Math.abs));
        const largest = Math.max(...Array.from(values, (v, i) => Math.abs(v - gpu![name]![i]!)));
        expect(size, name).toBeGreaterThan(1e-5);
        expect(largest, name).toBeLessThan(2e-5 * size);
      }
    });
  },
);
