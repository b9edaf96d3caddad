import * as Comlink from 'comlink';
import * as ort from 'onnxruntime-web/wasm';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ModelConfig } from '../model/config.ts';
import {
  gradientName,
  initialWeights,
  packWeights,
  parameterLayout,
  unpackWeights,
} from '../model/parameters.ts';
import { buildProgram, type SupervisedSpec } from '../programs/index.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';
import { ADAMW_DEFAULTS } from './adamw.ts';
import { freshState, type ModelHost } from './host.ts';
import { LocalHost } from './local-host.ts';
import { Replica } from './replica.ts';
import { ReplicatedHost } from './replicated-host.ts';

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

const config: ModelConfig = {
  family: 'qwen2', vocabulary: 13, width: 8, layers: 2, heads: 2, kvHeads: 1, headWidth: 4, hidden: 12,
  maxPositions: 16, ropeTheta: 10_000, normEpsilon: 1e-6, tied: true, head: 'causal', padId: 0, endIds: [1],
}; // prettier-ignore
const whole = parameterLayout(config);
/** Norms other than 1, so that it matters where they are applied. */
const weights = initialWeights(config, 3).map((x, i) => x * (1 + 0.3 * Math.sin(i)));
const tensors = unpackWeights(whole, weights);

const specFor = (frozen: readonly string[]): SupervisedSpec => ({
  kind: 'supervised',
  config,
  frozen,
  shape: { batch: 2, time: 5 },
});
const feedsAt = (n: number) => ({
  ids: Int32Array.from({ length: 10 }, (_, i) => 2 + ((i * 7 + 3 * n) % 11)),
  mask: new Float32Array(8).fill(1),
  divisor: Float32Array.of(16),
});
const batches = [feedsAt(0), feedsAt(1)];

const openHosts: ModelHost[] = [];
afterEach(async () => {
  for (const host of openHosts.splice(0)) await host.dispose();
});

/** An engine at the other end of a channel in this thread. */
function spawn(): Worker {
  const { port1, port2 } = new MessageChannel();
  const replica = new Replica(createRuntime(ort, 'wasm', 1), buildProgram);
  const api = {
    setWeights: replica.setWeights.bind(replica),
    addFrozen: replica.addFrozen.bind(replica),
    dropFrozen: replica.dropFrozen.bind(replica),
    run: replica.run.bind(replica),
  };
  Comlink.expose(api, port2);
  return Object.assign(port1, { terminate: () => port1.close() }) as unknown as Worker;
}

const HOSTS = {
  'one engine in this thread': () => new LocalHost(createRuntime(ort, 'wasm', 1), buildProgram),
  'two engines': () => new ReplicatedHost(spawn, 2),
} as const;

async function open(name: keyof typeof HOSTS, frozen: readonly string[]): Promise<ModelHost> {
  const host = HOSTS[name]();
  openHosts.push(host);
  const layout = parameterLayout(config, frozen);
  await host.loadFrozen(new Map(layout.frozen.map((slot) => [slot.name, tensors.get(slot.name)!])));
  await host.load(layout, freshState(packWeights(layout, tensors)));
  return host;
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));

const CHOICES: readonly (readonly [string, readonly string[]])[] = [
  ['the embedding, which is the head as well', ['model.embed_tokens']],
  ['a layer', ['model.layers.0']],
  ['some projections', ['model.layers.1.self_attn.q_proj.weight', 'model.layers.0.mlp.up_proj']],
  ['all but the norms of one layer', [
    'model.embed_tokens', 'model.layers.0', 'model.layers.1.self_attn', 'model.layers.1.mlp', 'model.norm',
  ]],
]; // prettier-ignore

