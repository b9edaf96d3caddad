/** Everything a run needs, opened once and shared: starter checkpoints, tasks, workers, sandbox. */
import type { RewardWeightsPort, StartWeights, WeightsPort } from '../run/training.ts';
import type { ModelConfig } from '../model/config.ts';
import type { PolicyPort, RewardPort, TrainerPorts } from '../rl/trainer.ts';
import type { TrainEvent } from '../rl/types.ts';
import type { Device, DeviceChoice } from '../runtime/device.ts';
import { createSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import type { Task } from '../domains/code/task.ts';
import { loadTokenizer, type Tokenizer } from '../model/tokenizer/index.ts';
import { fetchStarter, type Starter } from './starter.ts';
import { startPolicyWorker, startRewardWorker, startTasksWorker } from './workers.ts';

export interface Session {
  readonly device: Device & { readonly threads: number };
  /** What a new run starts from. */
  readonly start: StartWeights;
  /** Shapes that the workers were started for. */
  readonly shapes: { readonly policy: ModelConfig; readonly reward: ModelConfig };
  readonly tokenizer: Tokenizer;
  readonly policy: PolicyPort & WeightsPort;
  readonly reward: RewardPort & RewardWeightsPort;
  readonly sandbox: Sandbox;
  readonly tasks: readonly Task[];
  /** Tasks beyond the starter policy; empty where the session was opened without. */
  readonly hardTasks: readonly Task[];
  /** Reference reasoning of each starter task. */
  readonly references: ReadonlyMap<string, string>;
  /** Stops all workers at once. */
  stop(): void;
}

export type Loading = (label: string, fraction: number | null) => void;

/** Opens a session on the device; `report` hears what is being loaded. `own` weights stand in for the shipped ones. */
export async function openSession(
  choice: DeviceChoice,
  report: Loading,
  own: StartWeights | null = null,
  withHardTasks = false,
): Promise<Session> {
  report('Fetching the starter checkpoints', 0);
  const starter: Starter = await fetchStarter();
  const policy = startPolicyWorker();
  const reward = startRewardWorker();
  const sandbox = createSandbox();
  const tasks = startTasksWorker();
  const stop = () => {
    policy.stop();
    reward.stop();
    tasks.stop();
    sandbox.dispose();
  };
  try {
    report('Starting the policy', 0.3);
    const device = await policy.api.start(choice, starter.policy.config);
    report('Starting the reward model', 0.5);
    await reward.api.start(starter.reward.config, starter.tokenizerJson);
    report('Starting the Python sandbox', 0.7);
    await sandbox.warm();
    report('Building the starter world', 0.9);
    const world = await tasks.api.starterTasks();
    const references = await tasks.api.references();
    const hardTasks = withHardTasks ? await tasks.api.hardTasks() : [];
    tasks.stop();
    report('Ready', 1);
    return {
      device,
      start: own ?? {
        policy: starter.policy.weights,
        reward: starter.reward.weights,
        calibration: starter.scaling.calibration,
      },
      shapes: { policy: starter.policy.config, reward: starter.reward.config },
      tokenizer: loadTokenizer(starter.tokenizerJson),
      policy: policy.api,
      reward: reward.api,
      sandbox,
      tasks: world,
      hardTasks,
      references,
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}

/** What the trainer needs of a session. */
export function portsOf(session: Session, emit: (event: TrainEvent) => void): TrainerPorts {
  const { policy, reward, sandbox, tokenizer, tasks, hardTasks, references } = session;
  return {
    policy,
    reward,
    sandbox,
    tokenizer,
    trainTasks: tasks.filter((task) => task.split === 'train'),
    hardTasks,
    heldOutTasks: tasks.filter((task) => task.split === 'held-out'),
    emit,
    references,
  };
}
