import type { Submission } from '../../../../sandbox/types.ts';
import { JsonLineError, type Json, type JsonObject } from '../json-line.ts';
import { casesOf, firstSolution, starterOf } from './apps.ts';
import { submissionOf, type Case } from './cases.ts';
import { isObject, nested, programOrRefusal, unfenced, type ReadOptions } from './fields.ts';

/**
 * DeepCoder's `tests` and PrimeIntellect's `verification_info.test_cases`: either the inputs and outputs of APPS, or a list
 * of tests that each say what they are.
 */

export function readDeepCoder(record: JsonObject, id: string, options: ReadOptions): Submission {
  const { cases, name } = testsOf(record);
  const gold = record['gold_standard_solution'];
  const program = programOrRefusal(record, options, () =>
    typeof gold === 'string' ? unfenced(gold) : firstSolution(record),
  );
  return submissionOf(id, program, cases, { name, starter: starterOf(record) });
}

function testsOf(record: JsonObject): { readonly cases: readonly Case[]; readonly name: string | null } {
  const info = nested(record, 'verification_info');
  if (!isObject(info)) return listed(nested(record, 'tests'), 'tests', null);
  const language = info['language'] ?? 'python';
  if (language !== 'python') {
    throw new JsonLineError(
      `The task is for ${JSON.stringify(language)}; only Python is graded in this format.`,
    );
  }
  const name = typeof info['fn_name'] === 'string' ? info['fn_name'] : null;
  return listed(nested(info, 'test_cases'), 'verification_info.test_cases', name);
}

function listed(held: Json, field: string, named: string | null): ReturnType<typeof testsOf> {
  if (held === null || isObject(held)) return casesOf(held, field);
  if (!Array.isArray(held)) throw new JsonLineError(`${field} must be a list of tests.`);
  const names = new Set<string | null>();
  const cases = held.map((test, i): Case => {
    if (!isObject(test) || test['input'] === undefined || test['output'] === undefined) {
      throw new JsonLineError(`${field} must be a list of {input, output}, which its test ${i + 1} is not.`);
    }
    names.add(nameIn(test, i + 1, named));
    return { input: test['input'], output: test['output'] };
  });
  if (names.size > 1)
    throw new JsonLineError(`${field} has tests of more than one function, or of a script too.`);
  const [name = null] = names;
  return { cases, name };
}

/** The function that one test calls; `null` for a test of a script. */
function nameIn(test: JsonObject, number: number, named: string | null): string | null {
  const kind = test['type'] ?? test['testtype'] ?? 'stdin';
  const metadata = isObject(test['metadata']) ? test['metadata'] : {};
  switch (kind) {
    case 'stdin':
    case 'stdin_stdout':
      return null;
    case 'functional':
    case 'function_call': {
      const name = test['fn_name'] ?? metadata['func_name'] ?? named;
      if (typeof name === 'string') return name;
      throw new JsonLineError(`Test ${number} calls a function but does not name it.`);
    }
    default:
      throw new JsonLineError(`Test ${number} is of a kind that is not known, ${JSON.stringify(kind)}.`);
  }
}
