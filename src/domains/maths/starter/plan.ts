/** Plans: lists of exact steps. What follows from a changed step is worked out here. */
import { add, divide, format, modulo, multiply, parse, type Rational, subtract } from '../rational.ts';
import { type Operation, OPERATIONS, type Plan, type PlanStep } from '../task.ts';

const WORK: Readonly<Record<Operation, (a: Rational, b: Rational) => Rational>> = {
  add,
  subtract,
  multiply,
  divide,
  modulo,
};

/** From left to right. @throws ArithmeticError for division by 0 */
export const work = (operation: Operation, operands: readonly string[]): string =>
  resultOf(operation, operands.map(parse));

const resultOf = (operation: Operation, numbers: readonly Rational[]): string =>
  format(numbers.reduce(WORK[operation]));

export function stepOf(
  operation: Operation,
  operands: readonly (Rational | string)[],
  more: Pick<PlanStep, 'of' | 'through'> = {},
): PlanStep {
  const numbers = operands.map((operand) => (typeof operand === 'string' ? parse(operand) : operand));
  const texts = operands.map((operand) => (typeof operand === 'string' ? operand : format(operand)));
  return { operation, operands: texts, result: resultOf(operation, numbers), ...more };
}

/**
 * The steps with another one in the place of step `at`, and those after it worked out from its result, as by someone
 * who went wrong once and right ever after. @throws ArithmeticError where what follows divides by 0
 */
export function follow(steps: readonly PlanStep[], at: number, other: PlanStep): PlanStep[] {
  const changed = new Map([[steps[at]!.result, other.result]]);
  const after = steps.slice(at + 1).map((step): PlanStep => {
    const operands = step.operands.map((operand) => changed.get(operand) ?? operand);
    if (operands.every((operand, i) => operand === step.operands[i])) return step;
    const { through: _, ...rest } = step;
    const result = work(step.operation, operands);
    changed.set(step.result, result);
    return { ...rest, operands, result };
  });
  return [...steps.slice(0, at), other, ...after];
}

/** Numbers that a plan begins with: operands that no step before has made. */
export function givenOf({ steps }: Plan): Set<string> {
  const made = new Set<string>();
  const given = new Set<string>();
  for (const { operands, result } of steps) {
    for (const operand of operands) if (!made.has(operand)) given.add(operand);
    made.add(result);
  }
  return given;
}

/** Results of the other operations on a step's operands, where they are defined. */
export function otherResults({ operation, operands }: PlanStep): Map<Operation, string> {
  const results = new Map<Operation, string>();
  const numbers = operands.map(parse);
  for (const other of OPERATIONS) {
    if (other === operation) continue;
    if ((other === 'divide' || other === 'modulo') && operands.slice(1).some((operand) => operand === '0'))
      continue;
    results.set(other, resultOf(other, numbers));
  }
  return results;
}

/**
 * Whether a wrong step shows: no result is given or comes twice, and no other operation on a step's operands makes
 * one of the plan's results.
 */
export function isTelling(plan: Plan): boolean {
  const given = givenOf(plan);
  const results = plan.steps.map(({ result }) => result);
  return (
    new Set(results).size === results.length &&
    results.every((result) => !given.has(result)) &&
    plan.steps.every((step) => [...otherResults(step).values()].every((other) => !results.includes(other)))
  );
}
