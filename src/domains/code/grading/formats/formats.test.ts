import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json-line.ts';
import { readRecord, type GradeItem, type LineError, type ReadOptions } from '../lines.ts';
import { pickledText, unpacked } from '../unpack.ts';
import { formatOf } from './detect.ts';
import { unfenced } from './fields.ts';
import { pythonTexts } from './mbpp.ts';

const read = (record: object, options: Partial<ReadOptions> = {}): GradeItem | LineError =>
  readRecord(record as JsonObject, 7, { format: 'auto', ...options });

function submission(record: object, options?: Partial<ReadOptions>) {
  const item = read(record, options);
  if (item.kind !== 'submission') throw new Error(JSON.stringify(item));
  return item.submission;
}

function code(record: object, options?: Partial<ReadOptions>) {
  const item = read(record, options);
  if (item.kind !== 'task') throw new Error(JSON.stringify(item));
  return item.code;
}

const error = (record: object, options?: Partial<ReadOptions>): string => {
  const item = read(record, options);
  return item.kind === 'error' ? item.error : 'read';
};

const NO_PROGRAM =
  'There is no program: name the field that holds it with --solution, or give samples with --problems.';

describe('the format of a record', () => {
  it.each<[string | null, object]>([
    ['posterior', { program: 'p', function: 'f', tests: [] }],
    ['posterior', { program: 'p', io: [] }],
    ['posterior', { program: 'p', tests: [] }],
    ['humaneval', { task_id: 'H/0', prompt: '', entry_point: 'f', test: '', canonical_solution: '' }],
    ['humaneval', { prompt: '', entry_point: 'f', test: '', base_input: [], plus_input: [], atol: 0 }],
    ['leetcode', { prompt: '', entry_point: 'Solution().f', test: '', input_output: [{}], question_id: 1 }],
    ['mbpp', { task_id: 1, code: '', test_list: [] }],
    ['mbpp', { prompt: '', entry_point: 'f', assertion: '', base_input: [], plus_input: [] }],
    ['mbpp', { id: 'a', test_cases: ['assert f(1)'], program: 'p' }],
    ['livecodebench', { question_id: 'a', public_test_cases: '[]', private_test_cases: '', metadata: '{}' }],
    ['apps', { problem_id: 1, input_output: '{}', solutions: '[]' }],
    ['apps', { input_output: '', solutions: '[]' }],
    ['deepcoder', { problem: '', tests: '[]', solutions: [] }],
    ['deepcoder', { prompt: '', verification_info: {} }],
    [null, { task_id: 'H/0', completion: '' }],
  ])('is %s', (format, record) => {
    expect(formatOf(record as JsonObject)).toBe(format);
  });
});

describe('the project’s own format', () => {
  it('reads a script', () => {
    expect(submission({ id: 'a', program: 'p', io: [{ input: '1', output: '2' }] })).toMatchObject({
      entry: '',
      tests: [],
      io: [{ input: '1', output: '2' }],
    });
    expect(error({ program: 'p', io: [{ input: '1' }] })).toBe('io.0.output is missing.');
  });

  it('names the field that was probably meant', () => {
    expect(error({ program: 'p', fuction: 'f', tests: [] })).toBe(
      'function is missing; is “fuction” meant for it?',
    );
    expect(error({ program: 'p', tests: [] })).toBe('function is missing.');
    expect(error({ program: 'p', function: 'f' }, { solution: 'progam' })).toBe(
      'There is no field progam with a program. Did you mean “program”?',
    );
  });
});

describe('LeetCodeDataset', () => {
  const record = {
    task_id: 'two-sum',
    question_id: 1,
    prompt: 'from typing import *\n',
    completion: 'class Solution:\n    def f(self): return 1\n',
    entry_point: 'Solution().f',
    test: 'def check(candidate):\n    assert candidate() == 1\n',
  };

  it('has its solution in `completion`, unless that is what is graded', () => {
    expect(read(record)).toMatchObject({
      id: 'two-sum',
      format: 'leetcode',
      submission: { entry: 'Solution().f' },
    });
    expect(code(record).reference).toContain('class Solution');
    expect(code(record, { solution: 'completion' }).reference).toBeNull();
    expect(
      code({ ...record, canonical_solution: 'class Solution: pass' }, { solution: 'completion' }).reference,
    ).toBe('class Solution: pass');
  });
});

