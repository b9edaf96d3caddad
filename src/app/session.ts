/** Everything a run needs, opened once and shared: starter checkpoints, tasks, workers, sandbox. */
import type { WeightsPort } from '../experiment/run.ts';
import type { PolicyPort, RewardPort } from '../rl/trainer.ts';
import type { Device, DeviceChoice } from '../runtime/device.ts';
import { freshState } from '../runtime/host.ts';
import { createPythonSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { starterTasks } from '../tasks/index.ts';
import type { Task } from '../tasks/types.ts';
import { loadTokenizer, type Tokenizer } from '../tokenizer/index.ts';
import { fetchStarter, type Starter } from './starter.ts';
import { startPolicyWorker, startRewardWorker } from './workers.ts';

export interface Session {
  readonly device: Device & { readonly threads: number };
  readonly start: Float32Array;
  readonly tokenizer: Tokenizer;
  readonly policy: PolicyPort & WeightsPort;
  readonly reward: RewardPort;
  readonly sandbox: Sandbox;
  readonly tasks: readonly Task[];
  /** Stops all workers at once. */
  stop(): void;
}

export type Loading = (label: string, fraction: number | null) => void;

/** Opens a session on the device; `report` hears what is being loaded. */
export async function openSession(choice: DeviceChoice, report: Loading): Promise<Session> {
  report('Fetching the starter checkpoints', 0);
  const starter: Starter = await fetchStarter();
  const policy = startPolicyWorker();
  const reward = startRewardWorker();
  const sandbox = createPythonSandbox();
  const stop = () => {
    policy.stop();
    reward.stop();
    sandbox.dispose();
  };
  try {
    report('Starting the policy', 0.3);
    const device = await policy.api.start(choice, starter.policy.config);
    report('Starting the reward model', 0.5);
    await reward.api.start(starter.reward.config, starter.tokenizerJson);
    await reward.api.load(freshState(starter.reward.weights));
    report('Starting the Python sandbox', 0.7);
    await sandbox.warm();
    report('Ready', 1);
    return {
      device,
      start: starter.policy.weights,
      tokenizer: loadTokenizer(starter.tokenizerJson),
      policy: policy.api,
      reward: reward.api,
      sandbox,
      tasks: starterTasks(),
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}
