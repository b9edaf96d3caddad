/**
 * The project's own form of tasks: one JSON object a line, of programs
 * `{id?, family?, prompt, entry, language?, preamble?, visible, heldOut?, program?, reasoning?, comment?}` or of mathematics
 * `{id?, family?, prompt, answer, units?, tolerance?, reasoning?, comment?}`. `docs/own-tasks.md` says what they mean.
 */
import * as v from 'valibot';
import { isObject, plain as number } from '../code/grading/formats/fields.ts';
import { plainNumber, writeJsonLine, type JsonObject } from '../code/grading/json-line.ts';
import type { Test } from '../../sandbox/types.ts';
import { nearest } from '../../nearest.ts';
import type { Task } from '../domain.ts';
import type { CodeTask } from '../code/task.ts';
import type { MathsTask } from '../maths/task.ts';
import {
  type CodeDraft,
  DraftError,
  type Flaw,
  type Item,
  type MathsDraft,
  type TaskField,
} from './draft.ts';

export const DEFAULT_FAMILY = 'own';

const text = v.string('a text');
const filled = v.pipe(text, v.regex(/\S/, 'a text that is not blank'));
const optionalText = v.nullish(text, null);
const identifier = v.nullish(v.union([filled, v.number()], 'a text or a number'), null);

const comparison = v.strictObject(
  {
    types: v.optional(v.picklist(['exact', 'equal', 'json'], 'exact, equal or json')),
    as: v.optional(
      v.picklist(['sequence', 'unordered', 'set', 'truth'], 'sequence, unordered, set or truth'),
    ),
    tolerance: v.optional(
      v.strictObject(
        { relative: v.optional(number), absolute: v.optional(number) },
        'an object {relative, absolute}',
      ),
    ),
  },
  'an object {types, as, tolerance}',
);

/** `expected` must be there: undefined is no JSON, so a missing one is told from null. */
const call = v.strictObject(
  {
    args: v.optional(v.array(v.unknown(), 'an array'), []),
    kwargs: v.nullish(v.custom<JsonObject>(isObject, 'an object of names')),
    expected: v.custom<unknown>((value) => value !== undefined, 'a value'),
    compare: v.nullish(comparison),
  },
  'an object {args, expected} or a text of Python',
);

const items = v.array(v.union([filled, call], 'an object {args, expected} or a text of Python'), 'an array');

const shared = {
  id: identifier,
  family: v.nullish(filled, DEFAULT_FAMILY),
  prompt: filled,
  reasoning: optionalText,
  comment: v.optional(v.unknown()),
};

const code = v.strictObject({
  ...shared,
  entry: filled,
  language: v.nullish(v.picklist(['python', 'javascript'], '"python" or "javascript"'), 'python'),
  preamble: v.nullish(text, ''),
  visible: v.pipe(items, v.nonEmpty('an array with at least one test')),
  heldOut: v.nullish(items, []),
  program: v.nullish(filled, null),
});

const maths = v.strictObject({
  ...shared,
  answer: v.union([filled, v.number()], 'a text or a number'),
  units: v.nullish(v.array(filled, 'an array of texts'), []),
  tolerance: v.nullish(v.union([filled, v.number()], 'a number'), null),
});

export const CODE_FIELDS = Object.keys(code.entries);
export const MATHS_FIELDS = Object.keys(maths.entries);

/** Numbers as they are, where a record may have them as floats. */
const PLAIN = ['id', 'answer', 'tolerance'] as const;

function parse<S extends v.GenericSchema>(
  schema: S,
  fields: readonly string[],
  record: JsonObject,
): v.InferOutput<S> {
  const plain = Object.fromEntries(
    Object.entries(record).map(([name, held]) => [
      name,
      (PLAIN as readonly string[]).includes(name) ? plainNumber(held) : held,
    ]),
  );
  const parsed = v.safeParse(schema, plain);
  if (parsed.success) return parsed.output;
  const flaws = parsed.issues.map((issue) => flawOf(issue, fields, record));
  throw new DraftError(flaws[0]!.reason, flaws);
}

function flawOf(issue: v.BaseIssue<unknown>, fields: readonly string[], record: JsonObject): Flaw {
  const [field, index] = (issue.path ?? []).map(({ key }) => key);
  return {
    ...(fields.includes(String(field)) ? { field: field as TaskField } : {}),
    ...(typeof index === 'number' && (field === 'visible' || field === 'heldOut') ? { test: index } : {}),
    reason: describe(issue, fields, record),
  };
}

