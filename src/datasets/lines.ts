import * as v from 'valibot';
import type { Submission } from '../sandbox/types.ts';
import { JsonLineError, parseJsonLine, plainNumber } from './json-line.ts';
import type { TestCode } from './suite.ts';

/** Reading one line of a file to be graded: a submission with its tests, or a task of a public data set. */

export const FORMATS = ['posterior', 'humaneval', 'mbpp'] as const;
export type Format = (typeof FORMATS)[number];

/** A line, read. `suite` is test code still to be taken apart; a submission of our own format has its tests. */
export type GradeItem = {
  /** As the line has it, or the line's number where it has none. */
  readonly id: string | number;
  readonly line: number;
} & (
  | { readonly kind: 'submission'; readonly submission: Submission }
  | { readonly kind: 'task'; readonly submission: Omit<Submission, 'tests'>; readonly code: TestCode }
);

/** A line that cannot be graded, with the id that it names, if it got that far. */
export interface LineError {
  readonly kind: 'error';
  readonly line: number;
  readonly id?: string | number;
  readonly error: string;
}

export interface ReadOptions {
  readonly format: Format;
  /** Field that holds the program, in place of the reference solution. */
  readonly solution?: string;
}

const text = v.string('a text');
const limit = v.optional(v.nullable(v.pipe(v.unknown(), v.transform(plainNumber), v.number('a number'))));
const identifier = v.union([text, v.number()], 'a text or a number');

const amount = v.optional(v.pipe(v.unknown(), v.transform(plainNumber), v.number('a number')));
const comparison = v.object({
  types: v.optional(v.picklist(['exact', 'equal', 'json'], 'exact, equal or json')),
  as: v.optional(v.picklist(['sequence', 'unordered', 'set', 'truth'], 'sequence, unordered, set or truth')),
  tolerance: v.optional(v.object({ relative: amount, absolute: amount }, 'an object')),
});

/** `expected` must be there: undefined is no JSON, so a missing one is told from null. */
const test = v.object(
  {
    args: v.array(v.unknown(), 'an array'),
    kwargs: v.optional(v.custom<Json>(isObject, 'an object of names')),
    expected: v.custom<unknown>((value) => value !== undefined, 'a value'),
    compare: v.optional(comparison),
  },
  'an object {args, expected}',
);

const posteriorLine = v.object({
  id: v.optional(identifier),
  language: v.optional(v.picklist(['python', 'javascript'], '"python" or "javascript"'), 'python'),
  program: v.nullable(text),
  function: text,
  tests: v.optional(v.array(test, 'an array'), []),
  harness: v.optional(
    v.object({ source: text, context: v.optional(text), statements: v.optional(v.boolean('true or false')) }),
  ),
  timeoutMs: limit,
  memoryMb: limit,
});

const humanEvalLine = v.object({
  task_id: identifier,
  prompt: text,
  entry_point: text,
  canonical_solution: v.optional(v.nullable(text), null),
  test: text,
});

const texts = v.optional(v.nullable(v.array(text, 'an array of texts')), []);
const mbppLine = v.object({
  task_id: identifier,
  code: v.optional(v.nullable(text), null),
  test_list: v.array(text, 'an array of texts'),
  test_setup_code: v.optional(v.nullable(text), null),
  test_imports: texts,
  challenge_test_list: texts,
});

/** Reads a line; unknown fields of it are left aside. */
export function readLine(bytes: Uint8Array, line: number, options: ReadOptions): GradeItem | LineError {
  let id: string | number | undefined;
  try {
    const record = parseJsonLine(decode(bytes));
    if (record === null || typeof record !== 'object' || Array.isArray(record)) {
      throw new JsonLineError('The line is not a JSON object.');
    }
    const named = record['id'] ?? record['task_id'];
    if (typeof named === 'string' || typeof named === 'number') id = named;
    switch (options.format) {
      case 'posterior':
        return { kind: 'submission', id: id ?? line, line, submission: readPosterior(record, line, options) };
      case 'humaneval':
        return { kind: 'task', id: id ?? line, line, ...readHumanEval(record, options) };
      case 'mbpp':
        return { kind: 'task', id: id ?? line, line, ...readMbpp(record, options) };
    }
  } catch (error) {
    if (!(error instanceof JsonLineError)) throw error;
    return { kind: 'error', line, ...(id === undefined ? {} : { id }), error: error.message };
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new JsonLineError('The line is not UTF-8 text.');
  }
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse<S extends v.GenericSchema>(schema: S, record: Json): v.InferOutput<S> {
  const parsed = v.safeParse(schema, record);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = (issue.path ?? []).map((part) => String((part as { key?: unknown }).key)).join('.');
  const missing = issue.input === undefined;
  throw new JsonLineError(missing ? `${path} is missing.` : `${path} must be ${issue.message}.`);
}

/** The program in the field that was asked for. */
function fieldOf(record: Json, field: string): string | null {
  const held = record[field];
  if (held === undefined) throw new JsonLineError(`There is no field ${field} with a program.`);
  if (held !== null && typeof held !== 'string') throw new JsonLineError(`${field} must be a text.`);
  return held;
}

function readPosterior(record: Json, line: number, { solution }: ReadOptions): Submission {
  const source = solution === undefined ? record : { ...record, program: fieldOf(record, solution) };
  const read = parse(posteriorLine, source);
  const { language, program, tests, harness, timeoutMs, memoryMb } = read;
  return {
    id: String(read.id ?? line),
    language,
    program,
    entry: read.function,
    tests: tests as unknown as Submission['tests'],
    ...(harness ? { harness: harness as unknown as NonNullable<Submission['harness']> } : {}),
    ...(timeoutMs == null ? {} : { timeoutMs }),
    ...(memoryMb == null ? {} : { memoryMb }),
  };
}

type Task = Pick<GradeItem & { readonly kind: 'task' }, 'submission' | 'code'>;

function readHumanEval(record: Json, { solution }: ReadOptions): Task {
  const {
    task_id,
    prompt,
    entry_point: entry,
    canonical_solution,
    test: source,
  } = parse(humanEvalLine, record);
  const program = solution === undefined ? canonical_solution : fieldOf(record, solution);
  return {
    submission: { id: String(task_id), program, entry },
    code: { source, asserts: [], setup: '', context: prompt, entry, reference: canonical_solution },
  };
}

function readMbpp(record: Json, { solution }: ReadOptions): Task {
  const read = parse(mbppLine, record);
  const { task_id, code, test_list, test_setup_code, test_imports, challenge_test_list } = read;
  const asserts = [...test_list, ...(challenge_test_list ?? [])];
  const program = solution === undefined ? code : fieldOf(record, solution);
  const setup = [...(test_imports ?? []), test_setup_code ?? ''].join('\n');
  return {
    submission: { id: String(task_id), program, entry: '' },
    code: { source: null, asserts, setup, context: '', entry: null, reference: code },
  };
}
