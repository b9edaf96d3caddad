import * as v from 'valibot';
import { placeOn } from '../../app/place.ts';
import { ui } from '../../app/ui-state.ts';

export const ID = 'reward';

/** Parts of the Reward lab, in the order of its tabs. */
export const REWARD_TABS = ['score', 'own', 'pairs', 'train', 'bench', 'fool'] as const;
export type RewardTab = (typeof REWARD_TABS)[number];

export const place = { tab: v.optional(v.picklist(REWARD_TABS), 'score') } as const;

/** The open tab. */
export const openTab = (): RewardTab => placeOn(ui.value.place, ID, place).tab;
