/** How fast a device is for a model: one step's completions scored, and learned from. */
import { freshState } from '../../../host/host.ts';
import type { LoadedModel } from '../../../model/sources/source.ts';
import { Random } from '../../../random.ts';
import type { PromptGroup } from '../../../rl/batches.ts';
import type { PolicyBatch } from '../../../rl/policy.ts';
import type { FullConfig } from '../../../rl/types.ts';
import type { DeviceKind } from '../../../runtime/device.ts';
import type { OpenPolicy } from '../../../workspace/workspace.ts';

/** Milliseconds. The first time, graphs are compiled; the second is what every step takes. */
export interface Timing {
  readonly firstMs: number;
  readonly ms: number;
}

export interface SpeedReport {
  readonly device: DeviceKind;
  readonly threads: number;
  /** Completions of the batch, and tokens of all of them with their prompts. */
  readonly completions: number;
  readonly tokens: number;
  readonly score: Timing;
  readonly update: Timing;
}

/** What is being measured. */
export const STAGES = ['start', 'score', 'update'] as const;
export type Stage = (typeof STAGES)[number];

/** Prompts and completions of a step of this run, each as long as can be, of tokens drawn at random. */
export function speedBatch(config: FullConfig, vocabulary: number): PolicyBatch {
  const random = new Random(config.seed, 0, 'speed');
  const row = (length: number): number[] =>
    Array.from({ length }, () => Math.floor(random.uniform() * vocabulary));
  const groups = Array.from({ length: config.promptsPerStep }, (): PromptGroup => ({
    prompt: row(config.maxPromptTokens),
    completions: Array.from({ length: config.groupSize }, () => row(config.maxCompletionTokens)),
  }));
  const completions = groups.flatMap((group) => group.completions);
  return {
    groups,
    advantages: completions.map((_, i) => (i % 2 === 0 ? 1 : -1)),
    oldLogprobs: completions.map((ids) => ids.map(() => -Math.log(vocabulary))),
    refLogprobs: null,
    learned: completions.map(() => true),
  };
}

async function timed(now: () => number, work: () => Promise<unknown>): Promise<Timing> {
  const times: number[] = [];
  for (let i = 0; i < 2; i++) {
    const before = now();
    await work();
    times.push(now() - before);
  }
  return { firstMs: times[0]!, ms: times[1]! };
}

/**
 * Measures an opened policy that nobody else uses: its weights are overwritten.
 * @param settings of the run whose shapes they are; without a KL term, which would need the reference policy, too
 */
export async function measureSpeed(
  { api, device }: Pick<OpenPolicy, 'api' | 'device'>,
  { weights, config }: LoadedModel,
  settings: FullConfig,
  report: (stage: Stage) => void,
  now: () => number = () => performance.now(),
): Promise<SpeedReport> {
  const run: FullConfig = { ...settings, beta: 0, innerIterations: 1, miniBatches: 1 };
  const batch = speedBatch(run, config.vocabulary);
  report('start');
  await api.load(freshState(weights));
  report('score');
  const score = await timed(now, () => api.logprobs(batch.groups, run, 'current'));
  report('update');
  const update = await timed(now, () => api.update(batch, run));
  const completions = run.promptsPerStep * run.groupSize;
  return {
    device: device.kind,
    threads: device.threads,
    completions,
    tokens: completions * (run.maxPromptTokens + run.maxCompletionTokens),
    score,
    update,
  };
}
