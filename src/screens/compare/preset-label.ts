import { PRESETS } from '../../run/presets.ts';

export const presetLabel = (preset: string): string =>
  PRESETS.find(({ name }) => name === preset)?.label ?? preset;
