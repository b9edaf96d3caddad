import * as v from 'valibot';
import type { Submission } from '../../sandbox/types.ts';
import type { JsonObject } from '../json-line.ts';
import { beginsIndented, defines, isOneDefinition, startOfDefinition, withPreamble } from '../python-text.ts';
import type { TestCode } from '../suite.ts';
import { nullableText, parse, programOf, text, type ReadOptions } from './fields.ts';

/**
 * HumanEval and what is written like it: a prompt that ends within a function, and `check(candidate)`. LeetCodeDataset is:
 * its `entry_point` is `Solution().twoSum`, its prompt only what the platform imports, its solution a `completion`.
 */

const schema = v.object({
  prompt: text,
  entry_point: text,
  canonical_solution: nullableText,
  test: text,
});

/** How a completion stands to its prompt. */
export type CompletionForm = 'body' | 'function' | 'file';

export interface CodeTask {
  readonly submission: Omit<Submission, 'tests'>;
  readonly code: TestCode;
  readonly form?: CompletionForm;
  readonly note?: string;
}

export function readHumanEval(record: JsonObject, id: string, options: ReadOptions): CodeTask {
  const { prompt, entry_point: entry, canonical_solution, test: source } = parse(schema, record);
  const solution = canonical_solution ?? solutionOf(record, entry, options);
  const reference = solution === null ? null : completed(prompt, entry, solution).program;
  const program = programOf(record, options, solution);
  const whole = program === null ? null : completed(prompt, entry, program);
  return {
    submission: { id, program: whole?.program ?? null, entry },
    code: { source, asserts: [], setup: '', context: prompt, entry, reference },
    ...(whole ? { form: whole.form } : {}),
    ...plusNote(record),
  };
}

/**
 * EvalPlus keeps further inputs without outputs, and lists where tuples are meant: they are no tests by themselves. Its
 * files on the Hub have them as test code.
 */
export function plusNote(record: JsonObject): { readonly note?: string } {
  const { plus_input } = record;
  if (!Array.isArray(plus_input) || plus_input.length === 0) return {};
  return {
    note: 'plus_input is left aside: only evalplus/humanevalplus and evalplus/mbppplus have it as test code.',
  };
}

/** LeetCodeDataset's own solution, unless the field is what is to be graded. */
function solutionOf(record: JsonObject, entry: string, { solution }: ReadOptions): string | null {
  const held = record['completion'];
  return solution !== 'completion' && entry.includes('.') && typeof held === 'string' ? held : null;
}

/**
 * A completion as a program. One that defines the entry point stands alone, but for what the prompt has before its own
 * definition: imports and helpers. Any other goes on where the prompt ends.
 */
export function completed(
  prompt: string,
  entry: string,
  completion: string,
): { readonly program: string; readonly form: CompletionForm } {
  const name = /^[^\s.(]*/.exec(entry)?.[0] ?? entry;
  if (beginsIndented(completion) || !defines(completion, name)) {
    return { program: prompt + completion, form: 'body' };
  }
  const preamble = prompt.slice(0, startOfDefinition(prompt, name) ?? prompt.length);
  return {
    program: withPreamble(preamble, completion),
    form: isOneDefinition(completion) ? 'function' : 'file',
  };
}
