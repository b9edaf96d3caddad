import { describe, expect, it } from 'vitest';
import { inputsOf } from '../graph/index.ts';
import type { Feeds } from '../host/host.ts';
import { Replica } from '../host/replica.ts';
import type { ModelConfig } from '../model/config.ts';
import { initialFactors, initialWeights, parameterLayout, unpackWeights } from '../model/parameters.ts';
import { buildProgram } from '../programs/index.ts';
import { allowMemory, heapBytes } from '../runtime/ort/memory-cap.ts';
import { createPlainRuntime } from '../runtime/ort/plain.ts';
import { DEFAULT_CONFIG, loraOf } from './config.ts';
import { programsOf, predictMemory } from './memory.ts';

/** Twenty million weights: small enough for a test, and large enough that engines differ by what they compute. */
const config: ModelConfig = {
  family: 'llama',
  head: 'causal',
  vocabulary: 16_384,
  width: 512,
  layers: 4,
  heads: 8,
  kvHeads: 4,
  headWidth: 64,
  hidden: 1536,
  maxPositions: 1024,
  ropeTheta: 10_000,
  normEpsilon: 1e-5,
  tied: true,
  padId: 0,
  endIds: [1],
};
const run = {
  ...DEFAULT_CONFIG,
  loraRank: 8,
  promptsPerStep: 2,
  groupSize: 4,
  microBatch: 4,
  maxPromptTokens: 128,
  maxCompletionTokens: 32,
};
const lora = loraOf(run)!;

const flat = (tensors: ReturnType<typeof unpackWeights>): Record<string, Float32Array> =>
  Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));

/** Zeros for whatever a program reads beside the weights. */
function feedsFor(program: ReturnType<typeof programsOf>[number], weights: ReadonlySet<string>): Feeds {
  const feeds: Record<string, Float32Array | Int32Array> = {};
  for (const [name, { shape, dtype }] of inputsIn(program))
    if (!weights.has(name)) {
      const size = shape.reduce((n, extent) => n * extent, 1);
      feeds[name] = dtype === 'i32' ? new Int32Array(size).fill(5) : new Float32Array(size).fill(0.5);
    }
  return feeds;
}

const inputsIn = (program: ReturnType<typeof programsOf>[number]) =>
  Object.entries(inputsOf(Object.values(buildProgram(program))));

describe('the memory of an engine', () => {
  it('is foreseen within 15 %', async () => {
    allowMemory(2 ** 31);
    const shape = { config, trained: lora } as const;
    const replica = new Replica(createPlainRuntime(), buildProgram);
    const [base, factors] = [parameterLayout(config), parameterLayout(config, [], lora)];
    const frozen = flat(unpackWeights(base, initialWeights(config, 1)));
    const trained = flat(unpackWeights(factors, initialFactors(config, lora, 1)));
    replica.addFrozen(frozen);
    replica.setWeights('current', trained);
    const weights = new Set([...Object.keys(frozen), ...Object.keys(trained)]);
    for (const program of programsOf(shape, run))
      await replica.run(program, 'current', feedsFor(program, weights));
    const { engine } = predictMemory(shape, run, 1);
    expect(heapBytes() / engine).toBeGreaterThan(0.85);
    expect(heapBytes() / engine).toBeLessThan(1.15);
  });
});
