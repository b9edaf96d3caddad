import { DEFAULT_TRAINING, type RewardTraining } from '../../../recipes/reward-training.ts';
import { FLAWS } from '../../../reward/flaws.ts';

/** Trainings worth trying: two good ones, the paper's baseline, and models with a known flaw. */
export const TRAINING_PRESETS = {
  usual: {},
  hard: { pairs: 'fresh', steps: 800, learningRate: 2e-3 },
  scores: { objective: 'scores' },
  ...FLAWS,
} as const satisfies Record<string, Partial<RewardTraining>>;

export type TrainingPreset = keyof typeof TRAINING_PRESETS;

/** The settings of a preset; the seed stays what it is. */
export const presetTraining = (preset: TrainingPreset, seed: number): RewardTraining => ({
  ...DEFAULT_TRAINING,
  ...TRAINING_PRESETS[preset],
  seed,
});

/** The preset that the settings are, whatever their seed; `null` for one's own. */
export function presetOf(training: RewardTraining): TrainingPreset | null {
  const same = (preset: TrainingPreset): boolean =>
    JSON.stringify(Object.entries(presetTraining(preset, training.seed)).sort()) ===
    JSON.stringify(Object.entries(training).sort());
  return (Object.keys(TRAINING_PRESETS) as TrainingPreset[]).find(same) ?? null;
}
