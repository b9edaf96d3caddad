/**
 * Reasoning, read back and checked exactly. A step is a sentence with an equation (`14 + 7 = 21`, `so 14 plus 7 is 21`,
 * `3x = 25 - 4 = 21`). Every step must be true. Where the task has a plan, a step must also belong to it: it may use
 * only numbers of the problem and results of earlier steps, and must reach a result that the plan reaches. So a true
 * statement about the wrong operation is a wrong step, and so is a right result that nothing leads to.
 */
import { type Expression, parseTokens } from './expression.ts';
import { type Token, tokensOf } from './tokens.ts';
import { add, equals, format, negate, numberOf, type Polynomial, substitute } from './polynomial.ts';
import {
  ArithmeticError,
  divide,
  format as formatNumber,
  negate as negateNumber,
  parse,
  type Rational,
  ZERO,
} from './rational.ts';
import type { MathsTask } from './task.ts';

/** Why a readable step is wrong: its sides differ; it uses what is not known; it leads where the problem does not. */
export type Fault = 'false' | 'unsupported' | 'astray';

export interface Step {
  /** The sentence. */
  readonly text: string;
  readonly status: 'valid' | 'invalid' | 'unreadable';
  readonly fault: Fault | null;
  /** What it comes to; null where it cannot be read. */
  readonly result: string | null;
}

/** Sides that a sentence says are equal; one side alone says what the result so far is. */
export type Statement = readonly Expression[];

const BULLET = /^(?:[-*•]|\d{1,3}[.)])\s+/;
/** GSM8K's notes of what was calculated. */
const NOTE = /<<([^<>]*)>>/g;
/** Tokens that may be cut off at either end of an equation before it is given up. */
const MOST_CUT = 6;
/** Letters that are unknowns within a sentence; others are words. */
const isUnknown = (letter: string): boolean => 'nxyzπ'.includes(letter);

export const sentencesOf = (reasoning: string): string[] =>
  reasoning
    .split(/\n|;|\.(?=\s|$)/)
    .map((sentence) => sentence.trim().replace(BULLET, ''))
    .filter((sentence) => sentence !== '');

/** What a sentence states; empty where it states nothing that can be read. */
export function statementsOf(sentence: string): Statement[] {
  const notes = [...sentence.matchAll(NOTE)].map(([, note = '']) => note);
  return (notes.length > 0 ? notes : [sentence]).flatMap((text) => {
    const tokens = tokensOf(text, isUnknown) ?? [];
    return runsOf(tokens)
      .map(statementOf)
      .filter((statement) => statement !== null);
  });
}

/** Runs of tokens that expressions and relations are made of; signs of currency only stand between. */
function runsOf(tokens: readonly Token[]): Token[][] {
  const runs: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind !== 'other') runs.at(-1)!.push(token);
    else if (token.text !== '$') runs.push([]);
  }
  return runs.filter((run) => run.some(({ kind }) => kind === 'relation'));
}

function statementOf(run: readonly Token[]): Statement | null {
  const parts: Token[][] = [[]];
  for (const token of run) {
    if (token.kind === 'relation') parts.push([]);
    else parts.at(-1)!.push(token);
  }
  const sides = parts.map((part, i) => {
    if (i === 0) return cut(part, (tokens) => tokens.slice(1));
    return i === parts.length - 1 ? cut(part, (tokens) => tokens.slice(0, -1)) : parseTokens(part);
  });
  const read = sides.slice(parts[0]!.length === 0 ? 1 : 0);
  return read.length > 0 && read.every((side) => side !== null) ? read : null;
}

function cut(part: readonly Token[], shorter: (tokens: readonly Token[]) => readonly Token[]) {
  let tokens = part;
  for (let i = 0; i <= MOST_CUT && tokens.length > 0; i++, tokens = shorter(tokens)) {
    const side = parseTokens(tokens);
    if (side !== null) return side;
  }
  return null;
}

/** The one solution of a linear equation in one unknown; null for others. @throws ArithmeticError where it is too large */
function solutionOf([left, right]: Statement): { name: string; value: Rational } | null {
  if (left === undefined || right === undefined) return null;
  const difference = add(left.value, negate(right.value));
  const [name, ...others] = [...difference.keys()].filter((monomial) => monomial !== '');
  if (name === undefined || others.length > 0 || name.length > 1 || name === 'π') return null;
  const rest = difference.get('') ?? ZERO;
  return { name, value: divide(negateNumber(rest), difference.get(name)!) };
}

