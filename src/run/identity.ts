import { DEFAULT_CONFIG } from '../rl/config.ts';
import type { TrainConfig } from '../rl/types.ts';

/**
 * Whether two configurations describe the same run: all settings are equal. One that a stored run does not have, because
 * it is newer than the run, counts as its default, which is what the run did.
 */
export function sameConfig(a: TrainConfig, b: TrainConfig): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof TrainConfig>;
  return [...keys].every((key) => (a[key] ?? DEFAULT_CONFIG[key]) === (b[key] ?? DEFAULT_CONFIG[key]));
}
