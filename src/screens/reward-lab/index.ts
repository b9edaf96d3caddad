import type { Screen } from '../../app/screen.ts';
import { ID, place } from './place.ts';
import { text } from './text.ts';

/** The Reward lab: what the reward model sees, how often it is right, and how it can be fooled. */
export const rewardLab: Screen = {
  id: ID,
  title: text.title,
  key: '2',
  place,
  skip: { label: text.skip, to: 'reward-model' },
  load: async () => ({ View: (await import('./reward-lab.tsx')).RewardLabScreen }),
};
