import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web/wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findModel, localModel } from '../../cli/model-folder.ts';
import { realModelFolder } from '../../scripts/real-model-folder.mjs';
import { input } from '../../src/graph/index.ts';
import { compileGraph } from '../../src/host/sectioned.ts';
import { ADAPTER_CONFIG, ADAPTER_WEIGHTS, packAdapter, parseAdapterConfig } from '../../src/model/adapter.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import {
  declareParameters,
  gradientName,
  type NamedTensors,
  parameterLayout,
  unpackWeights,
} from '../../src/model/parameters.ts';
import { readSafetensors } from '../../src/model/safetensors.ts';
import { readTensors } from '../../src/model/sources/source.ts';
import { buildGenerate } from '../../src/programs/generate.ts';
import { buildSupervised, scoreSequences } from '../../src/programs/supervised.ts';
import { promptFeeds } from '../../src/rl/batches.ts';
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
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);
