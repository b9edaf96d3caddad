import { keptFor, usePage } from '../../app/page.ts';
import { startRewardTrainingWorker } from '../../app/workers.ts';
import { createRewardLab, type RewardLab } from './state/model.ts';

/** The Reward lab of a page. The engine is only loaded by those who go there. */
const rewardLabOf = keptFor(({ controller }) =>
  createRewardLab({
    open: async () => (await import('./state/engine.ts')).openEngine(),
    openStore: async (notify) => (await import('../../store/index.ts')).openStore('posterior', notify),
    startTraining: startRewardTrainingWorker,
    controller,
  }),
);

export const useRewardLab = (): RewardLab => rewardLabOf(usePage());
