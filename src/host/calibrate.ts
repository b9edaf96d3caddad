/** What one step of a model takes on a device: a little sampling and an update, both of one fixed size. */
import type { ModelConfig } from '../model/config.ts';
import { initialWeights, parameterLayout } from '../model/parameters.ts';
import { PLAIN_LOSS } from '../programs/loss.ts';
import type { GenerateSpec, UpdateSpec } from '../programs/index.ts';
import type { StepTime } from '../runtime/device.ts';
import { ADAMW_DEFAULTS } from './adamw.ts';
import { type Feeds, freshState, type ModelHost } from './host.ts';

const [PROMPT_TIME, COMPLETION_TIME, GROUP] = [32, 33, 8];
/** Sequences where the model is small; a larger one, of more weights than this, gets fewer. */
const [SEQUENCES, SMALL] = [64, 400_000];
const SETTINGS = { ...PLAIN_LOSS, importance: 'token', clipLow: 0.2, clipHigh: 0.2, beta: 0 } as const;
/** Steps after the first, which compiles; the fastest counts. */
const REPEATS = 2;

/** Micro-batches, so that all engines of a host have work, and prompts of each. */
function sizesFor(config: ModelConfig): { batches: number; prompts: number; group: number } {
  const sequences = Math.min(SEQUENCES, Math.max(1, (SEQUENCES * SMALL) / parameterLayout(config).size));
  const group = Math.min(GROUP, Math.ceil(sequences / 2));
  const rows = Math.max(1, Math.round(sequences / group));
  const batches = Math.min(4, rows);
  return { batches, prompts: Math.max(1, Math.round(rows / batches)), group };
}

/** Replaces what the host holds. */
export async function timeStep(host: ModelHost, config: ModelConfig): Promise<StepTime> {
  const { batches, prompts, group } = sizesFor(config);
  const shape = { prompts, group, promptTime: PROMPT_TIME, completionTime: COMPLETION_TIME };
  const [rows, tokens] = [prompts * group, prompts * group * COMPLETION_TIME];
  const read: Feeds = {
    prompts: Int32Array.from({ length: prompts * PROMPT_TIME }, (_, i) => i % config.vocabulary),
    promptLengths: new Int32Array(prompts).fill(PROMPT_TIME),
    inverseTemperature: Float32Array.of(1),
  };
  const generate: GenerateSpec = {
    kind: 'generate',
    // Nothing ends early, so that every device has the same work.
    config: { ...config, endIds: [config.vocabulary - 1] },
    options: { ...shape, mode: 'sample', chunk: 16 },
  };
  const update: UpdateSpec = { kind: 'update', config, shape, settings: SETTINGS };
  const sampled: Feeds = {
    ...read,
    uniforms: Float32Array.from({ length: tokens }, (_, i) => ((i * 37) % 90) / 100),
  };
  const learned: Feeds = {
    ...read,
    completions: Int32Array.from({ length: tokens }, (_, i) => (7 * i) % config.vocabulary),
    oldLogprobs: new Float32Array(tokens).fill(-Math.log(config.vocabulary)),
    mask: new Float32Array(tokens).fill(1),
    weights: new Float32Array(tokens).fill(1 / (tokens * batches)),
    advantages: Float32Array.from({ length: rows }, (_, i) => (i % 2 ? 1 : -1)),
  };
  const each = (feeds: Feeds): Feeds[] => Array.from({ length: batches }, () => feeds);
  const step = async (): Promise<number> => {
    const start = performance.now();
    await host.run(generate, each(sampled));
    await host.update(update, each(learned), 1e-4, ADAMW_DEFAULTS);
    return performance.now() - start;
  };
  await host.load(parameterLayout(config), freshState(initialWeights(config, 1)));
  const firstMs = await step();
  let ms = Infinity;
  for (let i = 0; i < REPEATS; i++) ms = Math.min(ms, await step());
  return { firstMs, ms };
}
