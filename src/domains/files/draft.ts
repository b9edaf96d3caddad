/** A task as a file states it, before it is checked, and what is wrong with one that cannot be used. */
import type { Language, Test } from '../../sandbox/types.ts';
import { sha256 } from '../../sha256.ts';

/** A record that is no usable task, and why. */
export interface Fault {
  /** Its line, or its number where the file is not in lines; from 1. */
  readonly line: number;
  /** Where it says. */
  readonly id?: string;
  /** A sentence. */
  readonly reason: string;
}

/** Fields of a task in the project's own form, of either kind. */
export type TaskField =
  | 'id'
  | 'family'
  | 'prompt'
  | 'reasoning'
  | 'entry'
  | 'language'
  | 'preamble'
  | 'visible'
  | 'heldOut'
  | 'program'
  | 'answer'
  | 'units'
  | 'tolerance';

/** What keeps a task from being used, and where in it that stands. */
export interface Flaw {
  /** Absent where it is in no field, or in one that there is not. */
  readonly field?: TaskField;
  /** Place of the test in its suite, from 0. */
  readonly test?: number;
  /** Line of the program, from 1. */
  readonly line?: number;
  /** A sentence. */
  readonly reason: string;
}

interface Base {
  readonly line: number;
  /** Null where the record has none: it is then made of the prompt. */
  readonly id: string | null;
  readonly family: string;
  readonly prompt: string;
  readonly reasoning: string | null;
}

/** One test: a call with what it must return, or Python code. */
export type Item = Test | string;

/** Inputs whose outputs the reference program has to say, as EvalPlus has them. */
export interface Inputs {
  readonly visible: readonly unknown[];
  readonly heldOut: readonly unknown[];
  /** How far a number may be from what is expected. */
  readonly absolute: number;
  /** Asserts that show of which types the arguments are, which JSON does not. */
  readonly assertion: string | null;
}

export interface CodeDraft extends Base {
  readonly kind: 'code';
  readonly language: Language;
  /** Null where the tests have to say what they call. */
  readonly entry: string | null;
  /** Null: what stands in the prompt before the function. */
  readonly preamble: string | null;
  readonly visible: readonly Item[];
  readonly heldOut: readonly Item[];
  readonly inputs?: Inputs;
  /** A program that is known to be right. */
  readonly program: string | null;
  /** Whether `program` goes on from the prompt, as HumanEval's solutions do. */
  readonly completes: boolean;
}

export interface MathsDraft extends Base {
  readonly kind: 'maths';
  readonly answer: string;
  readonly units: readonly string[];
  readonly tolerance: string | null;
}

export type Draft = CodeDraft | MathsDraft;

/** What a task is called: a record without an id by its prompt, so that its split stays when lines move. */
export const idOfDraft = async ({ id, prompt }: Draft): Promise<string> =>
  id ?? (await sha256(prompt)).slice(0, 12);

/** What is wrong with a record, in a sentence: the first of its flaws. */
export class DraftError extends Error {
  override readonly name = 'DraftError';
  readonly flaws: readonly Flaw[];
  constructor(reason: string, flaws: readonly Flaw[] = [{ reason }]) {
    super(reason);
    this.flaws = flaws;
  }
}
