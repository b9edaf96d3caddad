/** Texts that state an answer in one way or another, or nearly, with what a task may ask of them. */
import { Random } from '../../src/random.ts';

export interface StatedAnswer {
  readonly given: string;
  readonly expected: string;
  readonly units: readonly string[];
  readonly tolerance: string | null;
}

const ODD = [
  '½', '2¾', 'x', '2x', 'xy', '\\pi', '1e3', '.5', '1e999', '5%', '2^3', '3²', '-7', '−4', '0.50',
]; // prettier-ignore
const OPERATORS = [
  '+', '-', '*', '/', '^', '%', 'mod', '×', '·', '**', ' ', 'plus', 'divided by',
]; // prettier-ignore
const ENDS = ['!', '?', '\u00a0', '\ufeff', '🙂', ')', 'kms', '..'];

/** The same for the same seed. */
export function statedAnswers(count: number, seed: number): StatedAnswer[] {
  const random = new Random(seed, 0, 'answers');
  const below = (n: number): number => random.int(n);
  const number = (): string =>
    random.pick([
      () => String(below(50)),
      () => `${below(9) + 1},${String(below(1000)).padStart(3, '0')}`,
      () => `${below(20)}.${below(100)}`,
      () => `${below(20)}/${below(9)}`,
      () => `${below(5)} ${below(5)}/${below(6) + 1}`,
      () => `\\frac{${below(9)}}{${below(9)}}`,
      () => `\\dfrac${below(9)}${below(9)}`,
      () => random.pick(ODD),
    ])();
  const expression = (depth: number): string =>
    depth === 0 || random.uniform() < 0.4
      ? number()
      : random.pick([
          () => `${expression(depth - 1)} ${random.pick(OPERATORS)} ${expression(depth - 1)}`,
          () => `(${expression(depth - 1)})`,
          () => `-${expression(depth - 1)}`,
          () => `\\frac{${expression(depth - 1)}}{${expression(depth - 1)}}`,
          () => `${below(9)}(${expression(depth - 1)})`,
        ])();
  const dressed = (text: string): string =>
    random.pick([
      text,
      text,
      `The answer is ${text}.`,
      `x = ${text}`,
      `$${text}$`,
      `so \\boxed{${text}} it is`,
      `${text} km`,
      `$${text}`,
      `bla #### ${text}`,
      `\\(${text}\\)`,
      `answer: ${text}`,
      `${text} \\text{ km}`,
      `{${text}`,
      `${text}${random.pick(ENDS)}`,
    ]);
  return Array.from({ length: count }, () => {
    const expected = expression(2);
    return {
      given: dressed(random.uniform() < 0.5 ? expected : expression(2)),
      expected,
      units: random.pick([[], ['km', '$']]),
      tolerance: random.pick([null, null, '0.5', '1/3']),
    };
  });
}
