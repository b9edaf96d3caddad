import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Shape, sizeOf } from '../graph/index.ts';
import type { ModelConfig } from '../model/config.ts';
import { LORA_TARGETS, type LoraConfig } from '../model/lora.ts';
import { initialFactors, initialWeights, parameterLayout, unpackWeights } from '../model/parameters.ts';
import { buildProgram, buildStepped, type GenerateSpec, type LogprobsSpec } from '../programs/index.ts';
import { Random } from '../random.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';
import type { DeviceArray, HostArray, Runtime } from '../runtime/runtime.ts';
import { ADAMW_DEFAULTS } from './adamw.ts';
import { freshState } from './host.ts';
import { LocalHost } from './local-host.ts';

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

/** No array but a projection, or what it is merged into, has the shape of one. */
const config: ModelConfig = {
  family: 'llama', vocabulary: 17, width: 12, layers: 1, heads: 4, kvHeads: 2, headWidth: 4, hidden: 20,
  maxPositions: 128, ropeTheta: 10_000, normEpsilon: 1e-6, tied: true, head: 'causal', padId: 0, endIds: [1],
}; // prettier-ignore
const lora: LoraConfig = { rank: 3, alpha: 4, targets: LORA_TARGETS, rankStabilized: true };
const layout = parameterLayout(config, [], lora);
const SHAPES = new Set(layout.adapted.map(({ shape }) => shape.join()));
const TARGETS = layout.adapted.length;
const base = unpackWeights(
  parameterLayout(config),
  initialWeights(config, 3).map((x) => 2 * x),
);
const factors = initialFactors(config, lora, 5).map((x, i) => x + 0.2 * Math.sin(i));

const SHAPE = { prompts: 2, group: 2, promptTime: 3 };
const generate: GenerateSpec = {
  kind: 'generate', config, lora, options: { ...SHAPE, completionTime: 5, mode: 'sample', chunk: 4 },
}; // prettier-ignore
const logprobs = (completionTime: number): LogprobsSpec => ({
  kind: 'logprobs',
  config,
  lora,
  shape: { ...SHAPE, completionTime },
});
const PROMPTS = { prompts: Int32Array.of(3, 4, 5, 6, 7, 0), promptLengths: Int32Array.of(3, 2) };
const random = new Random(1, 0, 'uniforms');
const uniforms = Float32Array.from({ length: 20 }, () => random.uniform());
const sampling = { ...PROMPTS, uniforms, inverseTemperature: Float32Array.of(1) };
const completionsOf = (time: number) => ({
  ...PROMPTS,
  completions: Int32Array.from({ length: 4 * time }, (_, i) => 2 + ((5 * i) % 15)),
  inverseTemperature: Float32Array.of(1),
});
const supervised = { kind: 'supervised', config, lora, shape: { batch: 1, time: 4 } };
const example = {
  ids: Int32Array.of(3, 4, 5, 6),
  mask: new Float32Array(3).fill(1),
  divisor: Float32Array.of(3),
};

/** A host for a GPU, computed by WASM: what it holds, and how often an array was written that a weight is merged into. */
async function open(options: { readonly recordBytes?: number } = {}) {
  const own = createRuntime(ort, 'wasm', 1);
  const seen = { bytes: 0, arrays: 0, merges: 0 };
  const watch = (array: DeviceArray, shape: Shape): DeviceArray => {
    const isWeight = SHAPES.has(shape.join());
    const count = (sign: number): void => {
      seen.bytes += sign * 4 * sizeOf(shape);
      if (isWeight) seen.arrays += sign;
    };
    count(1);
    const { dispose, write } = { dispose: array.dispose.bind(array), write: array.write.bind(array) };
    const watched: Partial<DeviceArray> = {
      dispose: () => {
        count(-1);
        dispose();
      },
      write: (values) => {
        if (isWeight) seen.merges++;
        write(values);
      },
    };
    return Object.assign(array, watched);
  };
  const runtime: Runtime = {
    ...own,
    kind: 'webgpu',
    upload: (data, shape = [data.length]) => watch(own.upload(data, shape), shape),
    allocate: (shape, type) => watch(own.allocate(shape, type), shape),
    held: () => seen.bytes,
  };
  const host = new LocalHost(runtime, buildProgram, { stepped: buildStepped, ...options });
  await host.loadFrozen(base);
  await host.load(layout, freshState(factors));
  seen.arrays -= TARGETS;
  const merges = (): number => {
    const { merges: so } = seen;
    seen.merges = 0;
    return so;
  };
  return { host, seen, merges };
}

