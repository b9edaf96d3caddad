import { describe, expect, it } from 'vitest';
import { compileGraph } from '../host/sectioned.ts';
import type { ModelConfig } from '../model/config.ts';
import { initialFactors, initialWeights, parameterLayout, unpackWeights } from '../model/parameters.ts';
import { buildProgram } from '../programs/index.ts';
import { allowMemory, heapBytes } from '../runtime/ort/memory-cap.ts';
import { createPlainRuntime } from '../runtime/ort/plain.ts';
import type { HostArray, ProgramInput } from '../runtime/runtime.ts';
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
  // As many rows at once as of a large model.
  evalTasks: 8,
};
const lora = loraOf(run)!;

const flat = (tensors: ReturnType<typeof unpackWeights>): Record<string, Float32Array> =>
  Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));

/** Something for whatever a program reads beside the weights. */
function feedsFor(inputs: readonly ProgramInput[], weights: Readonly<Record<string, Float32Array>>) {
  const filled = ({ type, shape }: ProgramInput): HostArray => {
    const size = shape.reduce((total, extent) => total * extent, 1);
    return type === 'i32' ? new Int32Array(size).fill(5) : new Float32Array(size).fill(0.5);
  };
  return Object.fromEntries(inputs.map((input) => [input.name, weights[input.name] ?? filled(input)]));
}

describe('the memory of an engine', () => {
  it('is foreseen within 15 %', async () => {
    allowMemory(2 ** 31);
    const runtime = createPlainRuntime();
    const weights = {
      ...flat(unpackWeights(parameterLayout(config), initialWeights(config, 1))),
      ...flat(unpackWeights(parameterLayout(config, [], lora), initialFactors(config, lora, 1))),
    };
    const policy = { config, trained: lora };
    for (const spec of Object.values(programsOf(policy, run))) {
      const program = await compileGraph(runtime, buildProgram(spec));
      await program.run(feedsFor(program.inputs, weights));
    }
    const { engine } = predictMemory(policy, run, 1);
    expect(heapBytes() / engine).toBeGreaterThan(0.85);
    expect(heapBytes() / engine).toBeLessThan(1.15);
  });
});
