import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, expect, it } from 'vitest';
import { createRuntime } from '../runtime/ort/runtime.ts';
import { readSafetensors } from '../model/safetensors.ts';
import { verifyModel } from './model.ts';

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;

const FIXTURES = [
  'llama_tiny',
  'llama3_rope_tiny',
  'llama_linear_tiny',
  'smollm2_tiny',
  'qwen2_tiny',
  'qwen2_tied_tiny',
  'qwen3_tiny',
];

/** The fixture's report, with something of its files changed. */
const verify = (name: string, config: object = {}, expected: object = {}) => {
  const folder = `tests/fixtures/${name}`;
  const { tensors } = readSafetensors(readFileSync(`${folder}/model.safetensors`));
  const read = (file: string) => json(`${folder}/${file}`);
  return verifyModel(createRuntime(ort, 'wasm', 1), { ...read('config.json'), ...config }, tensors, {
    ...read('expected.json'),
    ...expected,
  });
};

it.each(FIXTURES)(
  '%s agrees with the reference on WASM: logits, loss, gradients, AdamW, greedy tokens',
  async (name) => {
    const report = await verify(name);
    expect(report.failures).toEqual([]);
    expect(report.ok).toBe(true);
  },
);

it.each(['llama_tiny', 'qwen2_tiny'])('notices an altered reference of %s', async (name) => {
  const { loss } = json(`tests/fixtures/${name}/expected.json`);
  const report = await verify(name, {}, { loss: (loss as number) + 1e-3 });
  expect(report.ok).toBe(false);
  expect(report.failures.join()).toMatch(/^loss/);
});

it('notices a rotation that is not scaled', async () => {
  const report = await verify('llama_linear_tiny', { rope_scaling: null });
  expect(report.failures.join()).toMatch(/^logits/);
});
