import { describe, expect, it } from 'vitest';
import { parquetRows } from '../domains/code/grading/files/parquet.ts';
import { code } from '../domains/code/index.ts';
import type { CodeTask } from '../domains/code/task.ts';
import type { MathsTask } from '../domains/maths/task.ts';
import { verlParquet } from './parquet.ts';
import { readRows, TaskRowError, trlRows, verlRows } from './tasks.ts';

const throughJson = (rows: readonly unknown[]): unknown[] =>
  rows.map((row) => JSON.parse(JSON.stringify(row)) as unknown);

async function throughParquet(rows: Parameters<typeof verlParquet>[0]): Promise<unknown[]> {
  const read: unknown[] = [];
  for await (const row of parquetRows(verlParquet(rows), () => true)) read.push(row);
  return read;
}

/** Values that each need a tag, and texts that are hard to store. */
const hard: CodeTask = {
  id: 'hard/1',
  family: 'hard',
  split: 'train',
  prompt: 'def f(x):\n    """👩‍👩‍👧 \0 "quoted" \\n"""\n',
  entry: 'f',
  visibleTests: [
    {
      args: [{ $: 'tuple', v: [1, { $: 'float', v: 1 }] }],
      expected: { $: 'int', v: '12345678901234567890' },
    },
    {
      args: [null, '\ud800'],
      kwargs: { k: [true] },
      expected: 0.5,
      compare: { tolerance: { absolute: 1e-6 } },
    },
  ],
  heldOutTests: [{ args: [[]], expected: { $: 'dict', v: [['1', []]] } }],
};

const sum: MathsTask = {
  id: 'sum/1',
  family: 'sums',
  split: 'held-out',
  label: 'a sum',
  prompt: 'What is 1/2 km + 1/3 km?\n',
  reference: '1/2 + 1/3 = 5/6.',
  answer: '5/6',
  units: ['km', 'kilometres'],
  tolerance: '0.01',
  plan: { steps: [{ operation: 'add', operands: ['1/2', '1/3'], result: '5/6' }] },
};

describe('tasks as rows', () => {
  it.each([
    ['code', [hard, { ...hard, id: 'hard/2', split: 'held-out' as const, label: 'two', reference: 'Add.' }]],
    ['maths', [sum, { ...sum, id: 'sum/2', split: 'train' as const, answer: 'x + 1' }]],
  ])('of %s come back as they were, from either table', async (domain, tasks) => {
    const wanted = {
      domain,
      train: tasks.filter(({ split }) => split === 'train'),
      heldOut: tasks.filter(({ split }) => split === 'held-out'),
    };
    expect(readRows(throughJson(trlRows(domain, tasks)))).toEqual(wanted);
    expect(readRows(await throughParquet(verlRows(domain, tasks)))).toEqual(wanted);
  });

  it('have the columns of TRL and of verl', () => {
    const [trl] = trlRows('code', [hard]);
    expect(trl).toMatchObject({
      prompt: hard.prompt,
      data_source: 'posterior/code',
      split: 'train',
      id: 'hard/1',
    });
    const [verl] = verlRows('maths', [sum]);
    expect(verl).toMatchObject({
      data_source: 'posterior/maths',
      prompt: [{ role: 'user', content: sum.prompt }],
      ability: 'math',
      reward_model: { style: 'rule', ground_truth: '5/6' },
      extra_info: { split: 'test', index: 0, prompt: sum.prompt },
    });
  });

  it('that were read grade as before', async () => {
    const task = readRows(throughJson(trlRows('code', [hard]))).train[0] as CodeTask;
    const graded: unknown[] = [];
    const sandbox = {
      grade: async (submissions: readonly unknown[]) => {
        graded.push(...submissions);
        return [];
      },
    };
    await code
      .verifier({ sandbox, timeoutMs: 1000 })
      .verify([{ task, answer: 'def f(x): pass' }], 'strict')
      .catch(() => []);
    expect(graded).toMatchObject([{ entry: 'f', tests: [...hard.visibleTests, ...hard.heldOutTests] }]);
  });

  it.each([
    [[], 'There are no rows'],
    [[{ prompt: 'x' }], 'Row 1: split: '],
    [
      [{ ...trlRows('code', [hard])[0], data_source: 'openai/gsm8k' }],
      'those that can be read begin with posterior/',
    ],
    [[...trlRows('code', [hard]), ...trlRows('maths', [sum])], 'Row 2 has the data source posterior/maths'],
    [[{ ...trlRows('code', [hard])[0], ground_truth: '72' }], 'ground_truth of hard/1'],
    [[{ ...trlRows('code', [hard])[0], ground_truth: '{' }], 'is not JSON'],
  ])('are refused where they are others: %#', (rows, message) => {
    expect(() => readRows(rows)).toThrow(TaskRowError);
    expect(() => readRows(rows)).toThrow(message);
  });

  it('cannot be made of a domain that has no form', () => {
    expect(() => trlRows('chess', [sum])).toThrow(TaskRowError);
  });
});
