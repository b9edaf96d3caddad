import type { JsonObject } from '../json-line.ts';

/** Formats of a record, each told by its fields. */
export const FORMATS = [
  'posterior',
  'humaneval',
  'mbpp',
  'leetcode',
  'livecodebench',
  'apps',
  'deepcoder',
] as const;
export type Format = (typeof FORMATS)[number];

export const TITLES: Readonly<Record<Format, string>> = {
  posterior: 'the project’s own format',
  humaneval: 'HumanEval',
  mbpp: 'MBPP',
  leetcode: 'LeetCodeDataset',
  livecodebench: 'LiveCodeBench',
  apps: 'APPS',
  deepcoder: 'DeepCoder',
};

/** Columns that are read of a table. What a model wrote is in fields of any name. */
export const COLUMNS: ReadonlySet<string> = new Set(
  (
    'id task_id question_id problem_id language program function io harness timeoutMs memoryMb ' +
    'prompt entry_point canonical_solution test completion ' +
    'code test_list test_cases assertion test_setup_code test_imports challenge_test_list plus_input ' +
    'public_test_cases private_test_cases metadata starter_code ' +
    'input_output solutions tests verification_info gold_standard_solution'
  ).split(' '),
);

/** `null`: a record of no format that is known, such as a sample by itself. */
export function formatOf(record: JsonObject): Format | null {
  const has = (name: string): boolean => record[name] !== undefined && record[name] !== null;
  const isText = (name: string): boolean => typeof record[name] === 'string';
  if (isText('function') || has('io') || has('harness')) return 'posterior';
  if (isText('test') && isText('entry_point') && isText('prompt')) {
    return String(record['entry_point']).includes('.') ? 'leetcode' : 'humaneval';
  }
  if (has('public_test_cases') || has('private_test_cases')) return 'livecodebench';
  if (has('verification_info')) return 'deepcoder';
  if (has('test_list') || has('assertion')) return 'mbpp';
  if (Array.isArray(record['test_cases']) && record['test_cases'].every((each) => typeof each === 'string'))
    return 'mbpp';
  if ('input_output' in record) return 'apps';
  if (isText('tests') || (has('tests') && !has('program'))) return 'deepcoder';
  return has('program') ? 'posterior' : null;
}
