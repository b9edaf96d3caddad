import { describe, expect, it } from 'vitest';
import { SCREENS } from '../screens/registry.ts';
import type { LabSettings } from './controller-types.ts';
import { moved, startOf } from './place.ts';
import { readHash, writeHash } from './url.ts';

const START = startOf(SCREENS);
const LAB = moved(START, 'lab');

const settings: LabSettings = {
  preset: 'starter',
  gate: 'ungated',
  seed: 4294967295,
  steps: 250,
  learningRate: 2.5e-7,
  device: 'webgpu',
  tasks: `${'ab'.repeat(32)}-family-0.5`,
  overrides: { beta: 0.02, rewardWeights: { thinking: 0.5 } },
};

describe('settings in the address', () => {
  it('come back as they were written', () => {
    expect(readHash(writeHash(settings, START, SCREENS), ['starter'], SCREENS)).toEqual({
      kind: 'settings',
      change: settings,
      place: LAB,
      ignored: [],
    });
  });

  it('leave the preset’s own tasks out, and refuse those that are none', () => {
    expect(writeHash({ ...settings, tasks: '' }, START, SCREENS)).not.toContain('tasks');
    expect(readHash('#v=1&tasks=mine', [], SCREENS)).toMatchObject({ change: {}, ignored: ['tasks'] });
  });

  it('stand beside the screen and its tab', () => {
    const place = moved(START, 'reward', { tab: 'pairs' });
    const hash = writeHash(settings, place, SCREENS);
    expect(hash).toContain('&screen=reward&tab=pairs');
    expect(readHash(hash, ['starter'], SCREENS)).toMatchObject({ place, change: settings, ignored: [] });
    expect(writeHash(settings, START, SCREENS)).not.toContain('screen');
    expect(writeHash(settings, moved(START, 'reward', { tab: 'score' }), SCREENS)).not.toContain('tab');
  });

  it('lead to a screen by a name that it had', () => {
    const old = `#v=1&screen=experiments&experiment=${'ab'.repeat(6)}`;
    const place = moved(START, 'compare', { experiment: 'ab'.repeat(6) });
    expect(readHash(old, [], SCREENS)).toMatchObject({ place, ignored: [] });
    expect(writeHash(settings, place, SCREENS)).toContain('&screen=compare&experiment=abab');
  });

  it('keep the place of a screen out of the address of another', () => {
    const place = moved(moved(START, 'reward', { tab: 'fool' }), 'lab');
    expect(writeHash(settings, place, SCREENS)).not.toContain('tab');
    expect(writeHash(settings, moved(place, 'reward'), SCREENS)).toContain('&screen=reward&tab=fool');
  });

  it('may hold any setting of a run, under others’ names, too, and none that is wrong', () => {
    const read = (overrides: object) =>
      readHash(`#v=1&set=${encodeURIComponent(JSON.stringify(overrides))}`, [], SCREENS);
    expect(read({ kl_coef: 0.1, dualClip: 3 })).toMatchObject({
      change: { overrides: { beta: 0.1, dualClip: 3 } },
      ignored: [],
    });
    for (const wrong of [{ beta: -1 }, { betta: 1 }, { steps: 5 }, { changes: [] }])
      expect(read(wrong)).toMatchObject({ change: {}, ignored: ['set'] });
    expect(readHash('#v=1&set={', [], SCREENS)).toMatchObject({ change: {}, ignored: ['set'] });
    expect(writeHash({ ...settings, overrides: {} }, START, SCREENS)).not.toContain('&set=');
  });

  it('may be some of them', () => {
    expect(readHash('#v=1&seed=3', [], SCREENS)).toEqual({
      kind: 'settings',
      change: { seed: 3 },
      place: LAB,
      ignored: [],
    });
    expect(readHash('', [], SCREENS)).toEqual({ kind: 'empty' });
  });

  it.each([
    ['seed=-1', 'seed'],
    ['seed=1.5', 'seed'],
    ['seed=4294967296', 'seed'],
    ['steps=0', 'steps'],
    ['lr=0', 'lr'],
    ['lr=NaN', 'lr'],
    ['lr=1e-2e-3', 'lr'],
    ['gate=wide', 'gate'],
    ['preset=other', 'preset'],
    ['device=cuda', 'device'],
    ['colour=red', 'colour'],
    ['screen=attic', 'screen'],
    ['tab=score', 'tab'],
  ])('leave out %s and name it', (query, name) => {
    expect(readHash(`#v=1&${query}`, ['starter'], SCREENS)).toEqual({
      kind: 'settings',
      change: {},
      place: LAB,
      ignored: [name],
    });
  });

  it('leave out a tab that there is not', () => {
    expect(readHash('#v=1&screen=reward&tab=none', [], SCREENS)).toMatchObject({
      place: { screen: 'reward', at: { reward: {} } },
      ignored: ['tab'],
    });
  });

  it('are not read from another version', () => {
    expect(readHash('#v=2&seed=3', [], SCREENS)).toEqual({ kind: 'other-version' });
    expect(readHash('#seed=3', [], SCREENS)).toEqual({ kind: 'other-version' });
  });
});
