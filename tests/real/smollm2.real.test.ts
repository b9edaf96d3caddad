import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web/wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findModel, localModel } from '../../cli/model-folder.ts';
import { realModelFolder } from '../../scripts/real-model-folder.mjs';
import { input } from '../../src/graph/index.ts';
import { freshState } from '../../src/host/host.ts';
import { LocalHost } from '../../src/host/local-host.ts';
import { compileGraph } from '../../src/host/sectioned.ts';
import { ADAPTER_CONFIG, ADAPTER_WEIGHTS, packAdapter, parseAdapterConfig } from '../../src/model/adapter.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { LORA_TARGETS } from '../../src/model/lora.ts';
import {
  declareParameters,
  gradientName,
  initialFactors,
  type NamedTensors,
  parameterLayout,
  unpackWeights,
} from '../../src/model/parameters.ts';
import { readSafetensors } from '../../src/model/safetensors.ts';
import { readTensors } from '../../src/model/sources/source.ts';
import { buildGenerate } from '../../src/programs/generate.ts';
import { buildSupervised, scoreSequences } from '../../src/programs/supervised.ts';
import { buildProgram } from '../../src/programs/index.ts';
import { promptFeeds } from '../../src/rl/batches.ts';
import { DEFAULT_CONFIG, fullConfig } from '../../src/rl/config.ts';
import { Policy, type UpdateSettings } from '../../src/rl/policy.ts';
import { createRuntime } from '../../src/runtime/ort/runtime.ts';
import type { DeviceArray, HostArray } from '../../src/runtime/runtime.ts';
import { readRecord } from '../support/real-model.ts';

const record = readRecord();
const sourceAt = async (name: string) => localModel(await findModel(join(realModelFolder(), name)));

/** Nothing is trained here, so that nothing of the weights' size is computed and no weight is there twice. */
const FROZEN = ['model'];

ort.env.wasm.numThreads = 1;
const runtime = createRuntime(ort, 'wasm', 1);

let config: ModelConfig;
let tensors: NamedTensors;
let weights: Record<string, DeviceArray>;

beforeAll(async () => {
  const source = await sourceAt(record.file);
  config = await source.config();
  tensors = await readTensors(source);
  weights = Object.fromEntries(
    [...tensors].map(([name, { data, shape }]) => [name, runtime.upload(data, shape)]),
  );
});
afterAll(() => {
  for (const array of Object.values(weights ?? {})) array.dispose();
});

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
const measured = (what: string): void => {
  const { rss } = process.memoryUsage();
  process.stdout.write(`${what}; ${gigabytes(rss)} in use\n`);
};

