import { describe, expect, it } from 'vitest';
import type { CodeTask } from '../domains/code/task.ts';
import type { Task } from '../domains/domain.ts';
import { checkTasks } from '../domains/files/check.ts';
import { readDrafts } from '../domains/files/read.ts';
import type { MathsTask } from '../domains/maths/task.ts';
import { verlParquet } from './parquet.ts';
import { TaskRowError, trlRows, verlRows } from './tasks.ts';

async function* linesOf(rows: readonly unknown[]): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

async function* bytesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** What either table is read as, without the place of each record. */
async function readBack(domain: string, tasks: readonly Task[]) {
  const files = [
    await readDrafts('tasks.jsonl', linesOf(trlRows(domain, tasks))),
    await readDrafts('tasks.parquet', bytesOf(verlParquet(verlRows(domain, tasks)))),
  ];
  return files.map(({ drafts, faults }) => {
    expect(faults).toEqual([]);
    return drafts.map(({ line: _, ...draft }) => draft);
  });
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
    // Whole floats that JSON would write as integers.
    { args: [2 ** 53, -1e20], expected: { $: 'complex', v: [1e20, 0] } },
    { args: [[2 ** 53 - 1]], expected: { $: 'int', v: String(2n ** 53n) } },
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
  it('of programs come back as they were, from either table', async () => {
    const second = { ...hard, id: 'hard/2', split: 'held-out' as const, reference: 'Add.' };
    const draft = {
      kind: 'code',
      family: 'hard',
      prompt: hard.prompt,
      entry: 'f',
      language: 'python',
      preamble: '',
      visible: hard.visibleTests,
      heldOut: hard.heldOutTests,
      program: null,
      completes: false,
    };
    const wanted = [
      { ...draft, id: 'hard/1', reasoning: null },
      { ...draft, id: 'hard/2', reasoning: 'Add.' },
    ];
    expect(await readBack('code', [hard, second])).toEqual([wanted, wanted]);
  });

  it('of mathematics come back as tasks to train on', async () => {
    const plain: MathsTask = { ...sum, id: 'sum/2', answer: 'x + 1' };
    const { split: _, label: __, plan: ___, ...task } = sum;
    for (const bytes of [
      linesOf(trlRows('maths', [sum, plain])),
      bytesOf(verlParquet(verlRows('maths', [sum, plain]))),
    ]) {
      const { file, leftOut } = await checkTasks('tasks', bytes, {
        sandbox: () => Promise.reject(new Error('no sandbox is needed')),
      });
      expect(leftOut).toEqual([]);
      expect(file?.tasks).toEqual([task, { ...task, id: 'sum/2', answer: 'x + 1' }]);
    }
  });

  it('have test code as texts that assert, and what stands before a program', async () => {
    const coded: CodeTask = {
      ...hard,
      preamble: 'import math\n',
      visibleTests: [],
      visibleCode: { source: 'def check(candidate):\n    assert candidate(1)' },
      heldOutTests: [],
      heldOutCode: { source: 'assert f(2)', statements: true },
    };
    const [[draft] = []] = await readBack('code', [coded]);
    expect(draft).toMatchObject({
      preamble: 'import math\n',
      visible: ['def check(candidate):\n    assert candidate(1)\n\ncheck(f)'],
      heldOut: ['assert f(2)'],
    });
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

  it.each([
    [{ ground_truth: '72' }, 'ground_truth holds no tests'],
    [{ ground_truth: '' }, 'ground_truth'],
    [{ prompt: null }, 'prompt'],
  ])('are refused where they are damaged: %j', async (damage, message) => {
    const rows = trlRows('code', [hard]).map((row) => ({ ...row, ...damage }));
    const { drafts, faults } = await readDrafts('tasks.jsonl', linesOf(rows));
    expect(drafts).toEqual([]);
    expect(faults).toEqual([{ line: 1, id: 'hard/1', reason: expect.stringContaining(message) }]);
  });

  it('cannot be made of a domain that has no form', () => {
    expect(() => trlRows('chess', [sum])).toThrow(TaskRowError);
  });
});

describe('rows of prompts of another style', () => {
  const styled = { promptOf: ({ prompt }: Task) => `Examples.\n\n${prompt}` };

  it('have the task alone beside the prompt, for the reward model, and come back as the task', async () => {
    const [trl] = trlRows('maths', [sum], styled);
    expect([trl?.prompt, trl?.problem]).toEqual([`Examples.\n\n${sum.prompt}`, sum.prompt]);
    const [verl] = verlRows('maths', [sum], styled);
    expect(verl?.prompt).toEqual([{ role: 'user', content: `Examples.\n\n${sum.prompt}` }]);
    expect(verl?.extra_info.prompt).toBe(sum.prompt);
    const files = [
      await readDrafts('tasks.jsonl', linesOf(trlRows('maths', [sum], styled))),
      await readDrafts('tasks.parquet', bytesOf(verlParquet(verlRows('maths', [sum], styled)))),
    ];
    for (const { drafts } of files) expect(drafts[0]).toMatchObject({ id: sum.id, prompt: sum.prompt });
  });

  it('are the messages of a chat for verl, which has the template', () => {
    const messages = [{ role: 'user' as const, content: 'asked' }];
    const [row] = verlRows('maths', [sum], { ...styled, messagesOf: () => messages });
    expect(row?.prompt).toEqual(messages);
  });
});
