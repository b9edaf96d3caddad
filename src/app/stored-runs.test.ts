import { expect, it } from 'vitest';
import { configOf, FIRST_SETTINGS } from './lab-state.ts';
import { differences } from './stored-runs.ts';

it('names the settings that the run on view does not have', () => {
  const settings = { ...FIRST_SETTINGS, device: 'wasm' } as const;
  const config = configOf({ ...settings, steps: 10 });
  expect(differences(settings, null)).toEqual([]);
  expect(differences({ ...settings, steps: 10 }, config)).toEqual([]);
  expect(differences({ ...settings, steps: 10, seed: 99 }, config)).toEqual(['seed']);
});
