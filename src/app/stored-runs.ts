/** What the Lab says of runs, as plain data. */
import { ConfigError, DEFAULT_CONFIG, fullConfig } from '../rl/config.ts';
import { OPTION_NAMES } from '../rl/options.ts';
import type { FullConfig, TrainConfig } from '../rl/types.ts';
import { sameConfig } from '../run/identity.ts';
import { PRESETS } from '../run/presets.ts';
import type { RunRecord } from '../store/index.ts';
import type { LabSettings, Overrides, StoredRun } from './controller-types.ts';

const RUN_SETTINGS = ['preset', 'gate', 'seed', 'steps', 'learningRate'] as const;

/** The configuration that a preset stands for. */
export const presetConfig = (name: string): FullConfig =>
  fullConfig(PRESETS.find((preset) => preset.name === name)?.config ?? DEFAULT_CONFIG);

/** In what else a run differs from its preset. */
export function overridesOf(config: TrainConfig): Overrides {
  const own: ReadonlySet<string> = new Set([...RUN_SETTINGS, 'changes']);
  const usual = presetConfig(config.preset);
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
  const own = RUN_SETTINGS.filter((key) => settings[key] !== config[key]);
  return sameBeyond(settings, config, configOf) ? own : [...own, 'overrides'];
}

/** Whether nothing but fields of their own differs; settings that cannot be used are those of no run. */
function sameBeyond(
  settings: LabSettings,
  config: TrainConfig,
  configOf: (settings: LabSettings) => TrainConfig,
): boolean {
  const own = Object.fromEntries(RUN_SETTINGS.map((name) => [name, config[name]]));
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
  return { preset, gate, seed, steps, learningRate, overrides: overridesOf(config) };
};

export const storedRun = ({ id, config, lastStep, created, status }: RunRecord): StoredRun => ({
  id,
  status: status === 'finished' ? 'finished' : 'unfinished',
  preset: config.preset,
  gate: config.gate,
  seed: config.seed,
  stepsDone: lastStep ?? 0,
  steps: config.steps,
  updatedAt: created,
});