describe('SmolLM2-135M-Instruct', () => {
  it('has the tensors of its safetensors, to the bit', async () => {
    const other = await sourceAt('safetensors');
    const seen = new Set<string>();
    for await (const [name, { shape, data }] of other.tensors()) {
      const own = tensors.get(name);
      expect([name, own?.shape]).toEqual([name, shape]);
      expect(Buffer.compare(bytesOf(own!.data), bytesOf(data))).toBe(0);
      seen.add(name);
    }
    expect([...seen].toSorted()).toEqual([...tensors.keys()].toSorted());
    expect([...seen].toSorted()).toEqual(
      parameterLayout(config)
        .trainable.map(({ name }) => name)
        .toSorted(),
    );
    expect(await other.config()).toEqual(config);
  });

  it('gives the logits of transformers', async () => {
    const file = await open(join(realModelFolder(), 'logits.bin'));
    let [at, largest, count] = [0, 0, 0];
    for (const sequence of record.sequences) {
      const ids = input('ids', [1, sequence.length], 'i32');
      const { logits } = scoreSequences(
        { config, frozen: FROZEN },
        declareParameters({ config, frozen: FROZEN }),
        ids,
        false,
      );
      const program = await runtime.compile({ logits });
      const { values } = await program.run({ ...weights, ids: Int32Array.from(sequence) });
      await program.release();
      const ours = values['logits'] as Float32Array;
      const theirs = new Float32Array(ours.length);
      await file.read(theirs, 0, theirs.byteLength, at);
      at += theirs.byteLength;
      count += ours.length;
      for (const [i, value] of ours.entries()) largest = Math.max(largest, Math.abs(value - theirs[i]!));
    }
    expect((await file.stat()).size).toBe(at);
    await file.close();
    measured(`${count} logits within ${largest.toExponential(1)} of transformers’`);
    expect(largest).toBeLessThanOrEqual(2e-3);
  });

  it('writes the greedy texts of transformers', async () => {
    const { greedy, newTokens } = record;
    const promptTime = Math.max(...greedy.map(({ ids }) => ids.length));
    const shape = { prompts: greedy.length, group: 1, promptTime, completionTime: newTokens };
    const { ids } = buildGenerate({ config, frozen: FROZEN }, { ...shape, mode: 'greedy', chunk: 16 });
    const program = await runtime.compile({ ids });
    const feeds = promptFeeds(
      greedy.map((each) => [...each.ids]),
      promptTime,
      config.padId,
    ) as Record<string, HostArray>;
    const began = performance.now();
    const { values } = await program.run({ ...weights, ...feeds, inverseTemperature: Float32Array.of(1) });
    await program.release();
    measured(
      `${greedy.length} × ${newTokens} greedy tokens in ${Math.round((performance.now() - began) / 1000)} s`,
    );
    const ours = greedy.map((_, i) =>
      Array.from(values['ids']!.subarray(i * newTokens, (i + 1) * newTokens)),
    );
    for (const [i, { written }] of greedy.entries())
      expect(ours[i]!.slice(0, written.length)).toEqual(written);
  });

  it('gives the loss and the gradients of PEFT’s adapter, layer by layer', async () => {
    const adapter = join(realModelFolder(), 'adapter');
    const { lora } = parseAdapterConfig(JSON.parse(await readFile(join(adapter, ADAPTER_CONFIG), 'utf8')));
    const saved = readSafetensors(await readFile(join(adapter, ADAPTER_WEIGHTS))).tensors;
    const layout = parameterLayout(config, [], lora);
    const factors = unpackWeights(layout, packAdapter(config, lora, saved));
    const { ids, loss, gradientNorms } = record.lora;
    const [batch, time] = [ids.length, ids[0]!.length];
    const targets = batch * (time - 1);
    const program = await compileGraph(
      runtime,
      buildSupervised({ config, lora, checkpointing: true }, { batch, time }),
    );
    const began = performance.now();
    const { values } = await program.run({
      ...weights,
      ...Object.fromEntries([...factors].map(([name, { data }]) => [name, data])),
      ids: Int32Array.from(ids.flat()),
      mask: new Float32Array(targets).fill(1),
      divisor: Float32Array.of(targets),
    });
    await program.release();
    measured(`loss and gradient of ${batch * time} tokens in ${Math.round(performance.now() - began)} ms`);
    expect(values['loss']![0]).toBeCloseTo(loss, 4);
    expect(Object.keys(gradientNorms).toSorted()).toEqual(
      layout.trainable.map((slot) => slot.name).toSorted(),
    );
    for (const [name, norm] of Object.entries(gradientNorms))
      expect(Math.hypot(...values[gradientName(name)]!) / norm, name).toBeCloseTo(1, 2);
  });

  it(
    'takes a policy-gradient step by LoRA, 256 + 4 × 128 tokens at a time',
    { timeout: 1_800_000 },
    async () => {
      const lora = { rank: 16, alpha: 32, targets: LORA_TARGETS, rankStabilized: false };
      const layout = parameterLayout(config, [], lora);
      const host = new LocalHost(runtime, buildProgram);
      await host.loadFrozen(tensors);
      const policy = new Policy(host, { config, lora, checkpointing: true });
      await policy.load(freshState(initialFactors(config, lora, 1)));
      const ids = (count: number, seed: number) =>
        Array.from({ length: count }, (_, i) => 100 + ((i * 7919 + seed * 31) % 40_000));
      const groups = [{ prompt: ids(256, 1), completions: [2, 3, 4, 5].map((seed) => ids(128, seed)) }];
      const settings: UpdateSettings = {
        ...fullConfig(DEFAULT_CONFIG),
        microBatch: 4,
        maxPromptTokens: 256,
        maxCompletionTokens: 128,
      };
      const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
        const began = performance.now();
        const result = await work();
        measured(`${what} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
        return result;
      };
      const oldLogprobs = await timed('log-probabilities, with compilation', () =>
        policy.logprobs(groups, settings, 'current'),
      );
      const batch = {
        groups,
        advantages: [1, -1, 0.5, -0.5],
        oldLogprobs,
        refLogprobs: null,
        learned: [true, true, true, true],
      };
      const first = await timed('the first update, with compilation', () => policy.update(batch, settings));
      expect(first.samplingDifference.max).toBeLessThan(1e-4);
      expect(first.gradNorm).toBeGreaterThan(0);
      const second = await timed('an update', () => policy.update(batch, settings));
      // It has moved, towards what was rewarded.
      expect(second.samplingDifference.mean).toBeGreaterThan(0);
      expect(second.loss).toBeLessThan(first.loss);
      expect((await policy.snapshot()).parameters).toHaveLength(layout.size);
      await policy.dispose();
    },
  );
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);
