/** What the Lab starts with, and the configuration that its settings stand for. */
import { findPreset, PRESETS } from '../run/presets.ts';
import { parseConfig } from '../rl/config.ts';
import type { TrainConfig } from '../rl/types.ts';
import type { LabSettings, PresetSummary, RewardInUse } from './controller-types.ts';
import { text } from '../text/index.ts';
import { settingsOf } from './stored-runs.ts';

export const PRESET_SUMMARIES: readonly PresetSummary[] = PRESETS.map(
  ({ name, label, description, config }) => ({
    name,
    label,
    description,
    defaults: { steps: config.steps, learningRate: config.learningRate },
  }),
);

/** What a run scores with where nothing else was chosen. */
export const SHIPPED_REWARD: RewardInUse = {
  id: 'shipped',
  name: text.rewardModel.shipped,
  scaling: 'sigmoid',
  next: null,
  swaps: [],
};

export const FIRST_SETTINGS: Omit<LabSettings, 'device'> = settingsOf(PRESETS[0]!.config);

/** The configuration that the settings ask for. @throws ConfigError */
export const configOf = ({ device: _, overrides, ...settings }: LabSettings): TrainConfig =>
  parseConfig({ ...findPreset(settings.preset).config, ...overrides, ...settings });
