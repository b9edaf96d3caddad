/** Options that several commands have. */
import { UsageError } from './errors.ts';
import { DEVICE_CHOICES } from '../src/runtime/device.ts';

export const SEED_OPTION = {
  kind: 'integer',
  min: 0,
  max: 2 ** 32 - 1,
  help: 'decides every random choice',
  default: 1,
} as const;

export const fileOption = (help: string) => ({ kind: 'text', value: 'FILE', help }) as const;
export const folderOption = (help: string) => ({ kind: 'text', value: 'DIR', help }) as const;

/** Of a command that reads a reward model. */
export const BASE_POLICY_OPTION = folderOption(
  'folder of the policy, where the reward model is an adapter beside it (default: the starter)',
);

/** Of a command that reads a policy to go on from. */
export const ADAPTER_OPTION = folderOption(
  'folder of an adapter that is merged into the policy: adapter_config.json and adapter_model.safetensors',
);

export const deviceOption = (help: string) =>
  ({ kind: 'choice', choices: DEVICE_CHOICES, help, default: 'auto' }) as const;

export const temperatureOption = (value: number) =>
  ({ kind: 'text', value: 'X', help: 'of the sampling', default: String(value) }) as const;

export const topKOption = {
  kind: 'integer',
  min: 0,
  max: 1_000_000,
  help: 'sample from so many of the most likely tokens, 0 from all',
  default: 0,
} as const;
export const topPOption = {
  kind: 'text',
  value: 'P',
  help: 'and of these from the fewest with this share of the probability, 1 from all',
  default: '1',
} as const;

/** @throws {UsageError} */
export function parseTopP(text: string): number {
  const share = Number(text);
  if (share > 0 && share <= 1) return share;
  throw new UsageError(`--top-p is a number above 0 and at most 1, not “${text}”.`);
}

/** @throws {UsageError} */
export function parseTemperature(text: string): number {
  const temperature = Number(text);
  if (temperature >= 0.01 && temperature <= 10) return temperature;
  throw new UsageError(`--temperature is a number from 0.01 to 10, not “${text}”.`);
}
