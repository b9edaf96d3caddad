import { describe, expect, it } from 'vitest';
import { ownReward } from './own-reward.ts';
import { ownTasks } from './own-tasks.ts';
import { sweep } from './sweep.ts';

describe('the examples', () => {
  it('train on tasks of their own', async () => {
    const { before, after, last } = await ownTasks({ imitationSteps: 3, steps: 1 });
    expect([before.tasks, before.samples]).toEqual([32, 128]);
    expect(after.strict[1]!.value).toBeGreaterThanOrEqual(0);
    expect(last.step).toBe(1);
  });

  it('train with a reward of their own', async () => {
    const { steps, rollouts } = await ownReward({ steps: 1, promptsPerStep: 2 });
    expect(steps).toHaveLength(1);
    expect(rollouts).toHaveLength(8);
    expect(steps[0]!.metrics['rewards/brevity/mean']).toBeGreaterThanOrEqual(0);
    for (const { reasoning, rewards } of rollouts) if (reasoning === null) expect(rewards['brevity']).toBe(0);
  });

  it('sweep over gates and seeds', async () => {
    const rows = await sweep({ gates: ['posterior', 'outcome'], seeds: [1], steps: 1 });
    expect(rows.map(([gate]) => gate)).toEqual(['gate', 'posterior', 'outcome']);
  });
});
