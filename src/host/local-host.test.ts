import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, expect, it } from 'vitest';
import type { ModelConfig } from '../model/config.ts';
import { initialWeights, parameterLayout } from '../model/parameters.ts';
import { ADAMW_DEFAULTS } from './adamw.ts';
import { freshState } from './host.ts';
import { LocalHost } from './local-host.ts';
import { ProgramCache } from './program-cache.ts';
import { buildProgram, type SupervisedSpec } from '../programs/index.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

const modelOf = (width: number): ModelConfig => ({
  family: 'llama', vocabulary: 11, width, layers: 1, heads: 2, kvHeads: 1, headWidth: width / 2, hidden: 2 * width,
  maxPositions: 16, ropeTheta: 10_000, normEpsilon: 1e-6, tied: true, head: 'causal', padId: 0, endIds: [1],
}); // prettier-ignore

const shape = { batch: 1, time: 4 };
const feeds = {
  ids: Int32Array.of(2, 3, 4, 1),
  mask: Float32Array.of(1, 1, 1),
  divisor: Float32Array.of(3),
};

it('trains models of different sizes in turn, each as a host of its own would', async () => {
  const trained = async (host: LocalHost, config: ModelConfig): Promise<Float32Array> => {
    await host.load(parameterLayout(config), freshState(initialWeights(config, 1)));
    // Two micro-batches, so that gradients are summed as well.
    const spec: SupervisedSpec = { kind: 'supervised', config, shape };
    await host.update(spec, [feeds, feeds], 1e-2, ADAMW_DEFAULTS);
    return (await host.snapshot()).parameters;
  };
  const newHost = (): LocalHost => new LocalHost(createRuntime(ort, 'wasm', 1), buildProgram);
  const shared = newHost();
  for (const width of [4, 8, 4]) {
    const config = modelOf(width);
    expect(await trained(shared, config)).toEqual(await trained(newHost(), config));
  }
});

it('computes the same when programs make room for one another', async () => {
  const config = modelOf(8);
  const run = async (capacity: number): Promise<unknown[]> => {
    const programs = new ProgramCache(capacity);
    const host = new LocalHost(createRuntime(ort, 'wasm', 1), buildProgram, { programs });
    await host.load(parameterLayout(config), freshState(initialWeights(config, 1)));
    const spec: SupervisedSpec = { kind: 'supervised', config, shape };
    const results: unknown[] = [];
    for (let n = 0; n < 3; n++) {
      results.push(await host.update(spec, [feeds, feeds], 1e-2, { ...ADAMW_DEFAULTS, weightDecay: n / 10 }));
      results.push(await host.run(spec, [feeds]));
    }
    results.push(await host.snapshot());
    // Those of the update's gradient, their sum and AdamW, whose weights are alive, are held at once; no more.
    expect(programs.size).toBeLessThanOrEqual(Math.max(capacity, 3));
    await host.dispose();
    return results;
  };
  expect(await run(1)).toEqual(await run(48));
});

it('has a reference policy beside the weights that are trained, which go with its own', async () => {
  const config = modelOf(4);
  const host = new LocalHost(createRuntime(ort, 'wasm', 1), buildProgram);
  const weights = (seed: number) => initialWeights(config, seed);
  const load = (seed: number) => host.load(parameterLayout(config), freshState(weights(seed)));
  const spec: SupervisedSpec = { kind: 'supervised', config, shape };
  await load(1);
  const [first] = await host.run(spec, [feeds]);
  await load(2);
  await host.loadReference(weights(1));
  expect(await host.run(spec, [feeds], 'reference')).toEqual([first]);
  expect(await host.run(spec, [feeds])).not.toEqual([first]);
  await host.loadReference(weights(3));
  expect(await host.run(spec, [feeds], 'reference')).not.toEqual([first]);
  await expect(host.loadReference(new Float32Array(2))).rejects.toThrow('Nothing was loaded');
  await load(2);
  await expect(host.run(spec, [feeds], 'reference')).rejects.toThrow('no reference policy');
});