describe('MBPP and its like', () => {
  it('reads test_list as a list, as JSON, and as Python prints it', () => {
    const asserts = ['assert f(1) == 2', "assert f(\"a'b\") == '\\n'"];
    const printed = `['assert f(1) == 2', 'assert f("a\\'b") == \\'\\\\n\\'']`;
    for (const test_list of [asserts, JSON.stringify(asserts), printed]) {
      expect(code({ task_id: 1, code: 'def f(x): return x', test_list }).asserts).toEqual(asserts);
    }
    expect(error({ task_id: 1, code: '', test_list: 'assert f(1) == 2' })).toBe(
      'test_list must be an array of texts.',
    );
    expect(error({ task_id: 1, code: '', test_list: '[f(1)]' })).toBe('test_list must be an array of texts.');
  });

  it('reads the files of EvalPlus', () => {
    expect(
      read({
        task_id: 'Mbpp/2',
        prompt: 'p',
        entry_point: 'f',
        canonical_solution: 'def f(x): pass',
        assertion: 'assert f(1)',
      }),
    ).toMatchObject({
      id: 'Mbpp/2',
      code: { asserts: ['assert f(1)'], entry: 'f', reference: 'def f(x): pass' },
    });
    const script = 'import numpy as np\nfor each in [1]:\n    assert f(each)\n';
    expect(
      code({ task_id: 2, code: 'def f(x): pass', test_list: ['assert f(1)'], test: script }),
    ).toMatchObject({
      asserts: ['assert f(1)', script],
      setup: '',
    });
    expect(
      code({ task_id: 2, code: 'def f(x): pass', test_list: ['assert f(1)'], test: 'import numpy\n' }),
    ).toMatchObject({
      asserts: ['assert f(1)', 'import numpy\n'],
      setup: '',
    });
  });

  it('says that inputs without outputs are left aside', () => {
    const record = {
      task_id: 1,
      prompt: 'p',
      entry_point: 'f',
      canonical_solution: 'def f(x): pass',
      assertion: 'assert f(1)',
    };
    expect(read({ ...record, plus_input: [[1]] })).toHaveProperty(
      'note',
      expect.stringContaining('plus_input is left aside'),
    );
    expect(read({ ...record, plus_input: [] })).not.toHaveProperty('note');
  });

  it('reads null for what is not there', () => {
    const record = {
      task_id: null,
      code: 'def größe(x): return x',
      test_list: ['assert größe([1]) == set(f(2))'],
    };
    expect(
      read({ ...record, test_imports: null, challenge_test_list: null, test_setup_code: null }),
    ).toMatchObject({
      id: 7,
      code: { entry: null, setup: '' },
    });
  });

  it('undoes what Python prints', () => {
    expect(pythonTexts(`['a', "b'c", '\\x41\\u00e9\\U0001f600\\t\\\\']`)).toEqual(['a', "b'c", 'Aé😀\t\\']);
    expect(pythonTexts('[]')).toEqual([]);
    for (const text of ["['a'", "['a' 'b']", '[1]', "['a]", "[f('a')]"]) expect(pythonTexts(text)).toBeNull();
  });
});

