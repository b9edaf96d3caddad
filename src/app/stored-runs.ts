/** What the Lab says of runs, as plain data. */
import type { TrainConfig } from '../rl/types.ts';
import type { RunRecord } from '../store/index.ts';
import type { LabSettings, StoredRun } from './controller-types.ts';

import { tasksFile, tasksSetting } from './own-tasks.ts';

const RUN_SETTINGS = ['preset', 'gate', 'seed', 'steps', 'learningRate', 'tasks'] as const;

/** Settings that a run with this configuration does not have. */
export const differences = (settings: LabSettings, config: TrainConfig | null): (keyof LabSettings)[] => {
  if (!config) return [];
  const run = settingsOf(config);
  return RUN_SETTINGS.filter((key) => settings[key] !== run[key]);
};

/** The settings that stand for a run. */
export const settingsOf = (config: TrainConfig): Omit<LabSettings, 'device'> => {
  const { preset, gate, seed, steps, learningRate } = config;
  return { preset, gate, seed, steps, learningRate, tasks: tasksSetting(config) };
};

export const storedRun = ({ id, config, lastStep, created, status }: RunRecord): StoredRun => ({
  id,
  status: status === 'finished' ? 'finished' : 'unfinished',
  preset: config.preset,
  gate: config.gate,
  seed: config.seed,
  ...tasksFile(config),
  stepsDone: lastStep ?? 0,
  steps: config.steps,
  updatedAt: created,
});
