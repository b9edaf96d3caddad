import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../code/grading/json-line.ts';
import { parseJsonLine } from '../code/grading/json-line.ts';
import { TaskFileError } from '../domain.ts';
import type { CodeDraft, MathsDraft } from './draft.ts';
import { draftOf, readDrafts } from './read.ts';
import { exampleText } from './template.ts';

/** The published file is not part of the project. */
const HUMAN_EVAL = join(process.env['POSTERIOR_DATA'] ?? 'data', 'HumanEval.jsonl');

async function* bytesOf(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

const linesOf = (records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

const draft = (record: object) => draftOf(parseJsonLine(JSON.stringify(record)) as JsonObject, 1);
const faultOf = (record: object): string => {
  try {
    return `read as ${draft(record).shape}`;
  } catch (error) {
    return (error as Error).message;
  }
};

const CODE = { prompt: 'Add one.', entry: 'f', visible: [{ args: [1], expected: 2 }] };
const MATHS = { prompt: 'What is 1 + 1?', answer: '2' };

describe('own tasks', () => {
  it('of programs have defaults for what may be left out', () => {
    expect(draft(CODE).draft).toEqual({
      kind: 'code',
      line: 1,
      id: null,
      family: 'own',
      prompt: 'Add one.\n',
      reasoning: null,
      entry: 'f',
      language: 'python',
      preamble: '',
      visible: [{ args: [1], expected: 2 }],
      heldOut: [],
      program: null,
      completes: false,
    });
  });

  it('of mathematics take numbers for their texts', () => {
    expect(draft({ ...MATHS, id: 7, answer: 0.5, tolerance: 0.01, units: ['km'] }).draft).toMatchObject({
      id: '7',
      answer: '0.5',
      tolerance: '0.01',
      units: ['km'],
    });
    expect(draft({ ...MATHS, answer: 12345678901234567890n.toString() }).draft).toMatchObject({
      answer: '12345678901234567890',
    });
  });

  it('keep the types that Python has and JavaScript has not', () => {
    const line =
      '{"prompt":"p","entry":"f","visible":[{"args":[1.0,{"2":1,"1":2}],"expected":12345678901234567890}]}';
    const { draft: read } = draftOf(parseJsonLine(line) as JsonObject, 1);
    expect((read as CodeDraft).visible).toEqual([
      {
        args: [
          { $: 'float', v: 1 },
          {
            $: 'dict',
            v: [
              ['2', 1],
              ['1', 2],
            ],
          },
        ],
        expected: { $: 'int', v: '12345678901234567890' },
      },
    ]);
  });

  it.each([
    [{ ...CODE, visible: [] }, 'visible must be an array with at least one test.'],
    [{ ...CODE, entry: undefined }, 'entry is missing.'],
    [{ ...CODE, prompt: ' ' }, 'prompt must be a text that is not blank.'],
    [{ ...CODE, language: 'rust' }, 'language must be "python" or "javascript".'],
    [{ ...CODE, heldout: [] }, 'A task has no field “heldout”. Did you mean “heldOut”?'],
    [
      { ...CODE, difficulty: 3 },
      'A task has no field “difficulty”; what a file carries along besides stands in “comment”.',
    ],
    [{ ...CODE, visible: [{ args: [1] }] }, 'visible test 1, expected is missing.'],
    [{ ...CODE, visible: [3] }, 'visible test 1 must be an object {args, expected} or a text of Python.'],
    [
      { ...CODE, heldOut: [CODE.visible[0], { args: 1, expected: 2 }] },
      'held-out test 2, args must be an array.',
    ],
    [
      { ...CODE, visible: [{ args: [1], expected: 2, comparison: 'equal' }] },
      'visible test 1, comparison is no field of a test; a test has args, kwargs, expected and compare.',
    ],
    [
      { ...CODE, visible: [{ args: [1], expected: 2, compare: { types: 'loose' } }] },
      'visible test 1, compare, types must be exact, equal or json.',
    ],
    [{ ...MATHS, tolerence: 1 }, 'A task has no field “tolerence”. Did you mean “tolerance”?'],
    [{ ...MATHS, answer: [1] }, 'answer must be a text or a number.'],
    [{ ...MATHS, units: 'km' }, 'units must be an array of texts.'],
    [
      { promt: 'p', answer: '2' },
      'A task has prompt, entry and visible, or prompt and answer. It has promt, answer. Is “promt” meant for “prompt”?',
    ],
    [
      { program: 'x', function: 'f', tests: [] },
      'It is a program to be graded. A task has prompt, entry and visible, or prompt and answer.',
    ],
    [{ input_output: '{}', question: 'q' }, 'APPS is graded, but not read as tasks.'],
    [{}, 'A task has prompt, entry and visible, or prompt and answer. It has no fields.'],
  ])('%j is named with its reason', (record, reason) => {
    expect(faultOf(record)).toBe(reason);
  });

  it('of the examples are all read', async () => {
    for (const domain of ['code', 'maths'] as const) {
      for (const comments of [true, false]) {
        const read = await readDrafts('x', bytesOf(exampleText(domain, comments)));
        expect(read.faults).toEqual([]);
        expect(read.drafts.map(({ kind }) => kind)).toEqual(read.drafts.map(() => domain));
      }
    }
  });
});

const check = 'METADATA = {}\n\ndef check(candidate):\n    assert candidate(1) == 2\n';

describe('other data sets', () => {
  it('HumanEval: the check as it stands, behind the helpers of the prompt', () => {
    const { shape, draft: read } = draft({
      task_id: 'HumanEval/0',
      prompt: 'def f(x):\n    """Add one."""\n',
      entry_point: 'f',
      canonical_solution: '    return x + 1\n',
      test: check,
    });
    expect(shape).toBe('HumanEval');
    expect(read).toMatchObject({
      id: 'HumanEval/0',
      family: 'humaneval',
      entry: 'f',
      preamble: null,
      visible: [`${check}\n\ncheck(f)`],
      heldOut: [],
      program: '    return x + 1\n',
      completes: true,
    });
  });

  it('MBPP, full: challenge tests are held out, and the prompt shows the others', () => {
    const { shape, draft: read } = draft({
      text: 'Write a function to add one.',
      code: 'def f(x):\r\n    return x + 1',
      task_id: 11,
      test_setup_code: 'import math',
      test_list: ['assert f(1) == 2', 'assert f(math.floor(2.5)) == 3'],
      challenge_test_list: ['assert f(-1) == 0'],
    });
    expect(shape).toBe('MBPP');
    expect(read).toMatchObject({
      id: 'mbpp/11',
      entry: null,
      prompt:
        'Write a function to add one.\nYour code should pass these tests:\nassert f(1) == 2\nassert f(math.floor(2.5)) == 3\n',
      visible: ['import math', 'assert f(1) == 2', 'assert f(math.floor(2.5)) == 3'],
      heldOut: ['import math', 'assert f(-1) == 0'],
      program: 'def f(x):\r\n    return x + 1',
      completes: false,
    });
  });

  it('MBPP, sanitized, as the published file is one array', async () => {
    const read = await readDrafts(
      'sanitized',
      bytesOf(readFileSync('tests/fixtures/reports/mbpp-array.json')),
    );
    expect([read.unit, read.shapes, read.faults]).toEqual(['record', { MBPP: 2 }, []]);
    expect(read.drafts[1]).toMatchObject({
      id: 'mbpp/3',
      visible: ['import math', 'assert g(2) == math.floor(4.5)'],
    });
  });

  it.each(['none', 'snappy', 'gzip', 'zstd', 'brotli'])('MBPP as Parquet, packed with %s', async (codec) => {
    const bytes = readFileSync(`tests/fixtures/parquet/mbpp-${codec}.parquet`);
    const { drafts, faults, unit, shapes } = await readDrafts('x', bytesOf(bytes));
    expect([unit, Object.keys(shapes), faults]).toEqual(['row', ['MBPP'], []]);
    expect(drafts.length).toBeGreaterThan(0);
    expect(drafts.every(({ id, kind }) => kind === 'code' && id?.startsWith('mbpp/'))).toBe(true);
  });

  it('EvalPlus: inputs, whose outputs the canonical solution has to say', () => {
    const humanEval = draft({
      task_id: 'HumanEval/0',
      prompt: 'def f(x):\n    """Add one."""\n',
      contract: '',
      entry_point: 'f',
      canonical_solution: '    return x + 1\n',
      base_input: [[1], [2.5]],
      plus_input: [[3]],
      atol: 0.001,
    });
    expect(humanEval.shape).toBe('EvalPlus');
    expect(humanEval.draft).toMatchObject({
      id: 'HumanEval/0',
      visible: [],
      inputs: { visible: [[1], [2.5]], heldOut: [[3]], absolute: 0.001, assertion: null },
      completes: true,
    });
    const mbpp = draft({
      task_id: 'Mbpp/2',
      prompt:
        '"""\nWrite a function to find the shared elements.\nassert set(f((1,),(1,))) == set((1,))\n"""\n',
      entry_point: 'f',
      canonical_solution: '\ndef f(a, b):\n  return tuple(set(a) & set(b))\n',
      base_input: [[[1], [1]]],
      plus_input: {},
      atol: 0,
      assertion: 'assert set(f((1,),(1,))) == set((1,))',
    });
    expect(mbpp.draft).toMatchObject({
      prompt:
        'Write a function to find the shared elements.\nassert set(f((1,),(1,))) == set((1,))\nThe function is called f.\n',
      inputs: { heldOut: [], assertion: 'assert set(f((1,),(1,))) == set((1,))' },
      completes: false,
    });
    expect(faultOf({ prompt: 'def find_zero(xs):', entry_point: 'find_zero', base_input: [[1]] })).toContain(
      'Any root is right',
    );
  });

  it('GSM8K: the answer after ####, the reasoning without the calculator’s notes', async () => {
    const read = await readDrafts('gsm8k', bytesOf(readFileSync('tests/fixtures/gsm8k/sample.jsonl')));
    expect(read.faults).toEqual([]);
    expect(Object.keys(read.shapes)).toEqual(['GSM8K']);
    const [first, second] = read.drafts as MathsDraft[];
    expect([first?.answer, second?.answer]).toEqual(['2,125', '18']);
    expect(second?.reasoning).toContain('Janet sells 16 - 3 - 4 = 9 duck eggs a day.');
    expect(read.drafts.every(({ reasoning }) => !/<<|####/.test(reasoning ?? ''))).toBe(true);
  });

  it('MATH: the last box of the solution, or the column of its own', () => {
    const problem = { problem: 'Find x.', level: 'Level 1', type: 'Algebra' };
    expect(draft({ ...problem, solution: 'Half, so $\\boxed{\\frac{1}{2}}$.' }).draft).toMatchObject({
      family: 'Algebra',
      answer: '\\frac{1}{2}',
      reasoning: 'Half, so $\\boxed{\\frac{1}{2}}$.',
    });
    expect(
      draft({
        ...problem,
        unique_id: 'test/algebra/1.json',
        subject: 'Algebra',
        solution: 'So.',
        answer: '7',
      }),
    ).toMatchObject({ shape: 'MATH', draft: { id: 'test/algebra/1.json', answer: '7', reasoning: 'So.' } });
    expect(faultOf({ ...problem, solution: 'It is 7.' })).toContain('no \\boxed');
  });

  it('TRL: a prompt as text or messages, and the answer in a column', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'What is 1 + 1?' }] },
    ];
    expect(draft({ prompt: messages, solution: '$\\boxed{2}$', source: 'x' })).toMatchObject({
      shape: 'TRL',
      draft: { prompt: 'Be brief.\n\nWhat is 1 + 1?\n', answer: '2', reasoning: '$\\boxed{2}$' },
    });
    expect(draft({ prompt: 'What is 1 + 1?', ground_truth: '2', difficulty: 1 })).toMatchObject({
      shape: 'TRL',
      draft: { answer: '2', reasoning: null },
    });
    expect(draft({ ...CODE, prompt: [{ role: 'user', content: 'Add one.' }] })).toMatchObject({
      shape: 'own tasks',
      draft: { prompt: 'Add one.\n' },
    });
    expect(faultOf({ prompt: [{ role: 'assistant', content: 'x' }], answer: '2' })).toContain(
      'turn of the assistant',
    );
    expect(faultOf({ prompt: [{ role: 'user' }], answer: '2' })).toContain('messages without a text');
  });

  it('verl: the ground truth, and tests as JSON for programs', () => {
    const row = {
      data_source: 'openai/gsm8k',
      prompt: [{ role: 'user', content: 'How many?' }],
      ability: 'math',
      reward_model: { style: 'rule', ground_truth: '1,234' },
      extra_info: { split: 'train', index: 5, answer: '<<1=1>>1 and 1,233 are 1,234\n#### 1,234' },
    };
    expect(draft(row)).toMatchObject({
      shape: 'verl',
      draft: {
        id: 'openai/gsm8k/train/5',
        family: 'gsm8k',
        prompt: 'How many?\n',
        answer: '1,234',
        reasoning: '1 and 1,233 are 1,234',
      },
    });
    const { visible, entry } = CODE;
    const tests = JSON.stringify({ entry, visible, heldOut: [{ args: [2], expected: 3 }] }).replace(
      '[2]',
      '[2.0]',
    );
    expect(
      draft({ ...row, ability: 'code', reward_model: { style: 'rule', ground_truth: tests } }),
    ).toMatchObject({
      draft: { kind: 'code', entry: 'f', heldOut: [{ args: [{ $: 'float', v: 2 }], expected: 3 }] },
    });
    const columns = {
      id: 'x',
      family: 'sums',
      reference: 'So 2.',
      units: ['km'],
      tolerance: '0.1',
      label: null,
    };
    const told = { id: 'x', family: 'sums', reasoning: 'So 2.' };
    for (const exported of [
      { ...columns, prompt: 'How many?', ground_truth: '2', split: 'test', index: 3 },
      { ...row, reward_model: { ground_truth: '2' }, extra_info: columns },
    ])
      expect(draft(exported).draft).toMatchObject({ ...told, answer: '2', units: ['km'], tolerance: '0.1' });
    expect(draft({ ...columns, prompt: 'Add one.', ground_truth: tests }).draft).toMatchObject({
      ...told,
      kind: 'code',
      entry: 'f',
    });
    expect(faultOf({ ...row, reward_model: { style: 'rule' } })).toBe(
      'reward_model.ground_truth is missing.',
    );
    expect(faultOf({ ...row, ability: 'code' })).toContain('no other tests are read');
  });

  it('what export writes for verl, as Parquet with messages and structures in its columns', async () => {
    for (const domain of ['code', 'maths']) {
      const bytes = readFileSync(`tests/fixtures/parquet/verl-${domain}.parquet`);
      const { drafts, faults, shapes } = await readDrafts('x', bytesOf(bytes));
      expect([shapes, faults]).toEqual([{ 'exported tasks': 60 }, []]);
      expect(drafts.every(({ kind, id, prompt }) => kind === domain && id !== null && prompt !== '')).toBe(
        true,
      );
    }
  });

  it.skipIf(!existsSync(HUMAN_EVAL))('HumanEval, the real file (where POSTERIOR_DATA has it)', async () => {
    const read = await readDrafts('HumanEval', bytesOf(readFileSync(HUMAN_EVAL)));
    expect([read.drafts.length, read.shapes, read.faults]).toEqual([164, { HumanEval: 164 }, []]);
  });
});

describe('a file', () => {
  it('keeps what can be read, and names the rest with its line', async () => {
    const content = `${linesOf([CODE])}{"prompt": \n\n${linesOf([{ ...CODE, id: 'b', entry: 3 }, CODE])}`;
    const { drafts, faults } = await readDrafts('x', bytesOf(content));
    expect(drafts.map(({ line }) => line)).toEqual([1, 5]);
    expect(faults).toEqual([
      { line: 2, reason: expect.stringContaining('is not JSON') },
      { line: 4, id: 'b', reason: 'entry must be a text.' },
    ]);
  });

  it('of another form is refused with the way out', async () => {
    await expect(readDrafts('x.zip', bytesOf('PK\x03\x04'))).rejects.toThrow(
      new TaskFileError('x.zip cannot be read: it is a zip archive; unpack it first.'),
    );
  });
});
