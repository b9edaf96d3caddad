/** One update of the recording, with every token before and after each round of it. */
import type { StarterTask } from '../../domains/code/starter/task.ts';
import type { RecordedUpdate } from '../../lesson/recording.ts';
import { fullConfig, parseConfig } from '../../rl/config.ts';
import { type PolicyPort, Trainer, type TrainerPorts } from '../../rl/trainer.ts';
import type { TrainConfig } from '../../rl/types.ts';
import type { OpenRunParts } from '../../workspace/run-parts.ts';
import { recordedGroup, short } from './recorded.ts';
import { loadStart } from './runs.ts';

/** Faster than the preset, and four rounds over one batch, so that ratios reach the clip within one update. */
const UPDATE = { learningRate: 2e-4, innerIterations: 4 };

/** One step on one group, with the log-probabilities of its tokens before the update and after each round of it. */
export async function recordUpdate(
  parts: OpenRunParts,
  base: TrainConfig,
  tasks: ReadonlyMap<string, StarterTask>,
  signal: AbortSignal,
): Promise<RecordedUpdate> {
  const config = parseConfig({
    ...base,
    gate: 'posterior',
    promptsPerStep: 1,
    dynamicSampling: 'accuracy',
    ...UPDATE,
  });
  await loadStart(parts);
  const ports = parts.ports(() => {});
  const { port, seen } = watched(ports.policy);
  const watching: TrainerPorts = { ...ports, policy: port };
  const { rollouts } = await new Trainer(config, watching).step(1, signal);
  return {
    settings: fullConfig(config) as RecordedUpdate['settings'],
    group: recordedGroup(rollouts, tasks, ports.tokenizer),
    ...seen,
  };
}

/** The same policy; its update is made round by round, with a look at the log-probabilities in between. */
function watched(policy: PolicyPort) {
  const seen: Pick<RecordedUpdate, 'logprobs' | 'rounds'> = { logprobs: [], rounds: [] };
  const port: PolicyPort = {
    sample: (request) => policy.sample(request),
    logprobs: (groups, settings, weights) => policy.logprobs(groups, settings, weights),
    update: async (batch, settings) => {
      const look = async (): Promise<void> => {
        const rows = await policy.logprobs(batch.groups, settings, 'current');
        seen.logprobs.push(rows.map((row) => row.map(short)));
      };
      await look();
      let last;
      for (let round = 0; round < settings.innerIterations; round++) {
        last = await policy.update(batch, { ...settings, innerIterations: 1 });
        const { loss, gradNorm, clipped } = last;
        seen.rounds.push({
          loss: short(loss),
          gradNorm: short(gradNorm),
          clipLow: short(clipped.low),
          clipHigh: short(clipped.high),
        });
        await look();
      }
      return last!;
    },
  };
  return { port, seen };
}
