import * as v from 'valibot';
import type { Submission } from '../../../../sandbox/types.ts';
import { JsonLineError, type JsonObject } from '../json-line.ts';
import { fieldOf, identifier, isObject, parse, plain, text, type ReadOptions } from './fields.ts';

/** The project's own format: a program with the calls of its function, or with what it reads and prints. */

const limit = v.optional(v.nullable(plain));
const amount = v.optional(plain);
const comparison = v.object({
  types: v.optional(v.picklist(['exact', 'equal', 'json'], 'exact, equal or json')),
  as: v.optional(v.picklist(['sequence', 'unordered', 'set', 'truth'], 'sequence, unordered, set or truth')),
  tolerance: v.optional(v.object({ relative: amount, absolute: amount }, 'an object')),
});

/** `expected` must be there: undefined is no JSON, so a missing one is told from null. */
const test = v.object(
  {
    args: v.array(v.unknown(), 'an array'),
    kwargs: v.nullish(v.custom<JsonObject>(isObject, 'an object of names')),
    expected: v.custom<unknown>((value) => value !== undefined, 'a value'),
    compare: v.nullish(comparison),
  },
  'an object {args, expected}',
);

const schema = v.object({
  id: v.optional(identifier),
  language: v.nullish(v.picklist(['python', 'javascript'], '"python" or "javascript"'), 'python'),
  program: v.nullable(text),
  function: text,
  tests: v.nullish(v.array(test, 'an array'), []),
  io: v.nullish(v.array(v.object({ input: text, output: text }, 'an object {input, output}'), 'an array')),
  harness: v.nullish(
    v.object({ source: text, context: v.optional(text), statements: v.optional(v.boolean('true or false')) }),
  ),
  timeoutMs: limit,
  memoryMb: limit,
});

/** Tables write null for what is absent. */
const withoutNulls = ({
  kwargs,
  compare,
  ...test
}: v.InferOutput<typeof schema>['tests'][number]): object => ({
  ...test,
  ...(kwargs == null ? {} : { kwargs }),
  ...(compare == null ? {} : { compare }),
});

export function readPosterior(record: JsonObject, place: number, options: ReadOptions): Submission {
  if (options.references === true)
    throw new JsonLineError('The format posterior has no reference solutions.');
  // A script has no function: `io` stands for it.
  const whole: JsonObject = record['io'] == null ? record : { ...record, function: record['function'] ?? '' };
  const { solution } = options;
  const source = solution === undefined ? whole : { ...whole, program: fieldOf(record, solution) };
  const read = parse(schema, source);
  const { language, program, tests, io, harness, timeoutMs, memoryMb } = read;
  return {
    id: String(read.id ?? place),
    language,
    program,
    entry: read.function,
    tests: tests.map(withoutNulls) as unknown as Submission['tests'],
    ...(io ? { io } : {}),
    ...(harness ? { harness: harness as unknown as NonNullable<Submission['harness']> } : {}),
    ...(timeoutMs == null ? {} : { timeoutMs }),
    ...(memoryMb == null ? {} : { memoryMb }),
  };
}
