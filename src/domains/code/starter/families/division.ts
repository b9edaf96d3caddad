import type { Family } from '../plan.ts';
import { between, integers } from './inputs.ts';
import { filter, floorDivide, intFilters, intFinishes, intMaps, listFinishes, map, modulo } from './steps.ts';

const { even, odd, positive, negative } = intFilters('x', 'numbers');
const { square, double, add1, subtract2 } = intMaps('x');
const { sum, count } = intFinishes('ys');
const { sorted, reversed, firstTwo, lastTwo, collect } = listFinishes('ys');

const byK = filter(
  'multiple-of-k',
  'multiples of k',
  'x % k == 0',
  (x, [, k]) => modulo(Number(x), Number(k)) === 0,
);
const notByK = filter(
  'not-multiple-of-k',
  'non-multiples of k',
  'x % k != 0',
  (x, [, k]) => modulo(Number(x), Number(k)) !== 0,
);
const divide = map(
  'divide',
  ['divide each by k', 'divide them by k'],
  'each divided by k',
  'x // k',
  (x, [, k]) => floorDivide(Number(x), Number(k)),
);
const remainder = map(
  'modulo',
  ['take each modulo k', 'take them modulo k'],
  'each modulo k',
  'x % k',
  (x, [, k]) => modulo(Number(x), Number(k)),
);
const usesK = [byK, notByK, divide, remainder].map((step) => step.op);

/** A list and a divisor: "the sum of the even numbers in xs, each divided by k"; k may be zero. */
export const division: Family = {
  name: 'division',
  parameters: 'xs, k',
  item: 'x',
  items: 'ys',
  source: 'xs',
  type: 'int',
  plural: 'numbers',
  from: ' in xs',
  origin: 'xs',
  filters: [even!, odd!, positive!, negative!, byK, notByK],
  maps: [square!, double!, add1!, subtract2!, divide, remainder],
  finishes: [sum, count, sorted, reversed, firstTwo, lastTwo, collect].map((step) => step!),
  edge: {
    where: 'before',
    applies: ([, k]) => k === 0,
    code: 'k == 0',
    says: ['if k is 0', 'if k == 0'],
    noun: ['if k is 0', 'if k == 0'],
  },
  allows: (steps) => steps.some((step) => usesK.includes(step.op)),
  read: ([xs]) => xs as readonly number[],
  ordinary: (random) => [integers(random, between(random, 4, 8), -9, 20), between(random, 2, 5)],
  small: (random) => [integers(random, between(random, 2, 4), -9, 20), 0],
};
