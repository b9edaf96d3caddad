import { useLab } from '../../app/lab-context.ts';
import type { RewardLab } from '../../app/reward-lab/model.ts';

export const useRewardLab = (): RewardLab => useLab().rewardLab;
