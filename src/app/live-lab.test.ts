import { afterEach, expect, it, vi } from 'vitest';
import { Workspace } from '../workspace/workspace.ts';
import { createLiveLab } from './live-lab.ts';
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
