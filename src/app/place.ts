/** Where on the page the visitor is; part of the address. */
export const SCREENS = ['lab', 'reward'] as const;
export type Screen = (typeof SCREENS)[number];

/** Parts of the Reward lab, in the order of its tabs. */
export const REWARD_TABS = ['score', 'pairs', 'train', 'bench', 'fool'] as const;
export type RewardTab = (typeof REWARD_TABS)[number];

export interface Place {
  readonly screen: Screen;
  readonly tab: RewardTab;
}

export const START: Place = { screen: 'lab', tab: 'score' };