/** As Python's `pickle.dumps(text, protocol)` writes a text of less than 2³² bytes. */
function pickled(text: string, protocol: 2 | 4): Uint8Array {
  const body = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  if (protocol === 2)
    return Buffer.concat([Buffer.from([0x80, 2, 0x58]), length, body, Buffer.from([0x71, 0, 0x2e])]);
  const short = body.length < 256;
  const text4 = Buffer.concat([
    short ? Buffer.from([0x8c, body.length]) : Buffer.concat([Buffer.from([0x58]), length]),
    body,
    Buffer.from([0x94, 0x2e]),
  ]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32LE(text4.length);
  return Buffer.concat([Buffer.from([0x80, 4, 0x95]), frame, text4]);
}

const packed = (bytes: Uint8Array): string => deflateSync(bytes).toString('base64');

describe('LiveCodeBench', () => {
  const stdin = [{ input: '1 2\n', output: '3\n', testtype: 'stdin' }];
  const hidden = [{ input: 'é\n'.repeat(300), output: '4', testtype: 'stdin' }];
  const record = {
    question_id: 'abc',
    platform: 'atcoder',
    public_test_cases: JSON.stringify(stdin),
    metadata: '{}',
    code: 'print(3)',
  };

  it.each<[string, string]>([
    ['JSON text', JSON.stringify(hidden)],
    ['packed JSON text', packed(Buffer.from(JSON.stringify(hidden)))],
    ['a packed pickle of protocol 2', packed(pickled(JSON.stringify(hidden), 2))],
    ['a packed pickle of protocol 4', packed(pickled(JSON.stringify(hidden), 4))],
  ])('has private tests as %s', async (_, private_test_cases) => {
    const whole = await unpacked({ ...record, private_test_cases });
    expect(read(whole, { solution: 'code' })).toMatchObject({
      id: 'abc',
      format: 'livecodebench',
      submission: {
        program: 'print(3)',
        io: [
          { input: '1 2\n', output: '3\n' },
          { input: hidden[0]!.input, output: '4' },
        ],
      },
    });
  });

  it('takes a pickle apart without running it, and takes no other than of one text', () => {
    expect(pickledText(pickled('short', 4))).toBe('short');
    // pickle.dumps(print), and a list of a text.
    for (const bytes of [
      '\x80\x04\x95\x16\x00\x00\x00\x00\x00\x00\x00\x8c\x08builtins\x94\x8c\x05print\x94\x93\x94.',
      '\x80\x02]q\x00X\x01\x00\x00\x00aq\x01a.',
      '\x80\x02X\xff\x00\x00\x00a.',
      '\x80\x02.',
    ]) {
      expect(() => pickledText(Buffer.from(bytes, 'latin1'))).toThrow(
        'it is a Python pickle of something other than one text',
      );
    }
  });

  it.each([
    ['eJx=', 'it is no zlib data, or cut short'],
    ['no base64!', 'it is neither JSON text nor base64'],
    [packed(pickled('x'.repeat(500), 4)).slice(0, 20), 'it is no zlib data, or cut short'],
    [packed(Buffer.from([0xff, 0xfe])), 'it is not UTF-8 text'],
  ])('says why %.12s cannot be unpacked', async (private_test_cases, why) => {
    await expect(unpacked({ private_test_cases })).rejects.toThrow(
      `private_test_cases cannot be unpacked: ${why}.`,
    );
  });

  it('has tests of a method, one JSON value a line', () => {
    const functional = {
      ...record,
      public_test_cases: [
        { input: '[1, 2.0]\n"a"', output: '18446744073709551616', testtype: 'functional' },
        { input: '\n[]\n\n1', output: 'not json', testtype: 'functional' },
      ],
      metadata: '{"func_name": "two"}',
      starter_code: 'class Solution:\n    def two(self, a, b):\n        ',
      mine: 'class Solution:\n    def two(self, a, b): return 1',
      plain: 'def two(a, b): return 1',
    };
    const read = submission(functional, { solution: 'mine' });
    expect(read.entry).toBe('Solution().two');
    expect(read.tests).toEqual([
      {
        args: [[1, { $: 'float', v: 2 }], 'a'],
        expected: { $: 'int', v: '18446744073709551616' },
        compare: { types: 'json' },
      },
      { args: [[], 1], expected: 'not json', compare: { types: 'json' } },
    ]);
    expect(submission(functional, { solution: 'plain' }).entry).toBe('two');
    expect(error({ ...functional, metadata: '{}' }, { solution: 'mine' })).toContain('metadata.func_name');
    expect(
      error(
        { ...functional, public_test_cases: '[{"input":"]","output":"","testtype":"functional"}]' },
        { solution: 'mine' },
      ),
    ).toMatch(/^The input of test 1 is not one JSON value a line\. /);
  });

  it('never lets what the platform imports stand for the program', () => {
    const task = {
      ...record,
      public_test_cases: [{ input: '1\n2', output: '3', testtype: 'functional' }],
      metadata: '{"func_name":"add"}',
    };
    const { program } = submission({ ...task, none: '' }, { solution: 'none' });
    expect(program).toMatch(/globals\(\)\.pop\("add", None\)\n$/);
  });

  it.each([
    [{ public_test_cases: '[]' }, 'The task has no tests.'],
    [{ public_test_cases: '[' }, /^public_test_cases holds no JSON\. /],
    [
      { public_test_cases: '[1]' },
      'public_test_cases must be a list of {input, output}, which its test 1 is not.',
    ],
    [
      { public_test_cases: [...stdin, { ...stdin[0], testtype: 'functional' }] },
      'Some of the tests are of a script and some of a function.',
    ],
    [
      { public_test_cases: [{ input: '', output: ' \n' }] },
      'No test expects any output, so a program that does nothing would pass.',
    ],
  ])('refuses %j', (more, sentence) => {
    expect(error({ ...record, ...more }, { solution: 'code' })).toMatch(sentence);
  });

  it('needs a program from somewhere', () => {
    expect(error(record)).toBe(NO_PROGRAM);
  });
});

describe('APPS', () => {
  const record = {
    problem_id: 5,
    solutions: JSON.stringify(['print(input())', 'x']),
    input_output: JSON.stringify({ inputs: ['a\n', ['b', 'c']], outputs: ['a', ['b', 'c']] }),
    starter_code: '',
  };

  it('is a script with its first solution', () => {
    expect(read(record)).toMatchObject({
      id: 5,
      format: 'apps',
      submission: {
        program: 'print(input())',
        io: [
          { input: 'a\n', output: 'a' },
          { input: 'b\nc', output: 'b\nc' },
        ],
      },
    });
  });

  it('is a function where it names one, and takes a list of one for the value in it if all are', () => {
    const named = (outputs: unknown, inputs: unknown = [[1], [2]]): object => ({
      ...record,
      solutions: ['def f(x): return x'],
      input_output: { fn_name: 'f', inputs, outputs },
    });
    const expected = (task: object): unknown[] => submission(task).tests.map((test) => test.expected);
    expect(expected(named([[1], [[2]]]))).toEqual([1, [2]]);
    expect(expected(named([[1], [2, 3]]))).toEqual([[1], [2, 3]]);
    expect(expected(named([1, [2]]))).toEqual([1, [2]]);
    expect(error(named([1, 2], [1, 2]))).toBe('The input of test 1 is no list of arguments.');
    expect(submission(named([1, 2])).entry).toBe('f');
  });

  it.each([
    ['', 'The task has no tests.'],
    ['{}', 'input_output holds no inputs and outputs, so the task has no tests.'],
    ['{"inputs":[],"outputs":[]}', 'The task has no tests.'],
    ['{"inputs":["1"],"outputs":[]}', 'input_output must hold as many outputs as inputs, each in a list.'],
    ['{"inputs":[1],"outputs":["1"]}', 'The input of test 1 is neither a text nor a list of lines.'],
    ['{"inputs":["1"],"outputs":["1"],"fn_name":3}', 'input_output.fn_name must be a text.'],
  ])('refuses %j', (input_output, sentence) => {
    expect(error({ ...record, input_output })).toBe(sentence);
  });

  it('says that there is no solution', () => {
    expect(error({ ...record, solutions: '[]' })).toBe(NO_PROGRAM);
    expect(error({ ...record, solutions: '[]' }, { references: true })).toBe(
      'There is no reference solution to check.',
    );
    expect(read({ ...record, mine: 'y' }, { references: true, solution: 'mine' })).toMatchObject({
      submission: { program: 'print(input())' },
    });
  });
});

describe('DeepCoder and PrimeIntellect', () => {
  it('has tests that each say what they are', () => {
    expect(
      read({
        tests: JSON.stringify([{ input: '1', output: '1', testtype: 'stdin' }]),
        solutions: ['```python\nprint(1)\n```'],
      }),
    ).toMatchObject({
      id: 7,
      format: 'deepcoder',
      submission: { program: 'print(1)', io: [{ input: '1', output: '1' }] },
    });
    expect(
      submission({
        tests: [{ input: '1\n2', output: '3', testtype: 'functional', metadata: { func_name: 'add' } }],
        solutions: ['def add(a, b): return a + b'],
      }),
    ).toMatchObject({ entry: 'add', tests: [{ args: [1, 2], expected: 3 }] });
    expect(
      submission({
        tests: '{"fn_name": "add", "inputs": [[1, 2]], "outputs": [[3]]}',
        solutions: ['def add(a, b): return 3'],
      }),
    ).toMatchObject({ entry: 'add', tests: [{ args: [1, 2], expected: 3 }] });
  });

  it('has verification_info, as an object or as text', () => {
    const info = {
      language: 'python',
      test_cases: [{ type: 'function_call', fn_name: 'add', input: [1, 2], output: [3] }],
    };
    for (const verification_info of [info, JSON.stringify(info)]) {
      expect(
        submission({ verification_info, gold_standard_solution: 'def add(a, b): return 3' }),
      ).toMatchObject({
        entry: 'add',
        tests: [{ args: [1, 2], expected: 3 }],
      });
    }
  });

  it.each<[object, string]>([
    [
      { verification_info: { language: 'rust', test_cases: [] } },
      'The task is for "rust"; only Python is graded in this format.',
    ],
    [
      { verification_info: { test_cases: [{ input: '', output: '', type: 'html' }] } },
      'Test 1 is of a kind that is not known, "html".',
    ],
    [
      { verification_info: { test_cases: [{ input: [], output: [], type: 'function_call' }] } },
      'Test 1 calls a function but does not name it.',
    ],
    [
      {
        tests: [
          { input: '', output: 'a' },
          { input: [], output: [1], type: 'function_call', fn_name: 'f' },
        ],
      },
      'tests has tests of more than one function, or of a script too.',
    ],
    [{ tests: '[]', solutions: ['x'] }, 'The task has no tests.'],
    [{ tests: '[{"input":"1","output":"1"}]', solutions: [''] }, NO_PROGRAM],
  ])('refuses %j', (record, sentence) => {
    expect(error(record)).toBe(sentence);
  });
});

it('takes the fence from around a solution, and only from around all of it', () => {
  expect(unfenced('\n```python\nx = 1\n```\n')).toBe('x = 1');
  expect(unfenced('```\r\nx = 1\n\n```')).toBe('x = 1\n');
  expect(unfenced('x = """\n```\n"""')).toBe('x = """\n```\n"""');
});
