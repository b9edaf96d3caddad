import type { Family } from '../plan.ts';
import { between, integers } from './inputs.ts';
import { lists } from './lists.ts';
import { listFinishes } from './steps.ts';

/** A list of integers to a list: "the sorted list of the odd numbers in xs, each doubled". */
export const rearrange: Family = {
  ...lists,
  name: 'rearrange',
  finishes: Object.values(listFinishes('ys')),
  // Few distinct values, so that repeats occur and `without repeats` can be told from plain sorting.
  ordinary: (random) => [integers(random, between(random, 5, 9), -6, 8)],
  small: (random) => [integers(random, random.int(4), -6, 8)],
};
