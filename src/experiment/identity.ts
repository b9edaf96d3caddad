import type { TrainConfig } from '../rl/types.ts';

/** Whether two configurations describe the same run: all settings are equal. */
export function sameConfig(a: TrainConfig, b: TrainConfig): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof TrainConfig>;
  return [...keys].every((key) => a[key] === b[key]);
}
