import * as v from 'valibot';
import type { Submission } from '../../../../sandbox/types.ts';
import type { JsonObject } from '../json-line.ts';
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

export interface CodeTask {
  readonly submission: Omit<Submission, 'tests'>;
  readonly code: TestCode;
  readonly note?: string;
}

export function readHumanEval(record: JsonObject, id: string, options: ReadOptions): CodeTask {
  const { prompt, entry_point: entry, canonical_solution, test: source } = parse(schema, record);
  const solution = canonical_solution ?? solutionOf(record, entry, options);
  return {
    submission: { id, program: programOf(record, options, () => solution), entry },
    code: { source, asserts: [], setup: '', context: prompt, entry, reference: solution },
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
