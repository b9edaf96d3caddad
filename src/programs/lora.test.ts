import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { ADAPTER_CONFIG, ADAPTER_WEIGHTS, packAdapter, parseAdapterConfig } from '../model/adapter.ts';
import { parseModelConfig } from '../model/config.ts';
import { mergedName } from '../model/lora.ts';
import { mergedWeights } from '../model/merge.ts';
import {
  gradientName,
  initialFactors,
  type NamedTensors,
  packWeights,
  parameterLayout,
  unpackWeights,
} from '../model/parameters.ts';
import { readSafetensors } from '../model/safetensors.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';
import type { HostArray, Outputs, Runtime } from '../runtime/runtime.ts';
import { buildScorer } from './score.ts';
import { buildScores, buildSupervised } from './supervised.ts';

/** What PEFT computed; scripts/fixtures/lora.py wrote it. */
interface Expected {
  readonly ids: readonly (readonly number[])[];
  readonly logits_last?: readonly (readonly number[])[];
  readonly loss?: number;
  readonly gradients?: Readonly<Record<string, readonly number[]>>;
  readonly gradient_norms?: Readonly<Record<string, number>>;
  readonly scores?: readonly number[];
  readonly merged_sums: Readonly<Record<string, readonly [sum: number, squares: number]>>;
}

const json = (path: string): unknown => JSON.parse(readFileSync(`tests/fixtures/${path}`, 'utf8'));
const tensorsOf = (path: string): NamedTensors =>
  readSafetensors(readFileSync(`tests/fixtures/${path}`)).tensors;

let runtime: Runtime;
beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  runtime = createRuntime(ort, 'wasm', 1);
});

async function run(outputs: Outputs, feeds: Readonly<Record<string, HostArray>>) {
  const program = await runtime.compile(outputs);
  const { values } = await program.run(feeds);
  await program.release();
  return values;
}

const feedsOf = (tensors: NamedTensors): Record<string, Float32Array> =>
  Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));

function load(name: string, base: string) {
  const { lora } = parseAdapterConfig(json(`lora/${name}/${ADAPTER_CONFIG}`));
  const expected = json(`lora/${name}/expected.json`) as Expected;
  const head = expected.scores ? 'score' : 'causal';
  const config = { ...parseModelConfig(json(`${base}/config.json`)), head } as const;
  const factors = packAdapter(config, lora, tensorsOf(`lora/${name}/${ADAPTER_WEIGHTS}`));
  const layout = parameterLayout(config, [], lora);
  const own = tensorsOf(`${base}/model.safetensors`);
  return { lora, expected, config, layout, own, factors, trained: unpackWeights(layout, factors) };
}

const largest = (a: ArrayLike<number>, b: readonly number[]): number =>
  Math.max(...b.map((value, i) => Math.abs(a[i]! - value)));

describe.each([
  ['llama', 'llama_tiny'],
  ['qwen2', 'qwen2_tiny'],
])('an adapter of PEFT for %s', (name, base) => {
  const { lora, expected, config, layout, own, factors, trained } = load(name, base);
  const ids = Int32Array.from(expected.ids.flat());
  const [batch, time] = [expected.ids.length, expected.ids[0]!.length];
  const flat = parameterLayout(config);
  const merged = unpackWeights(flat, mergedWeights(config, lora, packWeights(flat, own), factors));
  const whole = new Map(layout.adapted.map(({ weight }) => [weight, merged.get(weight)!]));
  const instead = [...whole].map(([weight, { data }]) => [mergedName(weight), data] as const);
  const feeds = { ...feedsOf(own), ...feedsOf(trained), ...Object.fromEntries(instead), ids };

  it.each(['wasm', 'webgpu'] as const)('gives its logits in the form for %s', async (target) => {
    const { logitsLast } = await run(buildScores({ config, lora, target }, { batch, time }), feeds);
    expect(largest(logitsLast!, expected.logits_last!.flat())).toBeLessThan(2e-5);
  });

  it.each(['wasm', 'webgpu'] as const)('gives its loss and gradients in the form for %s', async (target) => {
    const values = await run(buildSupervised({ config, lora, target }, { batch, time }), {
      ...feeds,
      mask: new Float32Array(batch * (time - 1)).fill(1),
      divisor: Float32Array.of(batch * (time - 1)),
    });
    expect(values['loss']![0]).toBeCloseTo(expected.loss!, 5);
    const names = layout.trainable.map((slot) => slot.name);
    expect(Object.keys(expected.gradients!).toSorted()).toEqual(names.toSorted());
    for (const own of names) {
      const gradient = values[gradientName(own)]!;
      const norm = expected.gradient_norms![own]!;
      expect(norm, own).toBeGreaterThan(0);
      expect(Math.hypot(...gradient) / norm, own).toBeCloseTo(1, 4);
      expect(largest(gradient, expected.gradients![own]!) / norm, own).toBeLessThan(1e-4);
    }
  });

  it('is merged as PEFT merges it, and then gives the same logits', async () => {
    expect([...whole.keys()].toSorted()).toEqual(Object.keys(expected.merged_sums).toSorted());
    for (const [weight, { data }] of whole) {
      const [sum, squares] = expected.merged_sums[weight]!;
      expect(data.reduce((total, x) => total + x, 0)).toBeCloseTo(sum, 3);
      expect(data.reduce((total, x) => total + x * x, 0)).toBeCloseTo(squares, 3);
    }
    const values = { ...feedsOf(own), ...feedsOf(whole), ids };
    const merging = await run(buildScores({ config }, { batch, time }), values);
    expect(largest(merging['logitsLast']!, expected.logits_last!.flat())).toBeLessThan(2e-5);
  });

  it('changes nothing at its start', async () => {
    const start = feedsOf(unpackWeights(layout, initialFactors(config, lora, 5)));
    const without = await run(buildScores({ config }, { batch, time }), feeds);
    const values = await run(buildScores({ config, lora }, { batch, time }), { ...feeds, ...start });
    expect(largest(values['logitsLast']!, [...without['logitsLast']!])).toBeLessThan(1e-5);
  });
});

describe('an adapter of PEFT for a reward model', () => {
  it('brings its head along, and gives its scores', async () => {
    const { lora, expected, config, own, trained } = load('score', 'llama_tiny');
    expect([...trained.keys()][0]).toBe('score.weight');
    const [batch, time] = [expected.ids.length, expected.ids[0]!.length];
    const { scores } = await run(buildScorer({ config, lora }, { batch, time }), {
      ...feedsOf(own),
      ...feedsOf(trained),
      ids: Int32Array.from(expected.ids.flat()),
      lengths: new Int32Array(batch).fill(time),
    });
    expect(largest(scores!, expected.scores!)).toBeLessThan(2e-5);
  });
});
