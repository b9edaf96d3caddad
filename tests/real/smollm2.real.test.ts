import { open } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web/wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findModel, localModel } from '../../cli/model-folder.ts';
import { realModelFolder } from '../../scripts/real-model-folder.mjs';
import { input } from '../../src/graph/index.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { declareParameters, type NamedTensors, parameterLayout } from '../../src/model/parameters.ts';
import { readTensors } from '../../src/model/sources/source.ts';
import { loadTokenizer } from '../../src/model/tokenizer/index.ts';
import { buildGenerate } from '../../src/programs/generate.ts';
import { scoreSequences } from '../../src/programs/supervised.ts';
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

  it('has the ids of the tokenizer', async () => {
    const tokenizers = await Promise.all(
      [record.file, 'safetensors'].map(async (name) =>
        loadTokenizer(await (await sourceAt(name)).tokenizer(), config),
      ),
    );
    expect(record.texts.length).toBeGreaterThan(300);
    for (const { text, ids } of record.texts)
      expect([text, tokenizers[0]!.encode(text)]).toEqual([text, ids]);
    for (const { prompt, ids } of record.greedy)
      for (const tokenizer of tokenizers) expect(tokenizer.encode(prompt)).toEqual(ids);
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
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);
