import type { Submission } from '../../../../sandbox/types.ts';
import { JsonLineError, type Json, type JsonObject } from '../json-line.ts';
import { submissionOf, type Case } from './cases.ts';
import { isObject, nested, programOrRefusal, unfenced, type ReadOptions } from './fields.ts';

/** APPS and TACO: `input_output` holds lists of inputs and outputs as JSON text, with `fn_name` for functions. */

export function readApps(record: JsonObject, id: string, options: ReadOptions): Submission {
  const { cases, name } = casesOf(nested(record, 'input_output'), 'input_output');
  const program = programOrRefusal(record, options, () => firstSolution(record));
  return submissionOf(id, program, cases, { name, starter: starterOf(record) });
}

/** `{inputs, outputs, fn_name?}`. */
export function casesOf(held: Json, field: string): { readonly cases: Case[]; readonly name: string | null } {
  if (held === null) throw new JsonLineError('The task has no tests.');
  const { inputs, outputs, fn_name: name = null } = isObject(held) ? held : {};
  if (inputs === undefined && outputs === undefined) {
    throw new JsonLineError(`${field} holds no inputs and outputs, so the task has no tests.`);
  }
  if (!Array.isArray(inputs) || !Array.isArray(outputs) || inputs.length !== outputs.length) {
    throw new JsonLineError(`${field} must hold as many outputs as inputs, each in a list.`);
  }
  if (name !== null && typeof name !== 'string') throw new JsonLineError(`${field}.fn_name must be a text.`);
  return {
    cases: inputs.map((input, i) => ({ input, output: outputs[i] ?? null })),
    name: name === '' ? null : name,
  };
}

/** The first of the solutions, which are a list or the JSON text of one. */
export function firstSolution(record: JsonObject): string | null {
  const solutions = nested(record, 'solutions');
  const [first] = Array.isArray(solutions) ? solutions : [];
  return typeof first === 'string' && first.trim() !== '' ? unfenced(first) : null;
}

export function starterOf(record: JsonObject): string {
  return typeof record['starter_code'] === 'string' ? record['starter_code'] : '';
}
