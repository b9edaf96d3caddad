/** What a run computes with, out of the workspace. */
import { unlessAborted } from '../abort.ts';
import type { RewardWeightsPort, StartWeights, WeightsPort } from '../experiment/run.ts';
import type { ModelConfig } from '../model/config.ts';
import type { PolicyPort, TrainerPorts } from '../rl/trainer.ts';
import type { TrainConfig, TrainEvent } from '../rl/types.ts';
import type { Device, DeviceChoice } from '../runtime/device.ts';
import type { Task } from '../tasks/types.ts';
import { loadTokenizer, type Tokenizer } from '../tokenizer/index.ts';
import type { Workspace } from './workspace.ts';

export interface RunParts {
  readonly device: Device & { readonly threads: number };
  /** What a new run starts from. */
  readonly start: StartWeights;
  /** Shapes that the workers were started for. */
  readonly shapes: { readonly policy: ModelConfig; readonly reward: ModelConfig };
  readonly tokenizer: Tokenizer;
  readonly policy: PolicyPort & WeightsPort;
  readonly rewardWeights: RewardWeightsPort;
  readonly tasks: readonly Task[];
  /** What the trainer needs. */
  ports(emit: (event: TrainEvent) => void): TrainerPorts;
}

export type Loading = (label: string, fraction: number | null) => void;

export interface RunPartsOptions {
  readonly device: DeviceChoice;
  readonly config: Pick<TrainConfig, 'tasks'>;
  /** In place of the shipped weights. */
  readonly own: StartWeights | null;
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
  { device, config, own, report, signal }: RunPartsOptions,
  work: (parts: RunParts) => Promise<R>,
): Promise<R> {
  const opened = <T>(promise: Promise<T>): Promise<T> => unlessAborted(promise, signal);
  const stop = (): void => workspace.policy.close();
  signal.addEventListener('abort', stop);
  try {
    report('Fetching the starter checkpoints', 0);
    const starter = await opened(workspace.starter.get());
    const shapes = { policy: starter.policy.config, reward: starter.reward.config };
    const tokenizer = loadTokenizer(starter.tokenizerJson);
    report('Starting the policy', 0.3);
    const policy = await opened(workspace.policy.get({ device, config: shapes.policy }));
    report('Starting the reward model', 0.5);
    const reward = await opened(
      workspace.scorer({ config: shapes.reward, tokenizerJson: starter.tokenizerJson }),
    );
    return await workspace.sandbox.use(async (sandbox) => {
      report('Starting the Python sandbox', 0.7);
      await opened(sandbox.warm());
      report('Building the starter world', 0.9);
      const { tasks, references } = await opened(workspace.world.get());
      const hardTasks = config.tasks === 'hard' ? await opened(workspace.hardTasks.get()) : [];
      report('Ready', 1);
      return work({
        device: policy.device,
        start: own ?? {
          policy: starter.policy.weights,
          reward: starter.reward.weights,
          calibration: starter.scaling.calibration,
        },
        shapes,
        tokenizer,
        policy: policy.api,
        rewardWeights: reward,
        tasks,
        ports: (emit) => ({
          policy: policy.api,
          reward,
          sandbox,
          tokenizer,
          trainTasks: tasks.filter((task) => task.split === 'train'),
          hardTasks,
          heldOutTasks: tasks.filter((task) => task.split === 'held-out'),
          emit,
          references,
        }),
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
