import { describe, expect, it } from 'vitest';
import * as code from './code/starter/index.ts';
import { HALVES, halfOf } from './halves.ts';
import { sourceOf } from './index.ts';
import * as maths from './maths/starter/index.ts';

const WORLDS = { code, maths };

describe.each(['code', 'maths'] as const)('the halves of %s', (domain) => {
  const all = WORLDS[domain].starterTasks();
  const train = all.filter(({ split }) => split === 'train');
  const compositions = new Map(all.map(({ id, composition }) => [id, composition]));

  it('share no composition, and are together all there is', async () => {
    const sets = await Promise.all(HALVES.map((half) => sourceOf({ domain, taskSettings: { half } }).load()));
    const [policy, reward] = sets.map((set) => set.train.map(({ id }) => id));
    const names = new Set(policy!.map((id) => compositions.get(id)));
    expect(reward!.filter((id) => names.has(compositions.get(id)))).toEqual([]);
    expect([...policy!, ...reward!].sort()).toEqual(train.map(({ id }) => id).sort());
    const heldOut = all.filter(({ split }) => split === 'held-out').map(({ id }) => id);
    for (const set of sets) expect(set.heldOut.map(({ id }) => id)).toEqual(heldOut);
  });

  it('are about even in each family', () => {
    for (const name of new Set(train.map(({ family }) => family))) {
      const own = train.filter(({ family }) => family === name);
      const share = own.filter(({ composition }) => halfOf(composition) === 'policy').length / own.length;
      expect(Math.abs(share - 0.5), name).toBeLessThan(0.15);
    }
  });
});

it.each([
  ['code', { half: 'third' }, 'taskSettings.half must be one of policy, reward.'],
  ['maths', { half: 'third' }, 'taskSettings.half must be one of policy, reward.'],
  ['code', { edgeShare: 1.5 }, 'taskSettings.edgeShare must be a number from 0 to 1.'],
  ['code', { edgeShare: 'all' }, 'taskSettings.edgeShare must be a number from 0 to 1.'],
  ['maths', { edgeShare: 0.5 }, 'taskSettings.edgeShare is no setting of the tasks “starter”.'],
])('of %s, %j is refused', (domain, taskSettings, message) => {
  expect(() => sourceOf({ domain, taskSettings })).toThrow(message);
});
