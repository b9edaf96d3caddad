/** Training the site's models of a domain again from the page: what the domain's runs after it start from. */
import * as Comlink from 'comlink';
import type { StarterProgress } from '../recipes/starter.ts';
import type { StartWeights } from '../run/training.ts';
import type { Loading } from '../run/handle.ts';
import type { Metrics } from '../rl/types.ts';
import type { DeviceChoice } from '../runtime/device.ts';
import { text } from '../text/index.ts';
import { startStarterWorker } from '../workspace/workers.ts';

export interface RetrainedModels {
  readonly start: StartWeights & Required<Pick<StartWeights, 'rewardModel'>>;
  readonly metrics: Metrics;
}

/** `report` hears the stage and the share of it that is done. @throws AbortError when the signal fires */
export async function retrainModels(
  { domain, seed, device }: { readonly domain: string; readonly seed: number; readonly device: DeviceChoice },
  report: (loading: Loading) => void,
  signal: AbortSignal,
): Promise<RetrainedModels> {
  const worker = startStarterWorker();
  signal.addEventListener('abort', worker.stop, { once: true });
  try {
    report({ label: text.runMessages.starterTokenizer, fraction: 0 });
    const heard = Comlink.proxy(({ stage, step, steps }: StarterProgress) =>
      report({
        label: stage === 'policy' ? text.runMessages.starterPolicy : text.runMessages.starterReward,
        fraction: step / steps,
      }),
    );
    const { policy, reward, calibration, metrics } = await worker.api.train(domain, seed, device, heard);
    const rewardModel = { id: 'own', name: text.rewardModel.own };
    return { start: { policy, reward, calibration, rewardModel }, metrics };
  } finally {
    worker.stop();
  }
}
