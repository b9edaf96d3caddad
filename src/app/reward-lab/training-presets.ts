import { DEFAULT_TRAINING, type RewardTraining } from '../../experiment/reward-training.ts';
import { DIMENSIONS } from '../../reward/pairs/types.ts';

/** Trainings worth trying: two good ones, the paper's baseline, and models with a known flaw. */
export const TRAINING_PRESETS = {
  usual: {},
  hard: { pairs: 'fresh', steps: 800, learningRate: 2e-3 },
  scores: { objective: 'scores' },
  few: { perTask: 1, steps: 60 },
  long: { length: 'longer-wins' },
  blind: { dimensions: DIMENSIONS.filter((dimension) => dimension !== 'factual accuracy') },
  family: { family: 'lists' },
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
