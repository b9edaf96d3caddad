import type { Family } from '../plan.ts';
import { digits } from './digits.ts';
import { division } from './division.ts';
import { letters } from './letters.ts';
import { lists } from './lists.ts';
import { ranges } from './ranges.ts';
import { rearrange } from './rearrange.ts';
import { words } from './words.ts';

export const FAMILIES: readonly Family[] = [lists, rearrange, words, letters, digits, ranges, division];

export function familyNamed(name: string): Family | undefined {
  return FAMILIES.find((family) => family.name === name);
}
