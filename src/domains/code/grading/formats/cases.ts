import type { Comparison, IoTest, Submission, Test, Value } from '../../../../sandbox/types.ts';
import { JsonLineError, parseJsonValue, type Json } from '../json-line.ts';
import { defines, withPreamble } from '../python-text.ts';

/** Pairs of an input and an output, as the data sets of programming contests have them. */
export interface Case {
  readonly input: Json;
  readonly output: Json;
}

/** A program with the tests of a task: a script with what it reads and prints, or a function with its calls. */
export function submissionOf(
  id: string,
  program: string | null,
  cases: readonly Case[],
  called: { readonly name: string | null; readonly starter: string },
): Submission {
  if (cases.length === 0) throw new JsonLineError('The task has no tests.');
  const { name, starter } = called;
  if (name === null) return { id, program, entry: '', tests: [], io: ioTests(cases) };
  const entry = defines(program ?? starter, 'Solution') ? `Solution().${name}` : name;
  // What the platform imports must not stand for the program: `operator` alone has an `add`.
  const preamble = entry === name ? `${PLATFORM}; globals().pop(${JSON.stringify(name)}, None)` : PLATFORM;
  return {
    id,
    program: program === null ? null : withPreamble(preamble, program),
    entry,
    tests: callTests(cases),
  };
}

function ioTests(cases: readonly Case[]): IoTest[] {
  const io = cases.map(({ input, output }, i) => ({
    input: asText(input, `The input of test ${i + 1}`),
    output: asText(output, `The output of test ${i + 1}`),
  }));
  if (io.every(({ output }) => output.trim() === '')) {
    throw new JsonLineError('No test expects any output, so a program that does nothing would pass.');
  }
  return io;
}

/** A text, or its lines. */
function asText(held: Json, what: string): string {
  if (typeof held === 'string') return held;
  if (Array.isArray(held) && held.every((line) => typeof line === 'string')) return held.join('\n');
  throw new JsonLineError(`${what} is neither a text nor a list of lines.`);
}

/** Call-based judges take a tuple for a list and 5 for 5.0: what they expect went through JSON. */
const AS_JSON: Comparison = { types: 'json' };

function callTests(cases: readonly Case[]): Test[] {
  const calls = cases.map(({ input, output }, i): Test => {
    const args = typeof input === 'string' ? linesAsJson(input, i + 1) : input;
    if (!Array.isArray(args)) throw new JsonLineError(`The input of test ${i + 1} is no list of arguments.`);
    const expected = typeof input === 'string' && typeof output === 'string' ? jsonOrText(output) : output;
    return { args: args as Value[], expected: expected as Value, compare: AS_JSON };
  });
  // Where every output is a list of one, the list stands for "the return values", of which there is one.
  const wrapped = cases.every(({ output }) => Array.isArray(output) && output.length === 1);
  return wrapped
    ? calls.map((test) => ({ ...test, expected: (test.expected as readonly Value[])[0] ?? null }))
    : calls;
}

/** Arguments as text: one JSON value a line. */
function linesAsJson(text: string, number: number): Json[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      try {
        return parseJsonValue(line, 'line');
      } catch (error) {
        if (!(error instanceof JsonLineError)) throw error;
        throw new JsonLineError(`The input of test ${number} is not one JSON value a line. ${error.message}`);
      }
    });
}

function jsonOrText(text: string): Json {
  try {
    return parseJsonValue(text);
  } catch {
    return text;
  }
}

/** What the platforms of such tasks import before a solution, so that solutions do without. */
const MODULES =
  'bisect, collections, copy, datetime, functools, heapq, itertools, json, math, operator, random, re, statistics, string, sys';
const PLATFORM = [
  ...[
    'operator',
    'math',
    'itertools',
    'functools',
    'copy',
    'bisect',
    'heapq',
    'collections',
    'builtins',
    'typing',
  ].map((name) => `from ${name} import *`),
  `import ${MODULES}`,
].join('; ');
