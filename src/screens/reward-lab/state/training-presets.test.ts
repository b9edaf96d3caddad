import { expect, it } from 'vitest';
import { presetOf, presetTraining, TRAINING_PRESETS, type TrainingPreset } from './training-presets.ts';

it('are told by their settings, whatever the seed', () => {
  for (const preset of Object.keys(TRAINING_PRESETS) as TrainingPreset[])
    expect(presetOf(presetTraining(preset, 41))).toBe(preset);
  expect(presetOf({ ...presetTraining('usual', 1), steps: 501 })).toBeNull();
});
