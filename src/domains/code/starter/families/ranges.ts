import type { Family } from '../plan.ts';
import { between } from './inputs.ts';
import { filter, intFilters, intFinishes, intMaps, modulo, nothingLeft } from './steps.ts';

const { even, odd, above3, above5, multiple3, multiple5 } = intFilters('x', 'numbers');
const divisor = filter(
  'divisor',
  'divisors of n',
  'n % x == 0',
  (x, [n]) => modulo(Number(n), Number(x)) === 0,
);

/** The integers 1…n: "the sum of the divisors of n from 1 to n, each squared"; n may be zero or negative. */
export const ranges: Family = {
  name: 'ranges',
  parameters: 'n',
  item: 'x',
  items: 'ys',
  source: 'range(1, n + 1)',
  type: 'int',
  plural: 'numbers',
  from: ' from 1 to n',
  origin: '1 to n',
  filters: [even, odd, above3, above5, multiple3, multiple5, divisor].map((step) => step!),
  maps: Object.values(intMaps('x')),
  finishes: Object.values(intFinishes('ys')),
  edge: nothingLeft('ys'),
  allows: () => true,
  read: ([n]) => Array.from({ length: Math.max(0, Number(n)) }, (_, i) => i + 1),
  ordinary: (random) => [between(random, 6, 30)],
  small: (random) => [between(random, -4, 4)],
};
