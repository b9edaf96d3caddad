/** Shell of the starter training: tokenizer, policy and reward model, with workers of its own for the arithmetic. */
import * as Comlink from 'comlink';
import { trainStarter, type TrainedStarter } from '../src/recipes/starter-models.ts';
import type { StarterProgress } from '../src/recipes/starter.ts';
import { worldOf } from '../src/recipes/worlds.ts';
import type { DeviceChoice } from '../src/runtime/device.ts';
import { startPolicyWorker, startRewardWorker } from '../src/workspace/workers.ts';

const api = {
  /** The models of the world of a domain. */
  async train(
    domain: string,
    seed: number,
    device: DeviceChoice,
    report: (progress: StarterProgress) => void,
  ): Promise<TrainedStarter> {
    const policy = startPolicyWorker();
    const reward = startRewardWorker();
    try {
      return await trainStarter(
        { policy: policy.api, reward: reward.api },
        worldOf(domain),
        seed,
        device,
        report,
      );
    } finally {
      policy.stop();
      reward.stop();
    }
  },
};

export type StarterApi = typeof api;

Comlink.expose(api);
