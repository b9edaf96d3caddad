/** Settings that change while a run trains; each change is part of the run's configuration, so that a repeat makes it too. */
import { configAt, parseConfig } from '../rl/config.ts';
import { type ConfigChange, LIVE_SETTINGS, type LiveSettings, type TrainConfig } from '../rl/types.ts';

/**
 * The configuration with one more change, after those of the same step.
 * @throws ConfigError when the settings cannot be used
 */
export function withChange(config: TrainConfig, change: ConfigChange): TrainConfig {
  const { changes = [] } = config;
  const before = changes.filter(({ step }) => step <= change.step);
  const after = changes.filter(({ step }) => step > change.step);
  const changed = { ...config, changes: [...before, change, ...after] };
  parseConfig(changed);
  return changed;
}

/** Of some settings, those that are not in force already after `step` steps; `null` where all are. */
export function newSettings(
  config: TrainConfig,
  step: number,
  settings: Partial<LiveSettings>,
): Partial<LiveSettings> | null {
  const now = configAt(config, step + 1);
  const names = LIVE_SETTINGS.filter((name) => settings[name] !== undefined && settings[name] !== now[name]);
  return names.length === 0 ? null : Object.fromEntries(names.map((name) => [name, settings[name]]));
}

/** The changes that hold after `step` steps. */
export const changesUntil = ({ changes = [] }: TrainConfig, step: number): readonly ConfigChange[] =>
  changes.filter((change) => change.step <= step);
