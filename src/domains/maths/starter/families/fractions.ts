import { format, multiply, ONE, parse, rational } from '../../rational.ts';
import { stepOf } from '../plan.ts';
import { between, clause, type Family, type Opening, type Size } from './family.ts';

/** Denominators of two fractions that are put over the larger one. */
const OVER: Readonly<Record<Size, readonly (readonly [number, number])[]>> = {
  ordinary: [
    [3, 3],
    [4, 4],
    [5, 5],
    [6, 6],
    [8, 8],
    [2, 4],
    [2, 6],
    [3, 6],
    [2, 8],
    [4, 8],
  ],
  larger: [
    [9, 9],
    [10, 10],
    [12, 12],
    [3, 9],
    [2, 10],
    [5, 10],
    [3, 12],
    [4, 12],
    [6, 12],
  ],
};

function combined(name: 'add' | 'subtract', sign: '+' | '-'): Opening {
  return {
    name,
    clauses: 0,
    draw(random, size) {
      const pair = random.pick(OVER[size]);
      const [b, d] = name === 'subtract' ? [pair[1], pair[0]] : pair;
      const common = Math.max(b, d);
      const [a, c] = [between(random, 1, b - 1), between(random, 1, d - 1)];
      const [first, second] = [(a * common) / b, (c * common) / d];
      const total = name === 'add' ? first + second : first - second;
      if (total <= 0 || total >= common) return null;
      const unreduced = `${total}/${common}`;
      const value = rational(total, common);
      const through = [
        ...(b === d ? [] : [`${first}/${common} ${sign} ${second}/${common}`]),
        ...(format(value) === unreduced ? [] : [unreduced]),
      ].join(' = ');
      const says = `${a}/${b} ${sign} ${c}/${d}`;
      const step = {
        operation: name,
        operands: [`${a}/${b}`, `${c}/${d}`],
        result: format(value),
        ...(through === '' ? {} : { through }),
      };
      return { steps: [step], value, says, words: { one: '1' } };
    },
  };
}

/** Parts of numbers, and sums of fractions: “What is 2/3 of 12? How much of it is left?” */
export const fractions: Family = {
  name: 'fractions',
  openings: [
    {
      name: 'part',
      draw(random, size) {
        const d = between(random, 2, 5);
        const n = between(random, 1, d - 1);
        const most = Math.floor((size === 'larger' ? 40 : 30) / d);
        const each = between(random, size === 'larger' ? Math.ceil(31 / d) : 2, most);
        const fraction = rational(n, d);
        if (fraction.d !== BigInt(d)) return null;
        const whole = rational(each * d);
        const divided = stepOf('divide', [whole, rational(d)]);
        const steps = n === 1 ? [divided] : [divided, stepOf('multiply', [divided.result, `${n}`])];
        const says = `${n}/${d} of ${format(whole)}`;
        return { steps, value: multiply(whole, fraction), says, words: { whole: format(whole) } };
      },
    },
    combined('add', '+'),
    combined('subtract', '-'),
  ],
  clauses: [
    clause('add', 2, 6, (k) => [`add ${k}`, `plus ${k}`]),
    clause('subtract', 2, 6, (k) => [`subtract ${k}`, `minus ${k}`]),
  ],
  twists: [
    {
      name: 'rest',
      draw(value, random, { words }) {
        const whole = words?.['whole'];
        if (whole === undefined) return null;
        const says = random.pick([`How far from ${whole} is it?`, `What is missing to ${whole}?`]);
        const rest = parse(whole);
        return rest.n > value.n ? { operation: 'subtract', operands: [rest, value], says } : null;
      },
    },
    {
      name: 'to 1',
      draw(value, random, { words }) {
        if (words?.['one'] === undefined) return null;
        const says = random.pick(['How far from 1 is it?', 'What is missing to 1?']);
        return { operation: 'subtract', operands: [ONE, value], says };
      },
    },
  ],
  depth: [0, 1],
  prompt: ({ says }, clauses, twist, random) =>
    `${[random.pick([`Take ${says}`, `Start with ${says}`, `Begin with ${says}`]), ...clauses].join(', ')}. ${
      twist ?? random.pick(['What is it?', 'Give the result.'])
    }\n`,
};
