/** The command `grade` on files as other people have them: their forms, their data sets, and samples beside their tasks. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callCommand } from '../support/call-command.ts';
import { jsonLines } from '../support/command.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'posterior-files-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** Writes a file of its own and returns where it is. */
function file(content: string | Uint8Array | readonly object[]): string {
  const path = join(folder, `file-${files++}`);
  const isText = typeof content === 'string' || content instanceof Uint8Array;
  writeFileSync(path, isText ? content : content.map((each) => `${JSON.stringify(each)}\n`).join(''));
  return path;
}

interface Graded {
  readonly code: number | null;
  readonly lines: readonly Record<string, unknown>[];
  readonly log: string;
}

async function grade(...args: string[]): Promise<Graded> {
  const { code, out, log } = await callCommand(['grade', ...args]);
  return { code, lines: jsonLines(out), log };
}

const statuses = ({ lines }: Graded): unknown[] => lines.map(({ status, error }) => status ?? error);

/** Adds two numbers; the private test is packed as the published files have it. */
function contest(id: string, program: string): object {
  const hidden = JSON.stringify([
    { input: '-1 1\n', output: '0\n', testtype: 'stdin' },
    { input: '2 2\n', output: '4\n', testtype: 'stdin' },
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(hidden.length);
  const pickle = Buffer.concat([
    Buffer.from([0x80, 4, 0x58]),
    length,
    Buffer.from(hidden),
    Buffer.from([0x94, 0x2e]),
  ]);
  return {
    question_id: id,
    public_test_cases: JSON.stringify([{ input: '1 2\n', output: '3\n', testtype: 'stdin' }]),
    private_test_cases: deflateSync(pickle).toString('base64'),
    metadata: '{}',
    starter_code: '',
    completion: program,
  };
}

describe('stdin tasks', () => {
  it('are graded, each test in a fresh interpreter, up to the first that fails', async () => {
    const programs = {
      right: 'a, b = map(int, input().split())\nprint(a + b)',
      early:
        'import sys\na, b = map(int, sys.stdin.read().split())\nprint(a + b, end="")\nsys.exit()\nprint("never")',
      float: 'a, b = map(float, input().split())\nprint(a + b)',
      wrong: 'a, b = map(int, input().split())\nprint(abs(a) + abs(b))',
      raises: 'print(3)\nraise ValueError("no")',
      slow: 'while True: pass',
      sleeps: 'import time\ntime.sleep(100)',
      floods: 'while True: print("x" * 1000)',
      silent: '',
      syntax: 'print(',
      remembers:
        'try:\n    print([3, 0, 4][len(open("/tmp/seen").read())])\nexcept OSError:\n    print(3)\nopen("/tmp/seen", "a").write("x")',
    };
    const path = file(Object.entries(programs).map(([id, program]) => contest(id, program)));
    const ended = await grade(path, '--timeout', '700', '--workers', '1');
    const found = Object.fromEntries(
      ended.lines.map(({ id, status, passed, total }) => [id, [status, passed, total]]),
    );
    expect(found).toEqual({
      right: ['pass', 3, 3],
      early: ['pass', 3, 3],
      float: ['pass', 3, 3],
      wrong: ['wrong', 1, 3],
      raises: ['exception', 0, 3],
      slow: ['timeout', 0, 3],
      sleeps: ['timeout', 0, 3],
      floods: ['timeout', 0, 3],
      silent: ['wrong', 0, 3],
      syntax: ['syntax', 0, 3],
      remembers: ['exception', 0, 3],
    });
    expect(ended.lines.every(({ weak }) => weak === false)).toBe(true);
    expect(ended.log).toContain('Read as LiveCodeBench: 11 stdin tasks.');
    expect(ended.log).toContain('The programs of 11 lines are those in “completion”');
    expect(ended.log).toContain('11 lines: 3 pass, 3 timeout, ');
    expect(ended.code).toBe(0);
  });

  it('of APPS and DeepCoder are graded by their own solutions, and functions by their calls', async () => {
    const io = { inputs: ['1\n', '5\n'], outputs: ['2\n', '6\n'] };
    const calls = { fn_name: 'twice', inputs: [[1], [5]], outputs: [[2], [10]] };
    const path = file(
      JSON.stringify([
        {
          problem_id: 0,
          input_output: JSON.stringify(io),
          solutions: JSON.stringify(['print(int(input()) + 1)']),
        },
        {
          problem_id: 1,
          input_output: JSON.stringify(calls),
          solutions: JSON.stringify(['def twice(x): return 2 * x']),
        },
        {
          problem_id: 2,
          input_output: JSON.stringify(calls),
          solutions: JSON.stringify(['def twice(x): return x']),
        },
        {
          problem_id: 3,
          tests: JSON.stringify(calls),
          solutions: ['```python\ndef twice(x): return sum(accumulate([x, x], mul)) and 2 * x\n```'],
        },
        {
          problem_id: 4,
          input_output: JSON.stringify({
            ...calls,
            fn_name: 'add',
            inputs: [
              [1, 1],
              [5, 5],
            ],
          }),
          solutions: ['pass'],
        },
        { problem_id: 5, input_output: '{}', solutions: '[]' },
      ]),
    );
    const ended = await grade(path);
    expect(statuses(ended)).toEqual([
      'pass',
      'pass',
      'wrong',
      'pass',
      'exception',
      'input_output holds no inputs and outputs, so the task has no tests.',
    ]);
    expect(ended.lines[5]).toMatchObject({ id: 5, record: 6 });
    expect(ended.log).toContain('Read as APPS: 3 function-call tasks.');
    expect(ended.code).toBe(1);
  });
});

const MBPP = [
  { task_id: 1, code: 'def f(x):\n    return x + 1', test_list: ['assert f(1) == 2', 'assert f(2) == 3'] },
  { task_id: 2, code: 'def g(x):\n    return x', test_list: ['assert g(1) == 2'] },
  { task_id: 3, code: 'import sortedcontainers\ndef h(x):\n    return x', test_list: ['assert h(1) == 1'] },
  { task_id: 4, test_list: ['assert k(1) == 1'] },
  { task_id: 5, code: 'def k(x):\n    return x', test_list: [] },
];

describe('samples beside their tasks', () => {
  it('are graded by the tests of the tasks that they name', async () => {
    const samples = file(
      gzipSync(
        [
          {
            task_id: '1',
            generations: ['def f(x):\n    return 1 + x', 'def f(x):\n    return 2', 'def f(x) return x'],
          },
          { task_id: 10, generations: ['x'] },
          { generations: ['x'] },
          { task_id: 1, generations: ['import math\ndef f(x):\n    return math.floor(x + 1.5)'] },
        ]
          .map((each) => JSON.stringify(each))
          .join('\n'),
      ),
    );
    const tasks = file(JSON.stringify(MBPP.slice(0, 2)));
    const ended = await grade(samples, '--problems', tasks);
    expect(ended.lines.map(({ id, sample, status, line }) => [id, sample, status, line])).toEqual([
      [1, 0, 'pass', undefined],
      [1, 1, 'wrong', undefined],
      [1, 2, 'syntax', undefined],
      [10, undefined, undefined, 2],
      [undefined, undefined, undefined, 3],
      [1, 3, 'pass', undefined],
    ]);
    expect(ended.log).toContain(`1 × ${tasks} has no task with the id 10. Did you mean “1”?`);
    expect(ended.log).toContain('1 × The sample has no task_id, so it belongs to no task. (line 3)');
    expect(ended.log).toContain(`1 task of ${tasks} without a sample: 2.`);
    expect(ended.log).toContain('those in “generations”');
    expect(ended.code).toBe(1);
  });

  const HUMANEVAL = resolve('../shared/data/HumanEval.jsonl');
  it.skipIf(!existsSync(HUMANEVAL))(
    `pass as a body, a whole function or a whole file in turn, all 164 references (skipped where ${HUMANEVAL} is absent)`,
    async () => {
      const tasks = readFileSync(HUMANEVAL, 'utf8')
        .trim()
        .split('\n')
        .map(
          (line) =>
            JSON.parse(line) as {
              task_id: string;
              prompt: string;
              entry_point: string;
              canonical_solution: string;
            },
        );
      const samples = tasks.map(({ task_id, prompt, entry_point, canonical_solution: body }, i) => {
        const from = prompt.lastIndexOf(`def ${entry_point}(`);
        const forms = [body, prompt.slice(from) + body, `import os\n${prompt}${body}`];
        return { task_id, completion: forms[i % 3] };
      });
      const { code, lines, log } = await grade(file(samples), '--problems', HUMANEVAL, '--timeout', '20000');
      expect(lines.filter(({ status, weak }) => status !== 'pass' || weak !== false)).toEqual([]);
      expect(log).toContain('164 samples: 164 pass.');
      expect(log).toContain('55 as a body, 55 as a function, 54 as a file');
      expect(code).toBe(0);
    },
    600_000,
  );
});

describe('--check-references', () => {
  it('says what cannot be graded and why, once for each cause', async () => {
    const path = file([...MBPP, { ...MBPP[1], task_id: 6 }]);
    const { code, lines, log } = await grade(path, '--check-references');
    const ids = Object.fromEntries(lines.map(({ cause, ids }) => [cause, ids]));
    expect(Object.keys(ids)).toHaveLength(4);
    expect(ids['There is no reference solution to check.']).toEqual([4]);
    expect(
      Object.keys(ids).find((cause) => cause.startsWith('No assertion of the tests depends')),
    ).toBeDefined();
    expect(lines[0]).toMatchObject({ count: 2, ids: [2, 6] });
    expect(lines.find(({ cause }) => String(cause).includes('sortedcontainers'))).toMatchObject({
      count: 1,
      ids: [3],
    });
    expect(log).toContain(`6 tasks of ${path}: 1 can be graded, 5 cannot.`);
    expect(code).toBe(1);
  });

  it('ends with 0 where everything can be graded', async () => {
    const ended = await grade(file(MBPP.slice(0, 1)), '--check-references');
    expect([ended.code, ended.lines]).toEqual([0, []]);
  });

  it('keeps samples of broken tasks from being graded', async () => {
    const samples = file(
      [1, 2].map((task_id) => ({ task_id, completion: 'def f(x):\n    return x + 1\ng = f' })),
    );
    const ended = await grade(samples, '--problems', file(MBPP.slice(0, 2)), '--check-references');
    expect(statuses(ended)).toEqual(['pass', expect.stringMatching(/^The task cannot be graded\. /)]);
    expect(ended.code).toBe(1);
  });

  it('has nothing to check in the project’s own format', async () => {
    const { code, log } = await grade(file([]), '--check-references', '--format', 'posterior');
    expect([code, log]).toEqual([2, expect.stringContaining('no reference solutions to check')]);
  });
});

describe('a file that is not read', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['a table', 'task_id,completion\n1,x\n', 'it is a table of comma or tab separated values'],
    ['a page', '<html></html>', 'it is a web page or XML'],
    [
      'gzip that was cut',
      gzipSync(JSON.stringify(MBPP)).subarray(0, 40),
      'its gzip data is damaged or cut short',
    ],
  ])('%s is named, with a way out', async (_, content, sentence) => {
    const path = file(content);
    const { code, lines, log } = await grade(path);
    expect([code, lines]).toEqual([2, []]);
    expect(log).toContain(`${path} cannot be graded: ${sentence}`);
  });
});
