import { expect, it } from 'vitest';
import { configOf, FIRST_SETTINGS } from './lab-state.ts';
import { PRESETS } from '../run/presets.ts';
import { differences, settingsOf } from './stored-runs.ts';

it('names the settings that the run on view does not have', () => {
  const settings = { ...FIRST_SETTINGS, device: 'wasm' } as const;
  const config = configOf({ ...settings, steps: 10 });
  expect(differences(settings, null, configOf)).toEqual([]);
  expect(differences({ ...settings, steps: 10 }, config, configOf)).toEqual([]);
  expect(differences({ ...settings, steps: 10, seed: 99 }, config, configOf)).toEqual(['seed']);
  const overrides = { beta: 0.1 };
  expect(differences({ ...settings, steps: 10, overrides }, config, configOf)).toEqual(['overrides']);
  // What changed during the run is no setting of the next one.
  const changed = { ...config, changes: [{ step: 2, settings: { beta: 0.1 } }] };
  expect(differences({ ...settings, steps: 10 }, changed, configOf)).toEqual([]);
});

it('tells from a run in what it differs from its preset', () => {
  const settings = { ...FIRST_SETTINGS, seed: 7, overrides: { beta: 0.1, dualClip: 3 } };
  expect(settingsOf(configOf({ ...settings, device: 'wasm' }))).toEqual(settings);
  // A run from before there was a choice has the default of each.
  expect(settingsOf(PRESETS[0]!.config).overrides).toEqual({});
});
