import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from './json-line.ts';
import type { ReadOptions } from './lines.ts';
import { entriesOf, Problems, type Entries } from './samples.ts';

const HUMANEVAL = ['0', '1', '12'].map((number): JsonObject => ({
  task_id: `HumanEval/${number}`,
  prompt: 'def f(x):\n    """ Doc. """\n',
  entry_point: 'f',
  canonical_solution: '    return x\n',
  test: 'def check(candidate): pass\n',
}));
const AUTO: ReadOptions = { format: 'auto' };

function problems(records: readonly JsonObject[] = HUMANEVAL): Problems {
  const all = new Problems('tasks.jsonl');
  for (const [i, record] of records.entries()) all.add(record, `line ${i + 1}`);
  return all;
}

const programs = ({ entries }: Entries): unknown[] =>
  entries.map((entry) => (entry.kind === 'error' ? entry.error : entry.submission.program));

describe('samples beside their tasks', () => {
  it('take their tests from the task that they name', async () => {
    const { entries, field } = await problems().entriesOf(
      { task_id: 'HumanEval/1', completion: '    return 1\n' },
      3,
      AUTO,
    );
    expect(field).toBe('completion');
    expect(entries).toMatchObject([
      {
        kind: 'task',
        id: 'HumanEval/1',
        line: 3,
        sample: 0,
        submission: { program: '    return 1\n', entry: 'f' },
        code: { reference: '    return x\n' },
      },
    ]);
  });

  it('are counted for each task, in one record or in several', async () => {
    const all = problems();
    const first = await all.entriesOf(
      { task_id: 'HumanEval/0', generations: ['    a', '    b', null] },
      1,
      AUTO,
    );
    const other = await all.entriesOf({ task_id: 'HumanEval/1', generations: ['    c'] }, 2, AUTO);
    const again = await all.entriesOf({ task_id: 'HumanEval/0', solution: 'def f(x): pass' }, 3, AUTO);
    const counts = [first, other, again].map(({ entries }) => entries.map(({ sample }) => sample));
    expect(counts).toEqual([[0, 1, 2], [0], [3]]);
    expect(programs(first)[2]).toBeNull();
    expect(again.field).toBe('solution');
    expect(all.unasked).toEqual(['HumanEval/12']);
  });

  it('take the field that is named, whatever else is there', async () => {
    const sample = { task_id: 'HumanEval/0', completion: '    a', raw: '    b' };
    const found = await problems().entriesOf(sample, 1, { ...AUTO, solution: 'raw' });
    expect(programs(found)[0]).toContain('    b');
    expect(found.field).toBeUndefined();
  });

  it('name a task by a number or a text', async () => {
    const mbpp: JsonObject = { task_id: 2, code: 'def f(x): pass', test_list: ['assert f(1)'] };
    for (const task_id of [2, '2']) {
      expect(programs(await problems([mbpp]).entriesOf({ task_id, code: 'x' }, 1, AUTO))).toEqual(['x']);
    }
    const contest: JsonObject = { question_id: 'abc_a', public_test_cases: [{ input: '1', output: '2' }] };
    const output = { question_id: 'abc_a', code_list: ['print(2)', 'print(3)'] };
    expect(programs(await problems([contest]).entriesOf(output, 1, AUTO))).toEqual(['print(2)', 'print(3)']);
  });

  it.each<[JsonObject, string]>([
    [{ completion: 'x' }, 'The sample has no task_id, so it belongs to no task.'],
    [
      { task_id: 'HumanEval/13', completion: 'x' },
      'tasks.jsonl has no task with the id HumanEval/13. Did you mean “HumanEval/1”?',
    ],
    [{ task_id: 'zzz', completion: 'x' }, 'tasks.jsonl has no task with the id zzz.'],
    [
      { task_id: 'HumanEval/0', complete: 'x' },
      'The sample has no field completion, solution, generation, output with a program. Name it with --solution.',
    ],
    [{ task_id: 'HumanEval/0', completion: 3 }, 'A sample is no text, so it holds no program.'],
    [{ task_id: 'HumanEval/0', completions: [] }, 'The field completions holds no programs.'],
  ])('are refused with a sentence: %j', async (sample, sentence) => {
    expect(programs(await problems().entriesOf(sample, 1, AUTO))).toEqual([sentence]);
  });

  it('suggest the field that was misspelled', async () => {
    const sample = { task_id: 'HumanEval/0', completion: 'x' };
    expect(programs(await problems().entriesOf(sample, 1, { ...AUTO, solution: 'completoin' }))).toEqual([
      'The sample has no field completoin with a program. Did you mean “completion”?',
    ]);
  });

  it('find every task by its id, and none by another', async () => {
    const id = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.integer(),
      fc.constantFrom('__proto__', 'constructor', 0, '0'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(id, { selector: String, minLength: 1, maxLength: 12 }),
        id,
        async (ids, other) => {
          const all = problems(ids.map((task_id, i) => ({ task_id, function: `f${i}`, tests: [] })));
          for (const [i, task_id] of ids.entries()) {
            for (const named of [task_id, String(task_id)]) {
              const { entries } = await all.entriesOf({ task_id: named, completion: 'p' }, 1, AUTO);
              expect(entries).toMatchObject([{ id: task_id, submission: { entry: `f${i}`, program: 'p' } }]);
            }
          }
          const { entries } = await all.entriesOf({ task_id: other, completion: 'p' }, 1, AUTO);
          expect(entries[0]?.kind === 'error').toBe(!ids.map(String).includes(String(other)));
          expect(all.unasked).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('cannot name a task that has no id, or one of several with the same', async () => {
    const all = new Problems('tasks.jsonl');
    const [task] = HUMANEVAL as [JsonObject];
    expect(all.add({ prompt: '' }, 'line 1')).toContain('has no id');
    expect(all.add(task, 'line 2')).toBeNull();
    expect(all.add({ ...task }, 'line 3')).toBeNull();
    expect(all.add({ ...task, test: 'other' }, 'line 4')).toContain('Several different tasks');
    expect(programs(await all.entriesOf({ task_id: 'HumanEval/0', completion: '' }, 1, AUTO))).toEqual([
      'Several different tasks of tasks.jsonl have the id HumanEval/0.',
    ]);
  });
});

describe('tasks with programs of their own', () => {
  const task: JsonObject = { question_id: 'a', public_test_cases: [{ input: '1', output: '2' }] };

  it('are graded by the first field that holds some', () => {
    expect(entriesOf({ ...task, output: 'print(2)' }, 1, AUTO)).toMatchObject({
      field: 'output',
      entries: [{ kind: 'submission', submission: { program: 'print(2)' } }],
    });
    const several = entriesOf({ ...task, completions: ['a', 'b'] }, 1, AUTO);
    expect(several.field).toBe('completions');
    expect(several.entries.map(({ sample }) => sample)).toEqual([0, 1]);
  });

  it('prefer their reference, and a field that is named', () => {
    const [first] = HUMANEVAL as [JsonObject];
    const both = { ...first, completion: '    return 2\n' };
    expect(entriesOf(both, 1, AUTO)).toMatchObject({
      entries: [{ submission: { program: expect.stringContaining('return x') as string } }],
    });
    expect(programs(entriesOf(both, 1, { ...AUTO, solution: 'completion' }))[0]).toContain('return 2');
    expect(
      programs(entriesOf({ ...both, n: ['    1', '    2'] }, 1, { ...AUTO, solution: 'n' })),
    ).toHaveLength(2);
  });

  it('are not graded by the lack of their solutions', () => {
    const apps: JsonObject = { input_output: { inputs: ['1'], outputs: ['1'] }, solutions: '[]' };
    expect(programs(entriesOf(apps, 1, AUTO))[0]).toMatch(/^There is no program/);
  });
});
