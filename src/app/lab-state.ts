/** What the Lab starts with, and the configuration that its settings stand for. */
import { findPreset, PRESETS, withOwnTasks } from '../run/presets.ts';
import { parseConfig } from '../rl/config.ts';
import type { TrainConfig } from '../rl/types.ts';
import type { LabSettings, PresetSummary, RewardInUse } from './controller-types.ts';
import { text } from '../text/index.ts';
import type { StoredTaskFile } from '../store/index.ts';
import { choiceOf } from '../workspace/task-files.ts';
import { readOwnTasks } from './own-tasks.ts';
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

/** The configuration that the settings ask for, with the tasks of one of these files where they name one. */
export function configOf(
  { preset, gate, seed, steps, learningRate, tasks }: LabSettings,
  files: readonly StoredTaskFile[] = [],
): TrainConfig {
  const own = readOwnTasks(tasks);
  // A link may name a file that is not stored here: that is said when the run begins.
  const file =
    own && (files.find(({ hash }) => hash === own.hash) ?? { ...own, name: 'a file', domain: 'code' });
  const { config } = findPreset(preset);
  const base = own && file ? withOwnTasks(config, choiceOf(file, own)) : config;
  return parseConfig({ ...base, preset, gate, seed, steps, learningRate });
}
