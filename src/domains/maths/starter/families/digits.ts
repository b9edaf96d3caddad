import { rational } from '../../rational.ts';
import { stepOf } from '../plan.ts';
import { between, clause, type Family, LIMIT, small } from './family.ts';

/** Digits of numbers, and remainders: “Add the digits of 47, times 3. What is the remainder by 5?” */
export const digits: Family = {
  name: 'digits',
  openings: [
    {
      name: 'sum',
      draw(random, size) {
        const n = size === 'larger' ? between(random, 50, 99) : between(random, 11, 49);
        const step = stepOf('add', [...`${n}`]);
        const says = random.pick([`Add the digits of ${n}`, `Take the digit sum of ${n}`]);
        return { steps: [step], value: rational(BigInt(step.result)), says };
      },
    },
    {
      name: 'product',
      draw(random, size) {
        const n = size === 'larger' ? between(random, 50, 99) : between(random, 21, 49);
        const step = stepOf('multiply', [...`${n}`]);
        const says = random.pick([`Multiply the digits of ${n}`, `Take the digit product of ${n}`]);
        return step.result === '0' || Number(step.result) > LIMIT
          ? null
          : { steps: [step], value: rational(BigInt(step.result)), says };
      },
    },
  ],
  clauses: [
    clause('add', 2, 5, (k) => [`add ${k}`, `plus ${k}`]),
    clause('subtract', 2, 5, (k) => [`subtract ${k}`, `minus ${k}`]),
    clause('multiply', 2, 3, (k) => [`times ${k}`, `multiply by ${k}`]),
  ],
  twists: [
    {
      name: 'remainder',
      draw(value, random) {
        const k = between(random, 3, 5);
        if ((small(value) ?? 0) <= k) return null;
        const says = random.pick([`What is the remainder by ${k}?`, `Give it mod ${k}.`]);
        return { operation: 'modulo', operands: [value, rational(k)], says };
      },
    },
  ],
  depth: [0, 1],
  prompt: ({ says }, clauses, twist, random) =>
    `${[says, ...clauses].join(', ')}. ${twist ?? random.pick(['What is it?', 'Give the result.'])}\n`,
};