describe.each(Object.keys(HOSTS) as (keyof typeof HOSTS)[])('%s', (name) => {
  it.each(CHOICES)('gives the gradients of the full model when these are frozen: %s', async (_, frozen) => {
    const full = await open(name, []);
    const part = await open(name, frozen);
    const [expected] = await full.run(specFor([]), [batches[0]!]);
    const [values] = await part.run(specFor(frozen), [batches[0]!]);
    expect(values!['loss']![0]).toBeCloseTo(expected!['loss']![0]!, 5);
    const layout = parameterLayout(config, frozen);
    expect(Object.keys(values!).toSorted()).toEqual(
      ['loss', ...layout.trainable.map((slot) => gradientName(slot.name))].toSorted(),
    );
    for (const slot of layout.trainable) {
      const gradient = expected![gradientName(slot.name)]!;
      const size = Math.max(...Array.from(gradient, Math.abs));
      expect(size).toBeGreaterThan(0);
      expect(largestDifference(values![gradientName(slot.name)]!, gradient)).toBeLessThan(1e-5 * (1 + size));
    }
  });

  it.each(CHOICES)('trains the rest and leaves frozen tensors as they are: %s', async (_, frozen) => {
    const before = new Map([...tensors].map(([key, { data }]) => [key, data.slice()]));
    const host = await open(name, frozen);
    const layout = parameterLayout(config, frozen);
    const start = await host.snapshot();
    await host.loadReference(start.parameters);
    const [first] = await host.run(specFor(frozen), [batches[0]!]);
    const losses: number[] = [];
    for (let n = 0; n < 4; n++) {
      const { values, gradNorm } = await host.update(specFor(frozen), batches, 1e-2, ADAMW_DEFAULTS);
      losses.push(values.reduce((total, { loss }) => total + loss![0]!, 0));
      expect(values.every((value) => Object.keys(value).join() === 'loss')).toBe(true);
      expect(gradNorm).toBeGreaterThan(0);
    }
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
    const after = await host.snapshot();
    expect(after.updates).toBe(4);
    for (const part of ['parameters', 'momentum', 'variance'] as const) {
      expect(after[part]).toHaveLength(layout.size);
      expect(after[part]).not.toEqual(start[part]);
    }
    // With the trainable ones as they were, everything is: so nothing else has changed.
    const [reference] = await host.run(specFor(frozen), [batches[0]!], 'reference');
    expect(reference).toEqual(first);
    await host.load(layout, start);
    expect((await host.run(specFor(frozen), [batches[0]!]))[0]).toEqual(first);
    for (const [key, { data }] of tensors) expect(data).toEqual(before.get(key));
  });

  it('clips by the norm over the trainable tensors alone', async () => {
    const frozen = ['model.layers'];
    const host = await open(name, frozen);
    const [values] = await host.run(specFor(frozen), [batches[0]!]);
    const { loss: _, ...gradients } = values!;
    const norm = Math.hypot(...Object.values(gradients).flatMap((g) => [...g]));
    const { gradNorm } = await host.update(specFor(frozen), [batches[0]!], 1e-2, ADAMW_DEFAULTS);
    expect(gradNorm).toBeCloseTo(norm, 5);
  });

  it('drops frozen tensors that the next model does not have, and refuses what is not of its size', async () => {
    const host = await open(name, ['model.layers']);
    const layout = parameterLayout(config, ['model.embed_tokens']);
    await expect(host.load(layout, freshState(new Float32Array(3)))).rejects.toThrow(
      `${layout.size} trainable weights, but 3 values of parameters`,
    );
    await host.load(layout, freshState(new Float32Array(layout.size)));
    await expect(host.run(specFor(['model.layers', 'model.embed_tokens']), [batches[0]!])).rejects.toThrow(
      /needs a value for its input model\./,
    );
  });
});

describe('the hosts', () => {
  it.each(CHOICES)('train alike: %s', async (_, frozen) => {
    const [one, two] = [await open('one engine in this thread', frozen), await open('two engines', frozen)];
    const states = [];
    for (const host of [one, two]) {
      for (let n = 0; n < 3; n++) await host.update(specFor(frozen), batches, 1e-3, ADAMW_DEFAULTS);
      states.push(await host.snapshot());
    }
    expect(largestDifference(states[0]!.momentum, states[1]!.momentum)).toBeLessThan(1e-6);
    expect(largestDifference(states[0]!.parameters, states[1]!.parameters)).toBeLessThan(1e-5);
  });
});
