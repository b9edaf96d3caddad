import type { Task } from '../domain.ts';

export const OPERATIONS = ['add', 'subtract', 'multiply', 'divide', 'modulo'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** One step towards an answer. Numbers are whole or fractions in lowest terms: `21`, `-5/6`. */
export interface PlanStep {
  readonly operation: Operation;
  /** Two or more, from left to right. */
  readonly operands: readonly string[];
  readonly result: string;
  /** What the result is the value of, where it has a name: `3x`. */
  readonly of?: string;
  /** The result before it is put in lowest terms, or another form in between: `3/6 + 2/6`. */
  readonly through?: string;
}

/** The way from a problem to its answer, which is the result of the last step. */
export interface Plan {
  readonly steps: readonly PlanStep[];
  /** The unknown of an equation, and its value. */
  readonly unknown?: { readonly name: string; readonly value: string };
}

/** A problem with one answer, which is a number or an expression. */
export interface MathsTask extends Task {
  /** The right answer in any form that `readAnswer` reads. */
  readonly answer: string;
  /** Units that an answer may be given with, such as `km` or `$`; the number is the same with and without. */
  readonly units?: readonly string[];
  /** How far a number may be from the answer; exactly equal where nothing is said. */
  readonly tolerance?: string;
  /** Where it is known, a reasoning is checked against the problem, and not for its arithmetic alone. */
  readonly plan?: Plan;
}
