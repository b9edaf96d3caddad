import type { Submission } from '../../../../sandbox/types.ts';
import { JsonLineError, type JsonObject } from '../json-line.ts';
import { submissionOf, type Case } from './cases.ts';
import { isObject, nested, programOrRefusal, type ReadOptions } from './fields.ts';

/** LiveCodeBench: public and private tests of a script, or of a method of `Solution` that `metadata` names. */

export function readLiveCodeBench(record: JsonObject, id: string, options: ReadOptions): Submission {
  const tests = [...testsIn(record, 'public_test_cases'), ...testsIn(record, 'private_test_cases')];
  const kinds = new Set(tests.map(({ testtype }) => testtype));
  if (kinds.size > 1) throw new JsonLineError('Some of the tests are of a script and some of a function.');
  const name = kinds.has('functional') ? functionOf(record) : null;
  const starter = typeof record['starter_code'] === 'string' ? record['starter_code'] : '';
  return submissionOf(
    id,
    programOrRefusal(record, options, () => null),
    tests,
    { name, starter },
  );
}

/** One list of tests, which is text in the published files, and packed text where it is private. */
export function testsIn(record: JsonObject, field: string): (Case & { readonly testtype: string })[] {
  const held = nested(record, field) ?? [];
  if (!Array.isArray(held)) throw new JsonLineError(`${field} must be a list of tests.`);
  return held.map((test, i) => {
    if (!isObject(test) || test['input'] === undefined || test['output'] === undefined) {
      throw new JsonLineError(`${field} must be a list of {input, output}, which its test ${i + 1} is not.`);
    }
    const { input, output, testtype } = test;
    return {
      input: input ?? null,
      output: output ?? null,
      testtype: testtype === 'functional' ? 'functional' : 'stdin',
    };
  });
}

function functionOf(record: JsonObject): string {
  const metadata = nested(record, 'metadata');
  const name = isObject(metadata) ? (metadata['func_name'] ?? null) : null;
  if (typeof name !== 'string') {
    throw new JsonLineError('The tests are of a function, but metadata.func_name does not say of which.');
  }
  return name;
}
