import type { Family } from '../plan.ts';
import { between, integers } from './inputs.ts';
import { intFilters, intMaps, listFinishes, nothingLeft } from './steps.ts';

/** A list of integers to a list: "the sorted list of the odd numbers in xs, each doubled". */
export const rearrange: Family = {
  name: 'rearrange',
  parameters: 'xs',
  item: 'x',
  items: 'ys',
  source: 'xs',
  type: 'int',
  plural: 'numbers',
  from: ' in xs',
  origin: 'xs',
  filters: Object.values(intFilters('x', 'numbers')),
  maps: Object.values(intMaps('x')),
  finishes: Object.values(listFinishes('ys')),
  edge: nothingLeft('ys'),
  allows: () => true,
  read: ([xs]) => xs as readonly number[],
  // Few distinct values, so that repeats occur and `without repeats` can be told from plain sorting.
  ordinary: (random) => [integers(random, between(random, 5, 9), -6, 8)],
  small: (random) => [integers(random, random.int(4), -6, 8)],
};
