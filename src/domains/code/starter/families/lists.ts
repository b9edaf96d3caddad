import type { Family } from '../plan.ts';
import { between, integers } from './inputs.ts';
import { intFilters, intFinishes, intMaps, nothingLeft } from './steps.ts';

/** A list of integers to one integer: "the largest of the even numbers in xs, each squared". */
export const lists: Family = {
  name: 'lists',
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
  finishes: Object.values(intFinishes('ys')),
  edge: nothingLeft('ys'),
  allows: () => true,
  read: ([xs]) => xs as readonly number[],
  ordinary: (random) => [integers(random, between(random, 4, 8), -9, 12)],
  small: (random) => [integers(random, random.int(4), -9, 12)],
};
