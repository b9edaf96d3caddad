import * as v from 'valibot';
import { nearest } from '../../../../nearest.ts';
import { JsonLineError, parseJsonLine, plainNumber, type Json, type JsonObject } from '../json-line.ts';

/** What the readers of all formats share: fields of a record, and sentences about those that are missing or wrong. */

export const text = v.string('a text');
export const nullableText = v.optional(v.nullable(text), null);
export const identifier = v.union([text, v.number()], 'a text or a number');
export const plain = v.pipe(v.unknown(), v.transform(plainNumber), v.number('a number'));

/** Fields that name a task, the first that is there counts. */
export const ID_FIELDS = ['id', 'task_id', 'question_id', 'problem_id'] as const;

/** Fields in which people keep what a model wrote, the first that is there counts. */
export const PROGRAM_FIELDS = [
  'completion', 'solution', 'generation', 'output', 'completions', 'solutions', 'generations', 'outputs', 'code_list',
  'samples', 'code', 'program', 'response',
] as const; // prettier-ignore

/** The record as the schema has it. @throws {@link JsonLineError} naming the field that is missing or wrong */
export function parse<S extends v.GenericSchema>(schema: S, record: JsonObject): v.InferOutput<S> {
  const parsed = v.safeParse(schema, record);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = (issue.path ?? []).map((part) => String((part as { key?: unknown }).key));
  const name = path.join('.');
  if (issue.input !== undefined) throw new JsonLineError(`${name} must be ${issue.message}.`);
  throw new JsonLineError(path.length === 1 ? missing(name, record, knownIn(schema)) : `${name} is missing.`);
}

function knownIn(schema: v.GenericSchema): readonly string[] {
  return 'entries' in schema ? Object.keys(schema.entries as object) : [];
}

/** That a field is missing, with the field that was probably meant for it. */
export function missing(field: string, record: JsonObject, known: readonly string[]): string {
  const strangers = Object.keys(record).filter((name) => !known.includes(name));
  const meant = nearest(field, strangers);
  const close = meant !== null && meant.length > 2 && Math.abs(meant.length - field.length) <= 2;
  return close ? `${field} is missing; is “${meant}” meant for it?` : `${field} is missing.`;
}

/** The program in the field that was asked for. */
export function fieldOf(record: JsonObject, field: string): string | null {
  const held = record[field];
  if (held === undefined) {
    const meant = nearest(field, Object.keys(record));
    const hint = meant === null ? '' : ` Did you mean “${meant}”?`;
    throw new JsonLineError(`There is no field ${field} with a program.${hint}`);
  }
  if (held !== null && typeof held !== 'string') throw new JsonLineError(`${field} must be a text.`);
  return held;
}

/** JSON that a data set keeps as text, or as it is. */
export function nested(record: JsonObject, field: string): Json {
  const held = record[field] ?? null;
  if (typeof held !== 'string') return held;
  if (held.trim() === '') return null;
  try {
    return parseJsonLine(held, 'text');
  } catch (error) {
    if (error instanceof JsonLineError) throw new JsonLineError(`${field} holds no JSON. ${error.message}`);
    throw error;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A solution without the code fence around all of it. */
export function unfenced(solution: string): string {
  return /^\s*```[\w+-]*[ \t]*\r?\n([\s\S]*?)\n?```\s*$/.exec(solution)?.[1] ?? solution;
}

export const NO_PROGRAM =
  'There is no program: name the field that holds it with --solution, or give samples with --problems.';

/** Which program of a record is graded. */
export interface ReadOptions {
  /** Field that holds the program, in place of the reference solution. */
  readonly solution?: string;
  /** Whether the reference solution is graded whatever else is there, and a record without one is refused. */
  readonly references?: boolean;
}

/** The program to be graded; the record's reference solution is asked for only where it is that. */
export function programOf(
  record: JsonObject,
  { solution, references = false }: ReadOptions,
  referenceOf: () => string | null,
): string | null {
  if (!references && solution !== undefined) return fieldOf(record, solution);
  const reference = referenceOf();
  if (references && reference === null) throw new JsonLineError('There is no reference solution to check.');
  return reference;
}

/** The same for data sets that mostly come without a solution. */
export function programOrRefusal(
  record: JsonObject,
  options: ReadOptions,
  referenceOf: () => string | null,
): string | null {
  const program = programOf(record, options, referenceOf);
  if (program === null && options.solution === undefined) {
    throw new JsonLineError(NO_PROGRAM);
  }
  return program;
}
