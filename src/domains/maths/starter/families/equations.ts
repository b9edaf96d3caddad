import type { Random } from '../../../../random.ts';
import { multiply, rational } from '../../rational.ts';
import type { PlanStep } from '../../task.ts';
import { stepOf } from '../plan.ts';
import {
  between,
  type Carrying,
  type Family,
  LIMIT,
  type Opened,
  type Opening,
  type Size,
  small,
} from './family.ts';

const NAMES = ['x', 'y', 'n'] as const;

interface Solved {
  readonly equation: string;
  readonly steps: readonly PlanStep[];
}

/** A kind of equation in `x`, whose solution is drawn first. */
function kind(
  name: string,
  draw: (x: number, unknown: string, random: Random) => Solved | null,
  deep = false,
): Opening {
  return {
    name,
    deep,
    draw(random: Random, size: Size): Opened | null {
      const x = size === 'larger' ? between(random, 7, 9) : between(random, 2, 6);
      const unknown = random.pick(NAMES);
      const solved = draw(x, unknown, random);
      return (
        solved && {
          steps: solved.steps,
          value: rational(x),
          says: solved.equation,
          unknown: { name: unknown, value: `${x}` },
          words: { unknown },
        }
      );
    },
  };
}

const unknownOf = ({ words }: Opened): string => words?.['unknown'] ?? '';

/** Asks for an expression in the unknown in place of its value. */
function asks(
  name: string,
  operation: 'add' | 'subtract' | 'multiply',
  wrote: (x: string, k: number) => string,
): Carrying {
  return {
    name,
    draw(value, random, opened) {
      const k = operation === 'multiply' ? between(random, 2, 3) : between(random, 1, 5);
      if (operation === 'multiply' && (small(multiply(value, rational(k))) ?? LIMIT) >= LIMIT) return null;
      return { operation, operands: [value, rational(k)], says: wrote(unknownOf(opened), k) };
    },
  };
}

/** Linear equations in one unknown: “Find x + 2 if 3x + 4 = 25.” */
export const equations: Family = {
  name: 'equations',
  openings: [
    kind('ax + b', (x, u, random) => {
      const [a, b] = [between(random, 2, 3), between(random, 1, 5)];
      const [left, right] = [`${a * x}`, `${a * x + b}`];
      if (a * x + b > LIMIT) return null;
      return {
        equation: `${a}${u} + ${b} = ${right}`,
        steps: [
          stepOf('subtract', [right, `${b}`], { of: `${a}${u}` }),
          stepOf('divide', [left, `${a}`], { of: u }),
        ],
      };
    }),
    kind('ax - b', (x, u, random) => {
      const [a, b] = [between(random, 2, 3), between(random, 1, 5)];
      const right = a * x - b;
      if (right < 1 || a * x > LIMIT) return null;
      return {
        equation: `${a}${u} - ${b} = ${right}`,
        steps: [
          stepOf('add', [`${right}`, `${b}`], { of: `${a}${u}` }),
          stepOf('divide', [`${a * x}`, `${a}`], { of: u }),
        ],
      };
    }),
    kind('x/a + b', (x, u, random) => {
      const [a, b] = [between(random, 2, 3), between(random, 1, 5)];
      if (x % a !== 0 || x === a) return null;
      const right = x / a + b;
      return {
        equation: `${u} / ${a} + ${b} = ${right}`,
        steps: [
          stepOf('subtract', [`${right}`, `${b}`], { of: `${u} / ${a}` }),
          stepOf('multiply', [`${x / a}`, `${a}`], { of: u }),
        ],
      };
    }),
    kind('a(x + b)', (x, u, random) => {
      const [a, b] = [between(random, 2, 3), between(random, 1, 5)];
      const right = a * (x + b);
      if (right > LIMIT) return null;
      return {
        equation: `${a}(${u} + ${b}) = ${right}`,
        steps: [
          stepOf('divide', [`${right}`, `${a}`], { of: `${u} + ${b}` }),
          stepOf('subtract', [`${x + b}`, `${b}`], { of: u }),
        ],
      };
    }),
    kind(
      'ax + b = cx + d',
      (x, u, random) => {
        const [e, c, b] = [between(random, 2, 4), between(random, 2, 3), between(random, 1, 5)];
        const [a, d] = [c + e, e * x + b];
        if (d > LIMIT) return null;
        return {
          equation: `${a}${u} + ${b} = ${c}${u} + ${d}`,
          steps: [
            stepOf('subtract', [`${a}`, `${c}`]),
            stepOf('subtract', [`${d}`, `${b}`], { of: `${e}${u}` }),
            stepOf('divide', [`${e * x}`, `${e}`], { of: u }),
          ],
        };
      },
      true,
    ),
  ],
  clauses: [],
  twists: [
    asks('x + k', 'add', (x, k) => `${x} + ${k}`),
    asks('x - k', 'subtract', (x, k) => `${x} - ${k}`),
    asks('kx', 'multiply', (x, k) => `${k}${x}`),
  ],
  depth: [0, 0],
  prompt: (opened, _clauses, twist, random) => {
    const asked = twist ?? unknownOf(opened);
    const says = opened.says;
    return `${random.pick([`If ${says}, what is ${asked}?`, `Find ${asked} if ${says}.`, `Let ${says}. Find ${asked}.`])}\n`;
  },
};
