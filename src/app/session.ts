/** Everything a run needs, opened once and shared: starter checkpoints, tasks, workers, sandbox. */
import type { RewardWeightsPort, StartWeights, WeightsPort } from '../run/training.ts';
import type { ModelConfig } from '../model/config.ts';
import type { PolicyPort, RewardPort, TrainerPorts } from '../rl/trainer.ts';
import type { TrainConfig, TrainEvent } from '../rl/types.ts';
import type { Device, DeviceChoice } from '../runtime/device.ts';
import { createSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import type { TaskSet } from '../domains/domain.ts';
import { domainOf, type TaskChoice } from '../domains/index.ts';
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
  /** The tasks of a choice, built once. */
  readonly tasks: (choice: TaskChoice) => Promise<TaskSet>;
  /** Stops all workers at once. */
  stop(): void;
}

export type Loading = (label: string, fraction: number | null) => void;

/** Builds the tasks of each choice once, in a worker of their own. */
function taskSets(): Session['tasks'] {
  const known = new Map<string, Promise<TaskSet>>();
  const build = async (choice: TaskChoice): Promise<TaskSet> => {
    const worker = startTasksWorker();
    try {
      return await worker.api.load(choice);
    } finally {
      worker.stop();
    }
  };
  return ({ domain, tasks, taskSettings }) => {
    const choice: TaskChoice = {
      ...(domain === undefined ? {} : { domain }),
      ...(tasks === undefined ? {} : { tasks }),
      ...(taskSettings === undefined ? {} : { taskSettings }),
    };
    const key = JSON.stringify(choice);
    const set = known.get(key) ?? build(choice);
    known.set(key, set);
    set.catch(() => known.delete(key));
    return set;
  };
}

/** Opens a session on the device; `report` hears what is being loaded. `own` weights stand in for the shipped ones. */
export async function openSession(
  deviceChoice: DeviceChoice,
  report: Loading,
  own: StartWeights | null = null,
  choice: TaskChoice = {},
): Promise<Session> {
  report('Fetching the starter checkpoints', 0);
  const starter: Starter = await fetchStarter();
  const policy = startPolicyWorker();
  const reward = startRewardWorker();
  const sandbox = createSandbox();
  const tasks = taskSets();
  const stop = () => {
    policy.stop();
    reward.stop();
    sandbox.dispose();
  };
  try {
    report('Starting the policy', 0.3);
    const device = await policy.api.start(deviceChoice, starter.policy.config);
    report('Starting the reward model', 0.5);
    await reward.api.start(starter.reward.config, starter.tokenizerJson);
    report('Starting the Python sandbox', 0.7);
    await sandbox.warm();
    report('Building the tasks', 0.9);
    await tasks(choice);
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
      tasks,
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}

/** What the trainer needs of a session for a run. */
export async function portsOf(
  session: Session,
  config: TrainConfig,
  emit: (event: TrainEvent) => void,
): Promise<TrainerPorts> {
  const { policy, reward, sandbox, tokenizer } = session;
  const domain = domainOf(config);
  const verifier = domain.verifier({ sandbox, timeoutMs: config.timeoutMs });
  return { policy, reward, domain, verifier, tokenizer, tasks: await session.tasks(config), emit };
}
