/** What a family of problems is made of: an opening, clauses that carry it on, and a twist that the question asks for. */
import type { Random } from '../../../../random.ts';
import { format, isWhole, type Rational, rational } from '../../rational.ts';
import type { Operation, Plan, PlanStep } from '../../task.ts';

/** `larger` numbers are beyond those of every training task. */
export type Size = 'ordinary' | 'larger';

/** What a problem has come to so far. */
export interface Opened {
  readonly steps: readonly PlanStep[];
  readonly value: Rational;
  /** For the prompt. */
  readonly says: string;
  readonly unknown?: Plan['unknown'];
  /** Words of the opening that later parts repeat: who, what, of how many. */
  readonly words?: Readonly<Record<string, string>>;
}

export interface Opening {
  readonly name: string;
  /** In held-out tasks alone. */
  readonly deep?: boolean;
  /** Most clauses that may follow; as many as the family has where nothing is said. */
  readonly clauses?: number;
  readonly draw: (random: Random, size: Size) => Opened | null;
}

/** One more operation, on what the problem has come to and another number. */
export interface Move {
  readonly operation: Operation;
  readonly operands: readonly [Rational, Rational];
  readonly says: string;
  readonly units?: readonly string[];
}

/** A clause, or the twist: a last operation that only the question asks for. */
export interface Carrying {
  readonly name: string;
  /** Null where it does not fit the value. */
  readonly draw: (value: Rational, random: Random, opened: Opened) => Move | null;
}

export interface Family {
  readonly name: string;
  readonly openings: readonly Opening[];
  readonly clauses: readonly Carrying[];
  readonly twists: readonly Carrying[];
  /** Clauses of training tasks; held-out tasks also have one more. */
  readonly depth: readonly [least: number, most: number];
  /** The prompt; `twist` is null where the question asks for what the clauses come to. */
  readonly prompt: (
    opened: Opened,
    clauses: readonly string[],
    twist: string | null,
    random: Random,
  ) => string;
  /** Units of the answer of a problem without a twist of its own. */
  readonly units?: (opened: Opened) => readonly string[];
}

/** Largest number that a clause may come to, so that a model of 0.4 million parameters can learn the sums by heart. */
export const LIMIT = 30;

export const between = (random: Random, low: number, high: number): number =>
  low + random.int(high - low + 1);

/** A whole number within the world's bounds, as a number; null for others. */
export function small(value: Rational): number | null {
  const number = Number(value.n);
  return isWhole(value) && number >= 0 && number <= LIMIT ? number : null;
}

/** A clause whose other number is drawn from a range, for whole values from 1 to {@link LIMIT}. */
export function clause(
  name: Operation,
  low: number,
  high: number,
  says: (k: number, opened: Opened) => readonly string[],
): Carrying {
  return {
    name,
    draw(value, random, opened) {
      const v = small(value);
      if (v === null) return null;
      const fitting = Array.from({ length: high - low + 1 }, (_, i) => low + i).filter((k) => {
        if (name === 'add') return v + k <= LIMIT;
        if (name === 'subtract') return v > k;
        return name === 'multiply' ? v > 1 && v * k <= LIMIT : v % k === 0 && v > k;
      });
      if (fitting.length === 0) return null;
      const k = random.pick(fitting);
      return { operation: name, operands: [value, rational(k)], says: random.pick(says(k, opened)) };
    },
  };
}

export const text = (value: Rational): string => format(value);
