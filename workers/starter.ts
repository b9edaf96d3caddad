/** Shell of the starter training: tokenizer, policy and reward model, with workers of its own for the arithmetic. */
import * as Comlink from 'comlink';
import { trainStarter, type TrainedStarter } from '../src/recipes/starter-files.ts';
import type { StarterProgress } from '../src/experiment/starter.ts';
import type { DeviceChoice } from '../src/runtime/device.ts';

const api = {
  train: (
    seed: number,
    device: DeviceChoice,
    report: (progress: StarterProgress) => void,
  ): Promise<TrainedStarter> => trainStarter(seed, device, report),
};

export type StarterApi = typeof api;

Comlink.expose(api);
