import { keptFor, usePage, type Page } from '../../app/page.ts';
import { saveFile } from '../../app/save-file.ts';
import { DEFAULT_DOMAIN } from '../../domains/index.ts';
import { downloadedIn, openPolicy, policySources } from '../../workspace/policies.ts';
import { startRewardTrainingWorker } from '../../workspace/workers.ts';
import { writePairsByPolicy } from '../../workspace/write-pairs.ts';
import { policyOptions } from '../benchmark/state/options.ts';
import { createRewardLab, type RewardLab } from './state/model.ts';
import { demonstration, storedRuns } from '../rollouts/state/sources.ts';
import { openTools } from './state/tools.ts';
import type { WritingOptions } from './state/writing.ts';

const writingBy = ({ controller, workspace }: Page): WritingOptions => ({
  policies: async () => policyOptions(await workspace.store.get(), () => downloadedIn(workspace)),
  write({ policy, ...request }, report, signal) {
    const open = () => openPolicy(policy, DEFAULT_DOMAIN, policySources(workspace));
    const { device } = controller.state.peek().settings;
    return writePairsByPolicy(workspace, { ...request, open, device }, report, signal);
  },
  save: (name, content) => saveFile(name, new Blob([content], { type: 'application/jsonl' })),
});

/** The Reward lab of a page. It lives as long, so going to another screen loses nothing. */
const rewardLabOf = keptFor((page) => {
  const { controller, workspace } = page;
  return createRewardLab({
    open: () => openTools(workspace),
    openStore: () => workspace.store.get(),
    startTraining: startRewardTrainingWorker,
    trainingTurn: (work, signal) => workspace.queue.turn('reward training', work, signal),
    runs:
      controller.state.peek().source === 'demonstration'
        ? demonstration(controller, workspace)
        : storedRuns(workspace),
    writing: writingBy(page),
    controller,
  });
});

export const useRewardLab = (): RewardLab => rewardLabOf(usePage());
