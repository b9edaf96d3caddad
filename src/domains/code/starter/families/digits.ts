import type { Family } from '../plan.ts';
import { between } from './inputs.ts';
import { intFilters, intFinishes, intMaps, nothingLeft } from './steps.ts';

const { even, odd, above3, above5, below4, below6, multiple3, multiple5 } = intFilters('d', 'digits');
const { square, double, negate, add1, add3, subtract2, subtract5 } = intMaps('d');

/** The decimal digits of a non-negative integer: "the sum of the odd digits of n, each squared". */
export const digits: Family = {
  name: 'digits',
  parameters: 'n',
  item: 'd',
  items: 'ys',
  source: 'map(int, str(n))',
  type: 'int',
  plural: 'digits',
  from: ' of n',
  origin: 'the digits of n',
  filters: [even, odd, above3, above5, below4, below6, multiple3, multiple5].map((step) => step!),
  maps: [square, double, negate, add1, add3, subtract2, subtract5].map((step) => step!),
  finishes: Object.values(intFinishes('ys')),
  edge: nothingLeft('ys'),
  // Every number has a digit, so only a filter can leave nothing.
  allows: (steps) => steps.some((step) => step.slot === 'filter'),
  read: ([n]) => String(n).split('').map(Number),
  ordinary: (random) => [between(random, 10_000, 99_999_999)],
  small: (random) => [random.int(2) === 0 ? random.int(10) : random.int(400)],
};
