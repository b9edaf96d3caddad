import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { input } from '../graph/index.ts';
import { Random } from '../random.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { buildProgram, type GenerateSpec, type LogprobsSpec } from '../programs/index.ts';
import type { ModelConfig } from './config.ts';
import { declareParameters, initialWeights, parameterLayout, unpackWeights } from './parameters.ts';
import { scoreSequences } from '../programs/supervised.ts';

const BASE: ModelConfig = {
  family: 'llama',
  vocabulary: 23,
  width: 16,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headWidth: 6,
  hidden: 24,
  maxPositions: 64,
  ropeTheta: 10_000,
  normEpsilon: 1e-5,
  tied: true,
  head: 'causal',
  padId: 0,
  endIds: [1],
};
const GROUP = 3;
const TIME = 7;
const TEMPERATURE = 0.8;
const PROMPTS = [
  [5, 9, 3, 17, 11],
  [8, 2],
  [4, 13, 6],
];
const PROMPT_TIME = 5;

let runtime: Runtime;
beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  runtime = createRuntime(ort, 'wasm', 1);
});

async function once(
  outputs: Parameters<Runtime['compile']>[0],
  feeds: Record<string, Float32Array | Int32Array>,
) {
  const program = await runtime.compile(outputs);
  const { values } = await program.run(feeds);
  await program.release();
  return values;
}

/** Larger than fresh weights, so that distributions are far from flat and positions matter. */
const weightsOf = (config: ModelConfig): Record<string, Float32Array> => {
  const flat = initialWeights(config, 7).map((x) => 2 * x);
  return Object.fromEntries(
    [...unpackWeights(parameterLayout(config), flat)].map(([name, { data }]) => [name, data]),
  );
};

const leftPadded = (prompts: readonly number[][]) =>
  Int32Array.from(prompts.flatMap((ids) => [...Array<number>(PROMPT_TIME - ids.length).fill(0), ...ids]));

async function generate(
  config: ModelConfig,
  prompts: readonly number[][],
  uniforms: Float32Array,
  promptTime: number,
  frozen: readonly string[] = [],
) {
  const options = { prompts: prompts.length, group: GROUP, promptTime, completionTime: TIME };
  const { ids, logprobs } = await once(
    buildProgram({
      kind: 'generate',
      config,
      frozen,
      options: { ...options, mode: 'sample', chunk: 3 },
    } as GenerateSpec),
    {
      ...weightsOf(config),
      prompts: promptTime === PROMPT_TIME ? leftPadded(prompts) : Int32Array.from(prompts.flat()),
      promptLengths: Int32Array.from(prompts, (p) => p.length),
      uniforms,
      inverseTemperature: Float32Array.of(1 / TEMPERATURE),
    },
  );
  return { ids: ids as Int32Array, logprobs: logprobs as Float32Array };
}

const uniformsFor = (rows: number) => {
  const random = new Random(5, 0, 'uniforms');
  return Float32Array.from({ length: rows * TIME }, () => random.uniform());
};

/** Tokens up to and with end-of-text. */
const lengthOf = (ids: ArrayLike<number>, row: number): number => {
  const own = Array.from({ length: TIME }, (_, t) => ids[row * TIME + t]!);
  const end = own.findIndex((id) => BASE.endIds.includes(id));
  return end < 0 ? TIME : end + 1;
};

describe.each(['llama', 'qwen2', 'qwen3'] as const)('%s: completions of left-padded prompts', (family) => {
  const config = { ...BASE, family };
  const rows = PROMPTS.length * GROUP;

  it('have the log-probabilities that generation reported and that plain scoring gives', async () => {
    const weights = weightsOf(config);
    const { ids, logprobs } = await generate(config, PROMPTS, uniformsFor(rows), PROMPT_TIME);
    expect(new Set(ids).size).toBeGreaterThan(5);
    const shape = { prompts: PROMPTS.length, group: GROUP, promptTime: PROMPT_TIME, completionTime: TIME };
    const shared = await once(buildProgram({ kind: 'logprobs', config, shape } as LogprobsSpec), {
      ...weights,
      prompts: leftPadded(PROMPTS),
      promptLengths: Int32Array.from(PROMPTS, (p) => p.length),
      completions: ids,
      inverseTemperature: Float32Array.of(1 / TEMPERATURE),
    });
    for (let row = 0; row < rows; row++) {
      const prompt = PROMPTS[Math.floor(row / GROUP)]!;
      const length = lengthOf(ids, row);
      const sequence = [...prompt, ...ids.subarray(row * TIME, row * TIME + length)];
      const read = input('ids', [1, sequence.length], 'i32');
      const { logits } = scoreSequences({ config }, declareParameters({ config }), read, false);
      const plain = await once({ logits }, { ...weights, ids: Int32Array.from(sequence) });
      for (let t = 0; t < length; t++) {
        const at = (prompt.length + t - 1) * config.vocabulary;
        const scaled = Array.from(plain['logits']!.slice(at, at + config.vocabulary), (x) => x / TEMPERATURE);
        const total = Math.log(scaled.reduce((sum, x) => sum + Math.exp(x), 0));
        const expected = scaled[sequence[prompt.length + t]!]! - total;
        expect(Math.abs(shared['logprobs']![row * TIME + t]! - expected)).toBeLessThan(1e-5);
        expect(Math.abs(logprobs[row * TIME + t]! - expected)).toBeLessThan(1e-5);
      }
    }
  });

  it('are those of each prompt alone', async () => {
    const uniforms = uniformsFor(rows);
    const together = await generate(config, PROMPTS, uniforms, PROMPT_TIME);
    for (const [p, prompt] of PROMPTS.entries()) {
      const own = new Float32Array(TIME * GROUP);
      for (let t = 0; t < TIME; t++)
        own.set(uniforms.subarray(t * rows + p * GROUP, t * rows + (p + 1) * GROUP), t * GROUP);
      const alone = await generate(config, [prompt], own, prompt.length);
      for (let member = 0; member < GROUP; member++) {
        const length = lengthOf(alone.ids, member);
        expect(lengthOf(together.ids, p * GROUP + member)).toBe(length);
        for (let t = 0; t < length; t++) {
          const at = (p * GROUP + member) * TIME + t;
          expect(together.ids[at]).toBe(alone.ids[member * TIME + t]);
          expect(Math.abs(together.logprobs[at]! - alone.logprobs[member * TIME + t]!)).toBeLessThan(1e-5);
        }
      }
    }
  });

  it('are the same of frozen weights, which are multiplied by as they are', async () => {
    const uniforms = uniformsFor(rows);
    const trainable = await generate(config, PROMPTS, uniforms, PROMPT_TIME);
    const frozen = await generate(config, PROMPTS, uniforms, PROMPT_TIME, ['model']);
    expect(frozen.ids).toEqual(trainable.ids);
    frozen.logprobs.forEach((value, i) =>
      expect(Math.abs(value - trainable.logprobs[i]!)).toBeLessThan(1e-5),
    );
  });

  it('pad with the padding id after end-of-text', async () => {
    const { ids } = await generate(config, PROMPTS, uniformsFor(rows), PROMPT_TIME);
    for (let row = 0; row < rows; row++)
      for (let t = lengthOf(ids, row); t < TIME; t++) expect(ids[row * TIME + t]).toBe(config.padId);
  });
});
