import { describe, expect, it } from 'vitest';
import type { LabSettings } from './controller-types.ts';
import { START } from './place.ts';
import { readHash, writeHash } from './url.ts';

const settings: LabSettings = {
  preset: 'starter',
  gate: 'ungated',
  seed: 4294967295,
  steps: 250,
  learningRate: 2.5e-7,
  device: 'webgpu',
};

describe('settings in the address', () => {
  it('come back as they were written', () => {
    expect(readHash(writeHash(settings), ['starter'])).toEqual({
      kind: 'settings',
      change: settings,
      place: START,
      ignored: [],
    });
  });

  it('stand beside the screen and its tab', () => {
    const place = { screen: 'reward', tab: 'pairs' } as const;
    const hash = writeHash(settings, place);
    expect(hash).toContain('&screen=reward&tab=pairs');
    expect(readHash(hash, ['starter'])).toMatchObject({ place, change: settings, ignored: [] });
    expect(writeHash(settings, START)).not.toContain('screen');
  });

  it('may be some of them', () => {
    expect(readHash('#v=1&seed=3', [])).toEqual({
      kind: 'settings',
      change: { seed: 3 },
      place: START,
      ignored: [],
    });
    expect(readHash('', [])).toEqual({ kind: 'empty' });
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
    ['tab=none', 'tab'],
  ])('leave out %s and name it', (query, name) => {
    expect(readHash(`#v=1&${query}`, ['starter'])).toEqual({
      kind: 'settings',
      change: {},
      place: START,
      ignored: [name],
    });
  });

  it('are not read from another version', () => {
    expect(readHash('#v=2&seed=3', [])).toEqual({ kind: 'other-version' });
    expect(readHash('#seed=3', [])).toEqual({ kind: 'other-version' });
  });
});
