/** Options that several commands have. */
import { DEVICE_CHOICES } from '../src/runtime/device.ts';

export const SEED_OPTION = {
  kind: 'integer',
  min: 0,
  max: 2 ** 32 - 1,
  help: 'decides every random choice',
  default: 1,
} as const;

export const deviceOption = (help: string) =>
  ({ kind: 'choice', choices: DEVICE_CHOICES, help, default: 'auto' }) as const;