function describe(issue: v.BaseIssue<unknown>, fields: readonly string[], record: JsonObject): string {
  const [inner] = issue.type === 'union' ? deepest(issue) : [issue];
  const path = [...(issue.path ?? []), ...(inner === issue ? [] : (inner?.path ?? []))].map(({ key }) => key);
  const [field, index, ...rest] = path.map(String);
  if (field === undefined) return 'The record is no object.';
  const isTest = field === 'visible' || field === 'heldOut';
  const name =
    isTest && index !== undefined
      ? `${[`${nameOfSuite(field)} test ${Number(index) + 1}`, ...rest].join(', ')}`
      : path.join('.');
  const at = inner ?? issue;
  if (at.type === 'strict_object' && at.expected === 'never')
    return unknownField(name, field, fields, record, isTest);
  if (at.input === undefined) return `${name} is missing.`;
  return `${name} must be ${at.message}.`;
}

/** Of a test that is neither a call nor code, what is wrong with the call. */
function deepest(issue: v.BaseIssue<unknown>): readonly v.BaseIssue<unknown>[] {
  const inner = (issue.issues ?? []).filter(({ path }) => path !== undefined && path.length > 0);
  return inner.length > 0 ? inner : [issue];
}

export const nameOfSuite = (suite: 'visible' | 'heldOut'): string =>
  suite === 'visible' ? 'visible' : 'held-out';

function unknownField(
  name: string,
  field: string,
  fields: readonly string[],
  record: JsonObject,
  isTest: boolean,
): string {
  if (isTest) return `${name} is no field of a test; a test has args, kwargs, expected and compare.`;
  const meant = nearest(
    field,
    fields.filter((known) => record[known] === undefined),
  );
  return meant === null
    ? `A task has no field “${field}”; what a file carries along besides stands in “comment”.`
    : `A task has no field “${field}”. Did you mean “${meant}”?`;
}

const endingInNewline = (prompt: string): string => (prompt.endsWith('\n') ? prompt : `${prompt}\n`);
const idText = (id: string | number | null): string | null => (id === null ? null : String(id));

/** @throws DraftError naming the field that is wrong */
export function readOwnCode(record: JsonObject, line: number): CodeDraft {
  const { id, family, prompt, reasoning, entry, language, preamble, visible, heldOut, program } = parse(
    code,
    CODE_FIELDS,
    record,
  );
  return {
    kind: 'code',
    line,
    id: idText(id),
    family,
    prompt: endingInNewline(prompt),
    reasoning,
    entry,
    language,
    preamble,
    visible: visible.map(itemOf),
    heldOut: heldOut.map(itemOf),
    program,
    completes: false,
  };
}

type Call = v.InferOutput<typeof call>;

const itemOf = (item: string | Call): Item => {
  if (typeof item === 'string') return item;
  const { args, kwargs, expected, compare } = item;
  return {
    args,
    ...(kwargs == null ? {} : { kwargs }),
    expected,
    ...(compare == null ? {} : { compare }),
  } as Test;
};

/** @throws DraftError naming the field that is wrong */
export function readOwnMaths(record: JsonObject, line: number): MathsDraft {
  const { id, family, prompt, reasoning, answer, units, tolerance } = parse(maths, MATHS_FIELDS, record);
  return {
    kind: 'maths',
    line,
    id: idText(id),
    family,
    prompt: endingInNewline(prompt),
    reasoning,
    answer: String(answer),
    units,
    tolerance: tolerance === null ? null : String(tolerance),
  };
}

/** What a task of either kind is written with, besides what it is verified by. */
type Written<T extends Task> = Omit<T, 'split'>;

/** A task with the parts of it that only a file needs. */
export interface CodeRecord {
  readonly task: Written<CodeTask>;
  readonly visible: readonly Item[];
  readonly heldOut: readonly Item[];
  readonly program: string | null;
}

/** The line of a task in the own form; reading it gives the same task. */
export function writeCode({ task, visible, heldOut, program }: CodeRecord): string {
  const { id, family, prompt, entry, language = 'python', preamble = '', reference } = task;
  return writeJsonLine({
    id,
    family,
    prompt,
    entry,
    language,
    ...(preamble === '' ? {} : { preamble }),
    visible,
    heldOut,
    ...(program === null ? {} : { program }),
    ...(reference === undefined ? {} : { reasoning: reference }),
  });
}

export function writeMaths({
  id,
  family,
  prompt,
  answer,
  units,
  tolerance,
  reference,
}: Written<MathsTask>): string {
  return writeJsonLine({
    id,
    family,
    prompt,
    answer,
    ...(units === undefined ? {} : { units }),
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(reference === undefined ? {} : { reasoning: reference }),
  });
}
