import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, expect, it } from 'vitest';
import { freshState } from '../host/host.ts';
import { LocalHost } from '../host/local-host.ts';
import type { ModelConfig } from '../model/config.ts';
import { initialWeights } from '../model/parameters.ts';
import { buildProgram } from '../programs/index.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';
import { fineTune } from './fine-tune.ts';
import { Policy } from './policy.ts';

const CONFIG: ModelConfig = {
  family: 'llama', vocabulary: 16, width: 8, layers: 1, heads: 2, kvHeads: 1, headWidth: 4, hidden: 8,
  maxPositions: 64, ropeTheta: 10_000, normEpsilon: 1e-5, tied: true, head: 'causal', padId: 0, endIds: [1],
}; // prettier-ignore
const EXAMPLES = [
  { prompt: [2, 3], completion: [4, 5, 1] },
  { prompt: [3], completion: [6, 1] },
];

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

async function tuned(minTokens: number) {
  const policy = new Policy(new LocalHost(createRuntime(ort, 'wasm', 1), buildProgram), { config: CONFIG });
  await policy.load(freshState(initialWeights(CONFIG, 1)));
  const losses: number[] = [];
  const tuning = { seed: 1, steps: 8, batch: 4, rate: 0.02, microBatch: 2, minTokens };
  const last = await fineTune(
    policy,
    (random) => random.pick(EXAMPLES),
    tuning,
    (_, loss) => losses.push(loss),
  );
  await policy.dispose();
  expect(last).toBe(losses.at(-1));
  return losses;
}

it('learns the completions, and the same however far batches are padded', async () => {
  const [short, padded] = [await tuned(0), await tuned(40)];
  expect(short).toHaveLength(8);
  expect(short.at(-1)).toBeLessThan(short[0]! - 0.2);
  short.forEach((loss, i) => expect(padded[i]).toBeCloseTo(loss, 5));
});
