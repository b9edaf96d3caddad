/** What the Lab says of runs, as plain data. */
import { ConfigError, DEFAULT_CONFIG, fullConfig } from '../rl/config.ts';
import { OPTION_NAMES } from '../rl/options.ts';
import type { FullConfig, TrainConfig } from '../rl/types.ts';
import { sameConfig } from '../run/identity.ts';
import { PRESETS, withOwnTasks } from '../run/presets.ts';
import type { RunRecord } from '../store/index.ts';
import type { LabSettings, Overrides, StoredRun } from './controller-types.ts';
import { PRESET_TASKS, tasksFile, tasksSetting } from './own-tasks.ts';

const RUN_SETTINGS = ['preset', 'gate', 'seed', 'steps', 'learningRate'] as const;

/** The configuration that a preset stands for. */
export const presetConfig = (name: string): FullConfig =>
  fullConfig(PRESETS.find((preset) => preset.name === name)?.config ?? DEFAULT_CONFIG);

/** What a run would have without overrides: its preset, with its own tasks where it has some. */
function usualOf(config: TrainConfig): FullConfig {
  const preset = presetConfig(config.preset);
  if (tasksSetting(config) === PRESET_TASKS) return preset;
  const { domain, tasks, taskSettings } = fullConfig(config);
  return fullConfig(withOwnTasks(preset, { domain, tasks, taskSettings }));
}

/** In what else a run differs from its preset. */
export function overridesOf(config: TrainConfig): Overrides {
  const own: ReadonlySet<string> = new Set([...RUN_SETTINGS, 'changes']);
  const usual = usualOf(config);
  const full = fullConfig(config);
  const names = OPTION_NAMES.filter(
    (name) => !own.has(name) && JSON.stringify(full[name]) !== JSON.stringify(usual[name]),
  );
  return Object.fromEntries(names.map((name) => [name, full[name]]));
}

/**
 * Settings that a run with this configuration does not have.
 * @param configOf the configuration that settings ask for
 */
export function differences(
  settings: LabSettings,
  config: TrainConfig | null,
  configOf: (settings: LabSettings) => TrainConfig,
): (keyof LabSettings)[] {
  if (!config) return [];
  const own: (keyof LabSettings)[] = RUN_SETTINGS.filter((key) => settings[key] !== config[key]);
  if (settings.tasks !== tasksSetting(config)) return [...own, 'tasks'];
  return sameBeyond(settings, config, configOf) ? own : [...own, 'overrides'];
}

/** Whether nothing but fields of their own differs; settings that cannot be used are those of no run. */
function sameBeyond(
  settings: LabSettings,
  config: TrainConfig,
  configOf: (settings: LabSettings) => TrainConfig,
): boolean {
  const known = [...RUN_SETTINGS, 'domain', 'tasks', 'taskSettings'] as const;
  const own = Object.fromEntries(known.map((name) => [name, config[name]]));
  try {
    return sameConfig({ ...configOf(settings), ...own, changes: [] }, { ...config, changes: [] });
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

/** The settings that stand for a run. */
export const settingsOf = (config: TrainConfig): Omit<LabSettings, 'device'> => {
  const { preset, gate, seed, steps, learningRate } = config;
  return {
    preset,
    gate,
    seed,
    steps,
    learningRate,
    tasks: tasksSetting(config),
    overrides: overridesOf(config),
  };
};

/** A run that waits for its first turn, and so is not in the store. */
export const waitingRun = ({
  id,
  config,
}: {
  readonly id: string;
  readonly config: TrainConfig;
}): StoredRun => storedRun({ id, config, lastStep: 0, created: Date.now(), status: 'paused' });

export const storedRun = ({
  id,
  config,
  lastStep,
  created,
  status,
  name,
}: Pick<RunRecord, 'id' | 'config' | 'lastStep' | 'created' | 'status' | 'name'>): StoredRun => ({
  id,
  status: status === 'finished' ? 'finished' : 'unfinished',
  preset: config.preset,
  gate: config.gate,
  seed: config.seed,
  ...(name === undefined ? {} : { name }),
  ...tasksFile(config),
  stepsDone: lastStep ?? 0,
  steps: config.steps,
  updatedAt: created,
});
