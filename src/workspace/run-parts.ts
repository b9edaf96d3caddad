/** What a run computes with, out of the workspace. */
import { unlessAborted } from '../abort.ts';
import { domainOf, sourceOf } from '../domains/index.ts';
import { promptingOf } from '../domains/prompting.ts';
import { isBfloat16 } from '../host/bfloat16.ts';
import { freshState } from '../host/host.ts';
import { isLarge } from '../model/parameters.ts';
import { fullConfig, promptSettings } from '../rl/config.ts';
import { predictGpu } from '../rl/gpu-memory.ts';
import type { PartsRequest, RunParts } from '../run/trained-run.ts';
import type { DeviceChoice } from '../runtime/device.ts';
import type { BundledModels } from './bundled.ts';
import { enginesFor, enginesForScoring, planMemory, type Plans } from './run-memory.ts';
import { policyShape, rewardShape, type RunModels, startOf } from './run-models.ts';
import { predictStep, timeSentence } from './run-time.ts';
import { trainable } from './task-files.ts';
import type { OpenPolicy, Workspace } from './workspace.ts';

export interface OpenRunParts extends RunParts {
  readonly models: RunModels;
  readonly policy: OpenPolicy['api'];
  /** Bytes that the policy's engines, or the GPU for it, hold now. */
  readonly held: () => Promise<number>;
}

export interface RunPartsOptions extends PartsRequest {
  readonly device: DeviceChoice;
  /** The models to run with, which may be those of the site. */
  readonly models: (site: BundledModels) => RunModels | Promise<RunModels>;
  /** Whether steps of P-GRPO are to come, whose time is told (default true). */
  readonly hasSteps?: boolean;
}

const say = (workspace: Workspace, sentence: string): void =>
  workspace.notices.forEach((hear) => hear(sentence));

/**
 * Lends `work` what a run computes with. All but the policy stays open afterwards, and the policy too, unless the signal
 * fires: only ending its worker stops what it computes.
 */
export async function withRunParts<R>(
  workspace: Workspace,
  { device, config, models: choose, hasSteps = true, report, signal }: RunPartsOptions,
  work: (parts: OpenRunParts) => Promise<R>,
): Promise<R> {
  const opened = <T>(promise: Promise<T>): Promise<T> => unlessAborted(promise, signal);
  const stop = (): void => workspace.policy.close();
  signal.addEventListener('abort', stop);
  try {
    return await workspace.sandbox.use(async (sandbox) => {
      // Begun together, each in a worker of its own; what goes wrong is said at its turn.
      const [built, warm] = [opened(workspace.tasks(config)), opened(sandbox.warm())];
      for (const begun of [built, warm]) begun.catch(() => {});
      report({ label: 'Fetching the starter checkpoints', fraction: 0 });
      const models = await opened(workspace.bundled(config).then(choose));
      report({ label: 'Starting the policy', fraction: 0.3 });
      const shape = policyShape(models.policy, config);
      const plans: Plans = {
        wasm: (most, machine) =>
          planMemory(shape, fullConfig(config), most, machine, rewardShape(models.reward)),
        webgpu: () => predictGpu(shape, fullConfig(config), isBfloat16(models.policy.weights)),
      };
      const cores = isLarge(shape.config) ? await opened(enginesFor(workspace, device, plans)) : null;
      const policy = await opened(workspace.policy.get({ device, shape, ...(cores !== null && { cores }) }));
      if (shape.trained !== 'all') await opened(policy.api.loadBase(models.policy.weights));
      const start = await startOf(models, config);
      if (cores !== null && hasSteps) {
        await opened(policy.api.load(freshState(start.policy)));
        say(workspace, timeSentence(await opened(predictStep(policy, shape, fullConfig(config)))));
      }
      report({ label: 'Starting the reward model', fraction: 0.5 });
      const readTokens = config.maxPromptTokens + config.maxCompletionTokens;
      const scoring = cores ?? enginesForScoring(workspace, models.reward, readTokens);
      const reward = await opened(
        workspace.scorer({ ...models.reward, ...(scoring !== undefined && { cores: scoring }) }),
      );
      report({ label: 'Starting the Python sandbox', fraction: 0.7 });
      await warm;
      report({ label: 'Building the tasks', fraction: 0.9 });
      const chosen = await built;
      const domain = domainOf(config);
      const { tokenizer, chat } = models.policy;
      const prompting = promptingOf(promptSettings(config), { domain, train: chosen.train, chat, tokenizer });
      // Of the site's own tasks a plain prompt always fits.
      const tasks =
        sourceOf(config).file === null && config.promptStyle === 'plain'
          ? chosen
          : trainable(chosen, prompting.promptOf, tokenizer, config.maxPromptTokens, (sentence) =>
              say(workspace, sentence),
            );
      report({ label: 'Ready', fraction: 1 });
      return work({
        device: policy.device,
        start,
        models,
        policy: policy.api,
        weights: policy.api,
        held: policy.api.held,
        rewardWeights: reward,
        ports: (emit) => ({
          policy: policy.api,
          reward,
          domain,
          prompting,
          verifier: domain.verifier({ sandbox, timeoutMs: config.timeoutMs }),
          tokenizer,
          tasks,
          emit,
        }),
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