describe('weights with LoRA merged into them', () => {
  it('are one copy for all programs, made once for each version of the weights', async () => {
    const { host, seen, merges } = await open();
    await host.run(generate, [sampling, sampling]);
    expect([seen.arrays, merges()]).toEqual([TARGETS, TARGETS]);
    for (const time of [4, 6]) await host.run(logprobs(time), [completionsOf(time)]);
    await host.run(generate, [sampling]);
    expect([seen.arrays, merges()]).toEqual([TARGETS, 0]);

    await host.update(supervised, [example, example], 0.3, ADAMW_DEFAULTS);
    expect([seen.arrays, merges()]).toEqual([TARGETS, 0]);
    await host.run(logprobs(4), [completionsOf(4)]);
    await host.run(generate, [sampling]);
    expect([seen.arrays, merges()]).toEqual([TARGETS, TARGETS]);

    await host.loadReference(factors);
    await host.run(logprobs(4), [completionsOf(4)]);
    expect([seen.arrays, merges()]).toEqual([TARGETS, TARGETS]);
    await host.run(logprobs(4), [completionsOf(4)], 'reference');
    expect([seen.arrays, merges()]).toEqual([2 * TARGETS, TARGETS]);
    await host.update(supervised, [example], 0.3, ADAMW_DEFAULTS);
    await host.run(logprobs(4), [completionsOf(4)], 'reference');
    expect([seen.arrays, merges()]).toEqual([2 * TARGETS, 0]);

    await host.load(layout, freshState(factors));
    expect(seen.arrays).toBe(0);
    await host.dispose();
    expect(seen.bytes).toBe(0);
  });

  it('give what the factors beside them give, before and after an update, of the policy and of its reference', async () => {
    const { host } = await open();
    const beside = new LocalHost(createRuntime(ort, 'wasm', 1), buildProgram);
    await beside.loadFrozen(base);
    await beside.load(layout, freshState(factors));
    const reference = factors.map((x) => x / 2);
    const results: HostArray[] = [];
    for (const each of [host, beside]) {
      await each.loadReference(reference);
      const of = async (weights: 'current' | 'reference') => {
        const [values] = await each.run(logprobs(6), [completionsOf(6)], weights);
        return values!['logprobs']!.slice();
      };
      const before = await of('current');
      await each.update(supervised, [example], 0.1, ADAMW_DEFAULTS);
      results.push(before, await of('current'), await of('reference'));
      await each.dispose();
    }
    const largest = (a: HostArray, b?: HostArray): number =>
      Math.max(...Array.from(a, (x, k) => Math.abs(x - (b?.[k] ?? 0))));
    for (const i of [0, 1, 2]) {
      const [merged, apart] = [results[i]!, results[3 + i]!];
      expect(largest(merged, apart)).toBeLessThan(2e-5 * largest(apart));
      expect(largest(merged, results[(i + 1) % 3]!)).toBeGreaterThan(0.01);
    }
  });

  it('go with the last program that reads them', async () => {
    const { host, seen, merges } = await open({ recordBytes: 1 });
    await host.run(generate, [sampling]);
    await host.run(logprobs(4), [completionsOf(4)]);
    // One program is kept, and what it reads: the other went before it was opened, so all is merged again.
    expect([seen.arrays, merges()]).toEqual([TARGETS, 2 * TARGETS]);
    await host.update(supervised, [example], 0.1, ADAMW_DEFAULTS);
    expect([seen.arrays, merges()]).toEqual([0, 0]);
    await host.run(generate, [sampling]);
    expect([seen.arrays, merges()]).toEqual([TARGETS, TARGETS]);
    await host.dispose();
  });

  it('need the weights that are merged', async () => {
    const without = new LocalHost({ ...createRuntime(ort, 'wasm', 1), kind: 'webgpu' }, buildProgram, {
      stepped: buildStepped,
    });
    await without.load(layout, freshState(factors));
    await expect(without.run(logprobs(4), [completionsOf(4)])).rejects.toThrow(
      'There is no tensor model.layers.0.self_attn.q_proj.weight, which LoRA is to be merged with.',
    );
    await without.dispose();
  });
});
