import { DEFAULT_CONFIG } from '../rl/config.ts';
import type { TrainConfig } from '../rl/types.ts';

/**
 * Whether two configurations describe the same run: all settings are equal. One that a stored run does not have, because
 * it is newer than the run, counts as its default, which is what the run did.
 */
export function sameConfig(a: TrainConfig, b: TrainConfig): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof TrainConfig>;
  const valueIn = (config: TrainConfig, key: keyof TrainConfig) =>
    JSON.stringify(config[key] ?? DEFAULT_CONFIG[key]);
  return [...keys].every((key) => valueIn(a, key) === valueIn(b, key));
}
