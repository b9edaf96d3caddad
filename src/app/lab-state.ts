/** What the Lab starts with, and the configuration that its settings stand for. */
import { findPreset, PRESETS, withOwnTasks } from '../run/presets.ts';
import { domainOf } from '../domains/index.ts';
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

/** Own tasks that the settings name, by one of these files. A link may name one that is not stored here: that is said when the run begins. */
function fileOf({ tasks }: LabSettings, files: readonly StoredTaskFile[]) {
  const own = readOwnTasks(tasks);
  if (!own) return null;
  return {
    own,
    file: files.find(({ hash }) => hash === own.hash) ?? { ...own, name: 'a file', domain: 'code' },
  };
}

/**
 * The configuration that the settings ask for, with the tasks of one of these files where they name one.
 * @throws ConfigError
 */
export function configOf(settings: LabSettings, files: readonly StoredTaskFile[] = []): TrainConfig {
  const { preset, gate, seed, steps, learningRate, overrides } = settings;
  const { config } = findPreset(preset);
  const chosen = fileOf(settings, files);
  const base = chosen ? withOwnTasks(config, choiceOf(chosen.file, chosen.own)) : config;
  return parseConfig({ ...base, ...overrides, preset, gate, seed, steps, learningRate });
}

/** Name of the domain that the settings are about, whether or not they can be used. */
export function domainAsked(settings: LabSettings, files: readonly StoredTaskFile[] = []): string {
  const chosen = fileOf(settings, files);
  return (
    chosen?.file.domain ?? settings.overrides.domain ?? domainOf(findPreset(settings.preset).config).name
  );
}
