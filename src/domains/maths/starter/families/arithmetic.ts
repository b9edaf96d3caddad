import { rational } from '../../rational.ts';
import { between, clause, type Family, small } from './family.ts';

/** One operation after another on a whole number: “Start with 14, add 7, times 2. Change the sign.” */
export const arithmetic: Family = {
  name: 'arithmetic',
  openings: [
    {
      name: 'start',
      draw(random, size) {
        const n = size === 'larger' ? between(random, 13, 20) : between(random, 3, 12);
        return { steps: [], value: rational(n), says: random.pick([`Start with ${n}`, `Take ${n}`]) };
      },
    },
  ],
  clauses: [
    clause('add', 2, 5, (k) => [`add ${k}`, `plus ${k}`]),
    clause('subtract', 2, 5, (k) => [`subtract ${k}`, `minus ${k}`]),
    clause('multiply', 2, 3, (k) => [`times ${k}`, `multiply by ${k}`]),
    clause('divide', 2, 3, (k) => [`divide by ${k}`, `over ${k}`]),
  ],
  twists: [
    {
      name: 'opposite',
      draw: (value, random) => ({
        operation: 'subtract',
        operands: [rational(0), value],
        says: random.pick(['Change the sign.', 'Give the opposite.']),
      }),
    },
    {
      name: 'to 30',
      draw: (value, random) =>
        small(value) === null
          ? null
          : {
              operation: 'subtract',
              operands: [rational(30), value],
              says: random.pick(['How far from 30 is it?', 'What is missing to 30?']),
            },
    },
  ],
  depth: [1, 2],
  prompt: ({ says }, clauses, twist, random) =>
    `${[says, ...clauses].join(', ')}. ${twist ?? random.pick(['What is it?', 'Give the result.'])}\n`,
};
