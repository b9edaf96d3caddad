import { arithmetic } from './arithmetic.ts';
import { digits } from './digits.ts';
import { equations } from './equations.ts';
import type { Family } from './family.ts';
import { fractions } from './fractions.ts';
import { words } from './words.ts';

export const FAMILIES: readonly Family[] = [arithmetic, words, equations, digits, fractions];
