import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ModelConfig } from '../model/config.ts';
import { LORA_TARGETS } from '../model/lora.ts';
import { initialFactors, initialWeights, parameterLayout, unpackWeights } from '../model/parameters.ts';
import { cacheLengths } from '../programs/generate-steps.ts';
import { buildProgram, buildStepped, type GenerateSpec } from '../programs/index.ts';
import type { SamplerSettings } from '../programs/sampler.ts';
import { Random } from '../random.ts';
import type { DeviceKind } from '../runtime/device.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { ADAMW_DEFAULTS } from './adamw.ts';
import { freshState, type Values } from './host.ts';
import { LocalHost } from './local-host.ts';

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

const config: ModelConfig = {
  family: 'qwen2', vocabulary: 17, width: 12, layers: 2, heads: 4, kvHeads: 2, headWidth: 4, hidden: 16,
  maxPositions: 128, ropeTheta: 10_000, normEpsilon: 1e-6, tied: true, head: 'causal', padId: 0, endIds: [1, 2],
}; // prettier-ignore
const SHAPE = { prompts: 3, group: 2, promptTime: 6 };
const ROWS = SHAPE.prompts * SHAPE.group;

const specOf = (completionTime: number, drawing: Partial<SamplerSettings> = {}): GenerateSpec => ({
  kind: 'generate',
  config,
  options: { ...SHAPE, completionTime, mode: 'sample', chunk: 16, ...drawing },
});

function feedsOf(completionTime: number, seed: number) {
  const random = new Random(seed, 0, 'uniforms');
  return {
    prompts: Int32Array.from(
      { length: SHAPE.prompts * SHAPE.promptTime },
      (_, i) => 3 + ((5 * i + seed) % 14),
    ),
    promptLengths: Int32Array.of(6, 2, 4),
    uniforms: Float32Array.from({ length: completionTime * ROWS }, () => random.uniform()),
    inverseTemperature: Float32Array.of(1.5),
  };
}

/** @param kind whose graphs are computed, by WASM in any case */
async function open(
  isStepped: boolean,
  scale = 2,
  onRun: () => void = () => {},
  kind: DeviceKind = 'wasm',
): Promise<LocalHost> {
  const own = createRuntime(ort, 'wasm', 1);
  const runtime: Runtime = {
    ...own,
    kind,
    bind: async (outputs, bindings) => {
      const program = await own.bind(outputs, bindings);
      const run = async () => {
        onRun();
        await program.run();
      };
      return { isCaptured: program.isCaptured, run, release: () => program.release() };
    },
  };
  const host = new LocalHost(runtime, buildProgram, isStepped ? { stepped: buildStepped } : {});
  await host.load(
    parameterLayout(config),
    freshState(initialWeights(config, 3).map((x, i) => scale * x * (1 + 0.3 * Math.sin(i)))),
  );
  return host;
}

/** Values of what was drawn, without what a loop computes for rows that have ended. */
const untilEnds = ({ ids, ...rest }: Values, name: string, time: number): number[] =>
  Array.from(rest[name]!, (value, i) => {
    const row = Array.from(ids!.subarray(time * Math.floor(i / time), i));
    return row.some((id) => config.endIds.includes(id)) ? 0 : value;
  });

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));