/** The unknown of a problem, and its value, from the first equation in its text that has one solution. */
function unknownIn(prompt: string): { name: string; value: Rational } | null {
  for (const statement of sentencesOf(prompt).flatMap(statementsOf)) {
    try {
      const solution = solutionOf(statement);
      if (solution !== null) return solution;
    } catch (error) {
      if (!(error instanceof ArithmeticError)) throw error;
    }
  }
  return null;
}

type Checked = Pick<MathsTask, 'prompt' | 'plan'>;

/** What is known while a reasoning is read. */
class Known {
  readonly #unknown: { readonly name: string; readonly value: Rational } | null;
  /** Numbers of the problem and results reached, where a plan says what may be used. */
  readonly #numbers = new Set<string>();
  readonly #results: ReadonlySet<string> | null;

  constructor({ prompt, plan }: Checked) {
    const unknown = plan?.unknown;
    if (unknown) this.#unknown = { name: unknown.name, value: parse(unknown.value) };
    else this.#unknown = plan ? null : unknownIn(prompt);
    this.#results = plan ? new Set(plan.steps.map(({ result }) => result)) : null;
    if (!plan) return;
    for (const token of tokensOf(prompt) ?? [])
      if (token.kind === 'number') this.#numbers.add(formatNumber(token.value));
    const reached = new Set<string>();
    for (const { operands, result } of plan.steps) {
      for (const operand of operands) if (!reached.has(operand)) this.#numbers.add(operand);
      reached.add(result);
    }
  }

  /**
   * What is wrong with a statement, and what it comes to. A true one adds its result to what is known, so that what
   * rests on a leap is not blamed for it again.
   */
  check(statement: Statement): { readonly fault: Fault | null; readonly result: string } {
    const values = statement.map(({ value }) => this.#valueOf(value));
    const result = format(values.at(-1)!);
    if (values.some((value) => !equals(value, values[0]!))) return { fault: 'false', result };
    const fault = this.#results === null ? null : this.#foreign(statement, result);
    if (fault !== 'astray') this.#numbers.add(result);
    return { fault, result };
  }

  #foreign(statement: Statement, result: string): Fault | null {
    const worked = statement.filter(({ value, operations }) => operations > 0 && numberOf(value) !== null);
    if (worked.length === 0) return this.#numbers.has(result) ? null : 'unsupported';
    const numbers = worked.flatMap((side) => side.numbers);
    if (numbers.some((number) => !this.#numbers.has(formatNumber(number)))) return 'unsupported';
    return this.#results!.has(result) ? null : 'astray';
  }

  #valueOf(value: Polynomial): Polynomial {
    return this.#unknown === null ? value : substitute(value, this.#unknown.name, this.#unknown.value);
  }
}

/** None for a sentence that is not read, or whose numbers grow too large. */
function checksOf(known: Known, sentence: string): ReturnType<Known['check']>[] {
  try {
    return statementsOf(sentence).map((statement) => known.check(statement));
  } catch (error) {
    if (error instanceof ArithmeticError) return [];
    throw error;
  }
}

/** Every sentence of a reasoning, checked. Costs linear time and reads any text. */
export function stepsOf(reasoning: string, task: Checked): Step[] {
  const known = new Known(task);
  return sentencesOf(reasoning).map((text): Step => {
    const checks = checksOf(known, text);
    const last = checks.at(-1);
    if (last === undefined) return { text, status: 'unreadable', fault: null, result: null };
    const fault = checks.find((check) => check.fault !== null)?.fault ?? null;
    return { text, status: fault === null ? 'valid' : 'invalid', fault, result: last.result };
  });
}

/** The result of the last step that can be read. */
export const lastResult = (steps: readonly Step[]): string | null =>
  steps.findLast(({ result }) => result !== null)?.result ?? null;

/** Whether every step is right and the last one gives the answer. */
export function isSound(steps: readonly Step[], answer: Polynomial | null): boolean {
  const result = steps.at(-1)?.result ?? null;
  return answer !== null && result === format(answer) && steps.every(({ status }) => status === 'valid');
}
