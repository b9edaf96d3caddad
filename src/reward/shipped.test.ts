import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web/wasm';
import { describe, expect, it } from 'vitest';
import { rewardAccuracy } from '../recipes/starter.ts';
import { parseModelConfig } from '../model/config.ts';
import { packWeights, parameterLayout } from '../model/parameters.ts';
import { freshState } from '../host/host.ts';
import { LocalHost } from '../host/local-host.ts';
import { buildProgram } from '../programs/index.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';
import { readSafetensors } from '../model/safetensors.ts';
import { loadTokenizer } from '../model/tokenizer/index.ts';
import { DIMENSIONS } from './pairs/types.ts';
import { Scorer } from './scorer.ts';

const read = (file: string) => readFileSync(`public/starter/${file}`);
const json = (file: string): unknown => JSON.parse(read(file).toString('utf8'));

describe('the shipped reward model', () => {
  it('tells better from worse reasoning on held-out compositions, in every dimension and not by length', async () => {
    ort.env.wasm.numThreads = 1;
    const config = parseModelConfig(json('reward/config.json'));
    const { tensors } = readSafetensors(new Uint8Array(read('reward/model.safetensors')));
    const scorer = new Scorer(new LocalHost(createRuntime(ort, 'wasm', 1), buildProgram), { config });
    await scorer.load(freshState(packWeights(parameterLayout(config), tensors)));
    const tokenizer = loadTokenizer(json('tokenizer.json'));
    // A draw that no figure in the documentation is from.
    const accuracy = await rewardAccuracy((texts) => scorer.score(texts, 16), tokenizer, 7);
    expect(accuracy.pairs).toBeGreaterThan(800);
    expect(accuracy.accuracy).toBeGreaterThanOrEqual(0.9);
    for (const dimension of DIMENSIONS)
      expect(accuracy.byDimension[dimension]!.accuracy, dimension).toBeGreaterThanOrEqual(0.85);
    expect(Math.abs(accuracy.lengthCorrelation!)).toBeLessThanOrEqual(0.2);
    await scorer.dispose();
  }, 120_000);
});