describe('sampling in steps', () => {
  it.each<[time: number, drawing: Partial<SamplerSettings>]>([
    [1, {}],
    [2, {}],
    [12, { mode: 'greedy' }],
    // Three caches, one after the other.
    [70, {}],
    [20, { topK: 3 }],
    [20, { topP: 0.8 }],
    [20, { topK: 5, topP: 0.6 }],
    [20, { topK: 99 }],
  ])('gives what a loop gives: %i tokens, %j', async (time, drawing) => {
    const [looped, stepped] = [await open(false), await open(true)];
    const batches = [feedsOf(time, 1), feedsOf(time, 2)];
    const expected = await looped.run(specOf(time, drawing), batches);
    const got = await stepped.run(specOf(time, drawing), batches);
    for (const [i, values] of got.entries()) {
      expect(values['ids']).toEqual(expected[i]!['ids']);
      for (const name of ['logprobs', 'entropies'])
        expect(largestDifference(values[name]!, untilEnds(expected[i]!, name, time))).toBeLessThan(1e-5);
    }
    expect(await stepped.run(specOf(time, drawing), batches)).toEqual(got);
    await looped.dispose();
    await stepped.dispose();
  });

  it('ends as soon as all sequences have, with padding after their ends', async () => {
    let runs = 0;
    const host = await open(true, 2, () => runs++);
    const time = 70;
    // The first id of all: uniform numbers of 0 draw it, and of nearly 1 the last.
    const ends = { ...specOf(time), config: { ...config, endIds: [0, 16] } };
    const [values] = await host.run(ends, [{ ...feedsOf(time, 1), uniforms: new Float32Array(time * ROWS) }]);
    expect(Array.from(values!['ids']!)).toEqual(Array.from({ length: time * ROWS }, () => 0));
    for (const name of ['logprobs', 'entropies']) {
      const after = Array.from(values![name]!).filter((_, i) => i % time > 0);
      expect(after.every((value) => value === 0)).toBe(true);
    }
    // What depends on weights alone, the prompts, and steps up to the second look, one for every sixteenth.
    expect(runs).toBe(2 + 16);
    await host.dispose();
  });

  it('sees weights that an update or another checkpoint has changed', async () => {
    const [looped, stepped] = [await open(false), await open(true)];
    const spec = specOf(12);
    const supervised = { kind: 'supervised', config, shape: { batch: 1, time: 4 } };
    const example = {
      ids: Int32Array.of(3, 4, 5, 6),
      mask: new Float32Array(3).fill(1),
      divisor: Float32Array.of(3),
    };
    const results = [];
    for (const host of [looped, stepped]) {
      const ids = async () => (await host.run(spec, [feedsOf(12, 1)]))[0]!['ids']!;
      const before = await ids();
      for (let i = 0; i < 5; i++) await host.update(supervised, [example], 0.3, ADAMW_DEFAULTS);
      const trained = await ids();
      await host.loadReference(initialWeights(config, 9).map((x) => 3 * x));
      const [reference] = await host.run(spec, [feedsOf(12, 1)], 'reference');
      await host.load(parameterLayout(config), freshState(initialWeights(config, 4).map((x) => 3 * x)));
      results.push([before, trained, reference!['ids']!, await ids()]);
      await host.dispose();
    }
    expect(results[1]).toEqual(results[0]);
    expect(new Set(results[0]!.map((ids) => ids.join())).size).toBe(4);
  });

  it('merges low-rank factors into the weights once after each update, and draws what a loop draws beside them', async () => {
    const lora = { rank: 2, alpha: 4, targets: LORA_TARGETS, rankStabilized: false };
    const layout = parameterLayout(config, [], lora);
    const start = initialFactors(config, lora, 5).map((x, i) => x + 0.2 * Math.sin(i));
    const spec = { ...specOf(12), lora };
    const supervised = { kind: 'supervised', config, lora, shape: { batch: 1, time: 4 } };
    const example = {
      ids: Int32Array.of(3, 4, 5, 6),
      mask: new Float32Array(3).fill(1),
      divisor: Float32Array.of(3),
    };
    const results = [];
    let runs = 0;
    for (const isStepped of [false, true]) {
      const host = await open(isStepped, 2, () => runs++, isStepped ? 'webgpu' : 'wasm');
      await host.loadFrozen(
        unpackWeights(
          parameterLayout(config),
          initialWeights(config, 3).map((x) => 2 * x),
        ),
      );
      await host.load(layout, freshState(start));
      const ids = async () => (await host.run(spec, [feedsOf(12, 1)]))[0]!['ids']!;
      const before = await ids();
      for (let i = 0; i < 5; i++) await host.update(supervised, [example], 0.3, ADAMW_DEFAULTS);
      const trained = await ids();
      runs = 0;
      results.push([before, trained, await ids()]);
      await host.dispose();
    }
    expect(results[1]).toEqual(results[0]);
    const [before, trained, again] = results[1]!;
    expect(trained).not.toEqual(before);
    expect(again).toEqual(trained);
    // The prompts and the steps after the first token: nothing was merged again.
    expect(runs).toBe(12);
  });

  it.each(['compile', 'bind'] as const)('leaves nothing on the device when it cannot %s', async (fails) => {
    const own = createRuntime(ort, 'wasm', 1);
    let held = 0;
    const counted = <T extends { dispose(): void }>(array: T): T => {
      held++;
      const dispose = array.dispose.bind(array);
      array.dispose = () => {
        held--;
        dispose();
      };
      return array;
    };
    const runtime: Runtime = {
      ...own,
      upload: (data, shape) => counted(own.upload(data, shape)),
      [fails]: () => Promise.reject(new Error('No shader was compiled.')),
    };
    const host = new LocalHost(runtime, buildProgram, { stepped: buildStepped });
    await host.load(parameterLayout(config), freshState(initialWeights(config, 3)));
    const before = held;
    await expect(host.run(specOf(12), [feedsOf(12, 1)])).rejects.toThrow('No shader was compiled.');
    expect(held).toBe(before);
    const scored = { kind: 'supervised', config, shape: { batch: 1, time: 4 } };
    if (fails === 'bind') await expect(host.run(scored, [{}])).rejects.toThrow('No shader was compiled.');
    expect(held).toBe(before);
    await host.dispose();
  });

  it('lengthens its caches by doubling', () => {
    expect(cacheLengths(1)).toEqual([1]);
    expect(cacheLengths(33)).toEqual([32]);
    expect(cacheLengths(88)).toEqual([32, 64, 87]);
    expect(cacheLengths(257)).toEqual([32, 64, 128, 256]);
  });
});
