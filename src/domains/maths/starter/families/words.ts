import type { Random } from '../../../../random.ts';
import { divide, isWhole, rational } from '../../rational.ts';
import { stepOf } from '../plan.ts';
import { between, clause, type Family, LIMIT, type Opened, small } from './family.ts';

const PEOPLE = [
  ['Ann', 'She'],
  ['Ben', 'He'],
  ['Eva', 'She'],
  ['Sam', 'He'],
] as const;
const THINGS = ['pens', 'cards', 'eggs', 'coins'] as const;

function scene(random: Random): { readonly name: string; readonly words: Record<string, string> } {
  const [name, who] = random.pick(PEOPLE);
  return { name, words: { who, things: random.pick(THINGS) } };
}

const who = ({ words }: Opened): string => words?.['who'] ?? '';
const things = ({ words }: Opened): string => words?.['things'] ?? '';

/** Stories of things that people have: “Ann has 4 boxes of 6 pens. She gets 7 more. How many pairs is that?” */
export const words: Family = {
  name: 'words',
  openings: [
    {
      name: 'have',
      draw(random, size) {
        const n = size === 'larger' ? between(random, 13, 20) : between(random, 3, 12);
        const { name, words } = scene(random);
        return { steps: [], value: rational(n), says: `${name} has ${n} ${words['things']}.`, words };
      },
    },
    {
      name: 'boxes',
      draw(random, size) {
        const boxes = size === 'larger' ? 5 : between(random, 2, 4);
        const each = size === 'larger' ? between(random, 5, 6) : between(random, 2, 4);
        const { name, words } = scene(random);
        const step = stepOf('multiply', [rational(boxes), rational(each)]);
        const says = `${name} has ${boxes} boxes of ${each} ${words['things']}.`;
        return { steps: [step], value: rational(boxes * each), says, words };
      },
    },
  ],
  clauses: [
    clause('add', 2, 5, (k, opened) => [`${who(opened)} gets ${k} more.`, `${who(opened)} finds ${k} more.`]),
    clause('subtract', 2, 5, (k, opened) => [
      `${who(opened)} loses ${k}.`,
      `${who(opened)} gives ${k} away.`,
    ]),
    clause('multiply', 2, 3, (k, opened) => [`Then ${who(opened).toLowerCase()} has ${k} times as many.`]),
    clause('divide', 2, 3, (k, opened) => [`${who(opened)} keeps one of ${k} equal parts.`]),
  ],
  twists: [
    {
      name: 'price',
      draw(value, random) {
        const v = small(value);
        const k = between(random, 2, 3);
        if (v === null || v < 2 || v * k > LIMIT) return null;
        const says = `Each costs ${k} dollars. What is the price of all?`;
        return { operation: 'multiply', operands: [value, rational(k)], says, units: ['$', 'dollars'] };
      },
    },
    {
      name: 'pairs',
      draw: (value) =>
        isWhole(divide(value, rational(2)))
          ? {
              operation: 'divide',
              operands: [value, rational(2)],
              says: 'How many pairs is that, of 2 each?',
              units: ['pairs'],
            }
          : null,
    },
    {
      name: 'to 30',
      draw: (value, _random, opened) => ({
        operation: 'subtract',
        operands: [rational(30), value],
        says: `How many more make 30 ${things(opened)}?`,
        units: [things(opened)],
      }),
    },
  ],
  depth: [1, 2],
  prompt: (opened, clauses, twist, random) => {
    const question = random.pick([
      `How many ${things(opened)} are there?`,
      `How many ${things(opened)} has ${who(opened).toLowerCase()} now?`,
    ]);
    return `${[opened.says, ...clauses, twist ?? question].join(' ')}\n`;
  },
  units: (opened) => [things(opened)],
};
