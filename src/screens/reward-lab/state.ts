import { keptFor, usePage } from '../../app/page.ts';
import { startRewardTrainingWorker } from '../../workspace/workers.ts';
import { createRewardLab, type RewardLab } from './state/model.ts';
import { demonstration, storedRuns } from '../rollouts/state/sources.ts';
import { openTools } from './state/tools.ts';

/** The Reward lab of a page. It lives as long, so going to another screen loses nothing. */
const rewardLabOf = keptFor(({ controller, workspace }) =>
  createRewardLab({
    open: () => openTools(workspace),
    openStore: () => workspace.store.get(),
    startTraining: startRewardTrainingWorker,
    runs:
      controller.state.peek().source === 'demonstration'
        ? demonstration(controller, workspace)
        : storedRuns(workspace),
    controller,
  }),
);

export const useRewardLab = (): RewardLab => rewardLabOf(usePage());
