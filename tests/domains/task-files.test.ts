/** Files of programs' tasks, checked in the real sandbox; and a file that is opened in the page. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckedTasks } from '../../src/domains/files/check.ts';
import type { CheckedTask } from '../../src/domains/files/check-task.ts';
import { exampleText } from '../../src/domains/files/template.ts';
import type { TaskSet, Verification } from '../../src/domains/domain.ts';
import { axeViolations, visit } from '../support/lab-page.ts';
import { openTestPage, type TestPage } from '../support/page.ts';

let test: TestPage;
beforeAll(async () => {
  test = await openTestPage();
  await test.page.evaluate(`(async () => {
    const { Workspace } = await import('/src/workspace/workspace.ts');
    const files = await import('/src/workspace/task-files.ts');
    const { checkTask } = await import('/src/domains/files/check-task.ts');
    const { domainOf } = await import('/src/domains/index.ts');
    const workspace = new Workspace();
    const opened = (text) => ({ name: 'x.jsonl', bytes: (async function* () { yield new TextEncoder().encode(text); })() });
    const plain = (value) => JSON.parse(JSON.stringify(value));
    globalThis.tasks = {
      check: async (text) => plain(await files.checkTaskFile(workspace, opened(text))),
      checkOne: async (record) => plain(await checkTask('code', record, { sandbox: (use) => workspace.sandbox.use(use) })),
      keep: async (text) => files.choiceOf((await files.keepTaskFile(workspace, opened(text))).file, { heldOut: 0.5 }),
      load: async (choice) => plain(await workspace.tasks(choice)),
      forget: async (hash) => (await workspace.store.get()).deleteTaskFile(hash),
      verify: (task, answer) => workspace.sandbox.use(async (sandbox) =>
        plain(await domainOf({}).verifier({ sandbox, timeoutMs: 5000 }).verify([{ task, answer }], 'strict'))),
    };
  })()`);
});
afterAll(() => test?.close());

const call = async <T>(name: string, ...args: unknown[]): Promise<T> =>
  (await test.page.evaluate(`tasks.${name}(...JSON.parse(${JSON.stringify(JSON.stringify(args))}))`)) as T;

const linesOf = (...records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');
const check = (...records: readonly object[]): Promise<CheckedTasks> => call('check', linesOf(...records));

const OWN = { prompt: 'Add one.', entry: 'f', visible: [{ args: [1], expected: 2 }] };
const RIGHT = 'def f(x):\n    return x + 1\n';

describe('tasks of programs', () => {
  it('of the examples are all used, and come out the same when they are read again', async () => {
    const { file, leftOut, untried } = await call<CheckedTasks>('check', exampleText('code', true));
    expect([leftOut, untried]).toEqual([[], 0]);
    expect(file?.tasks).toHaveLength(4);
    const again = await call<CheckedTasks>('check', file?.text);
    expect(again.file).toEqual(file);
  });

  it('are left out where the reference fails, tests do not parse or suites overlap', async () => {
    const own = (id: string, more: object) => ({ ...OWN, id, program: RIGHT, ...more });
    const { file, leftOut, untried } = await check(
      own('right', { heldOut: ['assert f(2) == 3'] }),
      own('wrong', { heldOut: [{ args: [2], expected: 4 }] }),
      own('raises', { program: 'def f(x):\n    return x / 0\n' }),
      own('syntax', { program: 'def f(x) return x' }),
      own('another', { program: 'def g(x):\n    return x + 1\n' }),
      own('fails', { heldOut: ['assert f(2) == 4'] }),
      own('unread', { heldOut: ['assert f(2) ==', 'assert f(3) == 4'] }),
      own('nothing', { visible: ['f(1)'] }),
      own('both', {
        heldOut: [
          { args: [3], expected: 4 },
          { args: [1], expected: 2 },
        ],
      }),
      own('in code', { visible: ['assert f(1) == 2'], heldOut: [{ args: [1], expected: 2 }] }),
      own('values', { visible: [{ args: [{ $: 'date', v: 1 }], expected: 2 }] }),
      own('javascript', { language: 'javascript', program: 'function f(x) { return x + 2 }' }),
      own('javascript code', { language: 'javascript', visible: ['assert(f(1) === 2)'] }),
      { ...OWN, id: 'without', prompt: 'Another.' },
    );
    expect(file?.tasks.map(({ id }) => id)).toEqual(['right', 'without']);
    expect(untried).toBe(1);
    expect(leftOut.map(({ line, id, reason }) => [line, id, reason])).toEqual([
      [2, 'wrong', 'The reference program fails held-out call 1: f(2) gives 3, not 4.'],
      [
        3,
        'raises',
        expect.stringMatching(/fails visible call 1: f\(1\) raises ZeroDivisionError.*, not 2\.$/),
      ],
      [4, 'syntax', expect.stringContaining('The reference program fails: SyntaxError')],
      [5, 'another', expect.stringContaining('The reference program fails')],
      [6, 'fails', expect.stringMatching(/^The held-out tests: The tests fail with their own reference/)],
      [7, 'unread', expect.stringMatching(/^Held-out test 1 is not Python: invalid syntax \(line 1\)\.$/)],
      [8, 'nothing', expect.stringContaining('No assertion of the tests depends on the program')],
      [9, 'both', 'The visible and the held-out tests both ask f(1).'],
      [10, 'in code', 'The visible and the held-out tests both ask f(1).'],
      [11, 'values', expect.stringMatching(/^visible test 1: Unknown tag/)],
      [12, 'javascript', 'The reference program fails visible call 1: f(1) gives 3, not 2.'],
      [13, 'javascript code', 'visible test 1 is code, which is Python; give args and expected.'],
    ]);
  });

  it('are shown test by test while they are written, with every flaw at its field', async () => {
    const checkOne = (more: object) =>
      call<CheckedTask>('checkOne', { ...OWN, id: 'one', program: RIGHT, ...more });
    const wrong = await checkOne({
      visible: [{ args: [1], expected: 2 }, { args: [], kwargs: { x: 5 }, expected: 7 }, 'assert f(9) == 10'],
      heldOut: ['assert f(2) == 4', { args: [3], expected: 5 }],
    });
    expect(wrong.usable).toBeNull();
    expect(wrong.trial?.visible.map(({ tone, question, got }) => [tone, question, got?.text])).toEqual([
      ['pass', 'f(1)', undefined],
      ['fail', 'f(x=5)', '6'],
      ['pass', 'assert f(9) == 10', undefined],
    ]);
    expect(wrong.trial?.heldOut.map(({ tone, expected }) => [tone, expected])).toEqual([
      ['fail', '5'],
      ['fail', ''],
    ]);
    expect(wrong.flaws.map(({ field, test: at }) => [field, at])).toEqual([
      ['heldOut', 0],
      ['visible', 1],
      ['heldOut', 1],
    ]);
    const unread = await checkOne({ visible: [{ args: [1], expected: 2 }, 'assert f(2'], heldOut: ['f('] });
    expect(unread.flaws.map(({ field, test: at }) => [field, at])).toEqual([
      ['visible', 1],
      ['heldOut', 0],
    ]);
    expect((await checkOne({ program: 'def f(x):\n    return )\n' })).flaws).toMatchObject([
      { field: 'program', line: 2 },
    ]);
    expect(await checkOne({ heldOut: ['assert f(4) == 5'] })).toMatchObject({
      flaws: [],
      trial: { heldOut: [{ tone: 'pass' }] },
      usable: { task: { entry: 'f' }, untried: false, weak: null, withoutHeldOut: false },
    });
  });

  it('of other data sets are made of their own tests', async () => {
    const { file, leftOut, shapes } = await check(
      {
        task_id: 'HumanEval/0',
        prompt:
          'from typing import List\n\n\ndef helper(x):\n    return x\n\n\ndef f(x: List[int]) -> int:\n    """Add up."""\n',
        entry_point: 'f',
        canonical_solution: '    return sum(map(helper, x))\n',
        test: 'def check(candidate):\n    assert candidate([1, 2]) == helper(3)\n',
      },
      {
        task_id: 1,
        text: 'Write a function to double.',
        code: 'def twice(x):\r\n  return 2 * x',
        test_list: ['assert twice(1) == 2'],
        challenge_test_list: ['assert twice("a") == "aa"'],
      },
      {
        task_id: 'Mbpp/2',
        prompt: '"""\nFind the shared elements.\n"""',
        entry_point: 'shared',
        canonical_solution:
          '\ndef shared(a, b):\n  assert type(a) is tuple\n  return tuple(set(a) & set(b))\n',
        base_input: [
          [
            [3, 4],
            [4, 5],
          ],
        ],
        plus_input: [
          [
            [3, 4],
            [4, 5],
          ],
          [[], []],
          [[1.5], [1.5]],
        ],
        atol: 0,
        assertion: 'assert set(shared((3, 4), (4, 5))) == set((4,))',
      },
    );
    expect(leftOut).toEqual([]);
    expect(shapes).toEqual({ HumanEval: 1, MBPP: 1, EvalPlus: 1 });
    expect(file?.tasks).toMatchObject([
      {
        entry: 'f',
        preamble: 'from typing import List\n\n\ndef helper(x):\n    return x\n\n\n',
        heldOutTests: [],
      },
      { entry: 'twice', visibleCode: { source: expect.stringContaining('assert twice(1) == 2') } },
      {
        visibleTests: [
          {
            args: [
              { $: 'tuple', v: [3, 4] },
              { $: 'tuple', v: [4, 5] },
            ],
            expected: { $: 'tuple', v: [4] },
            compare: { types: 'equal', as: 'set' },
          },
        ],
        heldOutTests: [
          { expected: { $: 'tuple', v: [] } },
          { compare: { types: 'equal', as: 'set', tolerance: { relative: 1e-7, absolute: 1e-6 } } },
        ],
      },
    ]);
    const verify = (task: unknown, answer: string) => call<Verification[]>('verify', task, answer);
    const [humanEval, mbpp] = file?.tasks ?? [];
    // The prompt's import and helper stand in front of an answer.
    const [right] = await verify(humanEval, 'def f(x: List[int]):\n    return sum(helper(i) for i in x)');
    expect([right?.passes, right?.total, right?.weak]).toEqual([true, 1, false]);
    const [lenient] = await verify(mbpp, 'def twice(x):\n    return x + 1');
    expect([lenient?.passes, lenient?.passesVisible, lenient?.passed, lenient?.total]).toEqual([
      false,
      true,
      1,
      2,
    ]);
  });

  it('are kept, chosen by their hash, and missed with a sentence when they are gone', async () => {
    const text = linesOf({ ...OWN, id: 'a', program: RIGHT }, { ...OWN, id: 'b', prompt: 'Plus one.' });
    const choice = await call<{ taskSettings: { hash: string } }>('keep', text);
    const { train, heldOut } = await call<TaskSet>('load', choice);
    expect([...train, ...heldOut].map(({ id }) => id).sort()).toEqual(['a', 'b']);
    await call('forget', choice.taskSettings.hash);
    await expect(call('load', choice)).rejects.toThrow(
      /The tasks of x\.jsonl .* are not stored here any more/,
    );
  });
});

describe('a file in the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'posterior-tasks-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is checked, kept, chosen for the next run, and can be deleted', async () => {
    const path = join(folder, 'sums.jsonl');
    writeFileSync(path, `${exampleText('maths', true)}{"prompt":"p","answer":"about two"}\n`);
    const { page, complaints } = await visit(test, '#v=1&preset=quick');
    const input = await page.waitForSelector('input#tasks-file');
    await input!.uploadFile(path);
    const report = await page.waitForSelector('.tasks-report[data-kept="3"]');
    expect(await report!.evaluate((element) => element.textContent)).toContain('line 4');
    const chosen = (): Promise<string> =>
      page.$eval('#tasks', (select) => (select as HTMLSelectElement).selectedOptions[0]?.textContent ?? '');
    expect(await chosen()).toBe('sums.jsonl (3 tasks)');
    await page.waitForFunction(() => /&tasks=[\da-f]{64}-id-0\.2/.test(location.hash));
    await page.select('#tasks-split', 'family');
    await page.waitForFunction(() => location.hash.includes('-family-0.2'));
    expect(await axeViolations(page, '.tasks-field')).toEqual([]);
    await page.click('.tasks-field .link');
    await page.waitForFunction(() => !location.hash.includes('tasks='));
    expect(await chosen()).toBe('The preset’s own');
    expect(complaints).toEqual([]);
    await page.close();
  });
});
