/** What a run computes with, out of the workspace. */
import { unlessAborted } from '../abort.ts';
import type { RewardWeightsPort, StartWeights, WeightsPort } from '../run/training.ts';
import type { PolicyPort, TrainerPorts } from '../rl/trainer.ts';
import type { TrainConfig, TrainEvent } from '../rl/types.ts';
import type { Device, DeviceChoice } from '../runtime/device.ts';
import type { TaskSet } from '../domains/domain.ts';
import { domainOf } from '../domains/index.ts';
import type { BundledModels } from './bundled.ts';
import { type RunModels, startOf } from './run-models.ts';
import type { Workspace } from './workspace.ts';

export interface RunParts {
  readonly device: Device & { readonly threads: number };
  /** What a new run starts from. */
  readonly start: StartWeights;
  readonly models: RunModels;
  readonly policy: PolicyPort & WeightsPort;
  readonly rewardWeights: RewardWeightsPort;
  readonly tasks: TaskSet;
  /** What the trainer needs. */
  ports(emit: (event: TrainEvent) => void): TrainerPorts;
}

export type Loading = (label: string, fraction: number | null) => void;

export interface RunPartsOptions {
  readonly device: DeviceChoice;
  readonly config: TrainConfig;
  /** The models to run with, which may be those of the site. */
  readonly models: (site: BundledModels) => RunModels | Promise<RunModels>;
  /** Hears what is being opened. */
  readonly report: Loading;
  readonly signal: AbortSignal;
}

/**
 * Lends `work` what a run computes with. All but the policy stays open afterwards, and the policy too, unless the signal
 * fires: only ending its worker stops what it computes.
 */
export async function withRunParts<R>(
  workspace: Workspace,
  { device, config, models: choose, report, signal }: RunPartsOptions,
  work: (parts: RunParts) => Promise<R>,
): Promise<R> {
  const opened = <T>(promise: Promise<T>): Promise<T> => unlessAborted(promise, signal);
  const stop = (): void => workspace.policy.close();
  signal.addEventListener('abort', stop);
  try {
    report('Fetching the starter checkpoints', 0);
    const models = await opened(workspace.bundled.get().then(choose));
    report('Starting the policy', 0.3);
    const policy = await opened(workspace.policy.get({ device, config: models.policy.config }));
    report('Starting the reward model', 0.5);
    const reward = await opened(workspace.scorer(models.reward));
    return await workspace.sandbox.use(async (sandbox) => {
      report('Starting the Python sandbox', 0.7);
      await opened(sandbox.warm());
      report('Building the tasks', 0.9);
      const tasks = await opened(workspace.tasks(config));
      const domain = domainOf(config);
      report('Ready', 1);
      return work({
        device: policy.device,
        start: startOf(models),
        models,
        policy: policy.api,
        rewardWeights: reward,
        tasks,
        ports: (emit) => ({
          policy: policy.api,
          reward,
          domain,
          verifier: domain.verifier({ sandbox, timeoutMs: config.timeoutMs }),
          tokenizer: models.policy.tokenizer,
          tasks,
          emit,
        }),
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
