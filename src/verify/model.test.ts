import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRuntime } from '../runtime/ort/runtime.ts';
import { readSafetensors } from '../model/safetensors.ts';
import { verifyModel } from './model.ts';

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;

describe.each(['llama_tiny', 'qwen2_tiny'])('%s', (name) => {
  const folder = `tests/fixtures/${name}`;
  const tensors = readSafetensors(readFileSync(`${folder}/model.safetensors`)).tensors;

  it('agrees with the reference on WASM: logits, loss, gradients, AdamW, greedy tokens', async () => {
    const runtime = createRuntime(ort, 'wasm', 1);
    const report = await verifyModel(
      runtime,
      json(`${folder}/config.json`),
      tensors,
      json(`${folder}/expected.json`),
    );
    expect(report.failures).toEqual([]);
    expect(report.ok).toBe(true);
  });

  it('notices an altered reference', async () => {
    const expected = json(`${folder}/expected.json`);
    const runtime = createRuntime(ort, 'wasm', 1);
    const altered = { ...expected, loss: (expected['loss'] as number) + 1e-3 };
    const report = await verifyModel(runtime, json(`${folder}/config.json`), tensors, altered);
    expect(report.ok).toBe(false);
    expect(report.failures.join()).toMatch(/^loss/);
  });
});
