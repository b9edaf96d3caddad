/** A reward of one's own beside the project's three: answers in few words are worth more. */
import { maths, mathsTasks, type RewardRule, train } from 'posterior';
import { starter } from './starter.ts';

/** The shorter the reasoning, the more; nothing for a completion without the form. */
const brevity: RewardRule = {
  name: 'brevity',
  symbol: 'R_b',
  meaning: 'How short the reasoning is, from 1 for none to 0 for 120 characters and more (R_b).',
  values: 'continuous',
  range: [0, 1],
  of: ({ parsed: { reasoning } }) => (reasoning === null ? 0 : Math.max(0, 1 - reasoning.length / 120)),
};

export async function ownReward({ steps = 10, promptsPerStep = 8 } = {}) {
  return train({
    domain: maths,
    tasks: await mathsTasks(),
    policy: await starter('policy'),
    reasoning: await starter('reward'),
    rewards: [brevity],
    settings: { steps, promptsPerStep, groupSize: 4, maxCompletionTokens: 64, evalTasks: 8, evalEvery: 0 },
  });
}

export async function main(): Promise<void> {
  const { steps, rollouts } = await ownReward();
  for (const { step, metrics } of steps)
    console.log(
      `step ${step}: brevity ${metrics['rewards/brevity/mean']!.toFixed(3)}, reward ${metrics['reward']!.toFixed(3)}`,
    );
  const best = [...rollouts].sort((a, b) => b.reward - a.reward)[0]!;
  console.log(`the best of ${rollouts.length} completions: ${best.text}`);
}
