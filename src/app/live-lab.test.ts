import { afterEach, expect, it, vi } from 'vitest';
import { Workspace } from '../workspace/workspace.ts';
import { createLiveLab, startFor } from './live-lab.ts';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import { SHIPPED_REWARD } from './lab-state.ts';
import { ownTasks, writeOwnTasks } from './own-tasks.ts';

afterEach(() => vi.unstubAllGlobals());

it('has a state from the first, and another with every setting', () => {
  vi.stubGlobal('location', { search: '?device=wasm', hash: '' });
  const lab = createLiveLab(new Workspace());
  const { settings, reward, taskFiles } = lab.state.value;
  expect(settings).toMatchObject({ preset: 'starter', device: 'wasm', tasks: '' });
  expect(reward).toMatchObject({ id: SHIPPED_REWARD.id, name: SHIPPED_REWARD.name });
  expect(taskFiles).toEqual({ kept: [], checking: null, report: null });
  const tasks = writeOwnTasks(ownTasks('ab'.repeat(32)));
  lab.configure({ tasks });
  expect(lab.state.value.settings.tasks).toBe(tasks);
  expect(lab.state.value.reward.id).toBe(SHIPPED_REWARD.id);
});

it('trains no factors beside weights that are gone with the visit', () => {
  const own = {
    policy: new Float32Array(1),
    reward: new Float32Array(1),
    rewardModel: { id: 'own', name: 'own' },
  };
  const factors = { ...DEFAULT_CONFIG, loraRank: 4 };
  expect(startFor(DEFAULT_CONFIG, own, true)).toBe(own);
  expect(() => startFor(factors, own, true)).toThrow(/factors beside them would be lost.*loraRank to 0/);
  // A stored run began beside the site's, whatever was trained since.
  expect(startFor(factors, own, false)).toBeNull();
  expect(startFor(factors, null, true)).toBeNull();
});
