/** Plans as reasoning text. A reasoning is a list of short sentences in one of two layouts; `../steps.ts` reads it back. */
import type { Random } from '../../../random.ts';
import type { Operation, PlanStep } from '../task.ts';

export type Layout = 'bullets' | 'prose';
export const LAYOUTS: readonly Layout[] = ['bullets', 'prose'];

/** Lines that open with a dash, or one line with semicolons and a full stop. */
export function layOut(sentences: readonly string[], layout: Layout): string {
  switch (layout) {
    case 'bullets':
      return sentences.map((sentence) => `- ${sentence}`).join('\n');
    case 'prose':
      return `${sentences.join('; ')}.`;
  }
}

const SIGNS: Readonly<Record<Operation, string>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  modulo: 'mod',
};

const WORDS: Readonly<Record<Operation, string>> = {
  add: 'plus',
  subtract: 'minus',
  multiply: 'times',
  divide: 'over',
  modulo: 'mod',
};

/** Ways to say a step. */
export const WORDINGS = 4;

/** A step in one of its {@link WORDINGS}. */
export function sayStep({ operation, operands, result, of, through }: PlanStep, wording: number): string {
  const signs = operands.join(` ${SIGNS[operation]} `);
  const reached = [through, result].filter((part) => part !== undefined).join(' = ');
  const sum = `${signs} = ${reached}`;
  const named = of === undefined ? sum : `${of} = ${sum}`;
  const inWords =
    through === undefined
      ? `${operands.join(` ${WORDS[operation]} `)} is ${result}`
      : `${signs} is ${reached}`;
  const ways = [named, `so ${named}`, of === undefined ? inWords : `${of} is ${sum}`, named];
  return ways[wording % WORDINGS]!;
}

/** What a reasoning comes to, in one of its two wordings. */
export const sayConclusion = (result: string, wording: number): string =>
  wording % 2 === 0 ? `so it is ${result}` : `that makes ${result}`;

/** Share of reasonings that end in a conclusion. */
export const CONCLUDED = 0.2;

/** The steps in words, with phrasings and layout drawn at random. */
export function writeReasoning(steps: readonly PlanStep[], random: Random): string {
  const sentences = steps.map((step) => sayStep(step, random.int(WORDINGS)));
  const last = steps.at(-1);
  if (last !== undefined && random.uniform() < CONCLUDED)
    sentences.push(sayConclusion(last.result, random.int(2)));
  return layOut(sentences, random.pick(LAYOUTS));
}
