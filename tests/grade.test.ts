import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GradedLine } from '../src/datasets/grade.ts';
import { readLine, type ReadOptions } from '../src/datasets/lines.ts';
import type { TestCode } from '../src/datasets/suite.ts';
import type { Submission, Value, Verdict } from '../src/sandbox/types.ts';
import { mutations } from './support/mutations.ts';
import { openTestPage, type TestPage } from './support/page.ts';

let test: TestPage;

beforeAll(async () => {
  test = await openTestPage();
  await test.page.evaluate(`(async () => {
    const { createSandbox } = await import('/src/sandbox/index.ts');
    const { LineGrader } = await import('/src/datasets/grade.ts');
    const { takeApart } = await import('/src/datasets/suite.ts');
    globalThis.sandbox = createSandbox({ workers: 2, timeoutMs: 5000 });
    globalThis.takeApart = takeApart;
    globalThis.LineGrader = LineGrader;
    await sandbox.warm();
  })()`);
});
afterAll(() => test?.close());

/** What cannot survive the way as it is, such as lone surrogates, goes as JSON text. */
async function inPage<T>(expression: string, input: unknown): Promise<T> {
  const text = JSON.stringify(JSON.stringify(input));
  const code = `(async (input) => JSON.stringify(await ${expression}))(JSON.parse(${text}))`;
  return JSON.parse((await test.page.evaluate(code)) as string) as T;
}

const gradeAll = (submissions: readonly Submission[]): Promise<Verdict[]> =>
  inPage('sandbox.grade(input)', submissions);

async function gradeOne(submission: Partial<Submission>): Promise<Verdict> {
  const whole: Submission = { id: 'one', program: '', entry: 'f', tests: [], ...submission };
  const [verdict] = await gradeAll([whole]);
  if (!verdict) throw new Error('no verdict');
  return verdict;
}

interface Ended {
  readonly code: number | null;
  readonly lines: readonly Record<string, unknown>[];
  readonly log: string;
}

/** Runs the command with these bytes as its input, written in pieces. */
async function command(pieces: readonly (string | Uint8Array)[], ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [resolve('scripts/run.mjs'), 'grade', ...args]);
  let out = '';
  let log = '';
  child.stdout.on('data', (data) => void (out += String(data)));
  child.stderr.on('data', (data) => void (log += String(data)));
  for (const piece of pieces) await new Promise((done) => child.stdin.write(piece, done));
  child.stdin.end();
  const code = await new Promise<number | null>((done) => child.on('close', done));
  const lines = out.trimEnd().split('\n');
  return { code, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>), log };
}

const HUMANEVAL = resolve('../shared/data/HumanEval.jsonl');

describe('HumanEval', () => {
  it.skipIf(!existsSync(HUMANEVAL))(
    `passes all 164 reference solutions without a weak test (skipped where ${HUMANEVAL} is absent)`,
    async () => {
      const { code, lines, log } = await command(
        [],
        HUMANEVAL,
        '--format',
        'humaneval',
        '--timeout',
        '20000',
      );
      expect(log).toContain('164 lines: 164 pass.');
      expect(lines.map((line) => line['id'])).toEqual(
        Array.from({ length: 164 }, (_, i) => `HumanEval/${i}`),
      );
      expect(lines.filter((line) => line['status'] !== 'pass' || line['weak'] !== false)).toEqual([]);
      expect(code).toBe(0);
    },
  );
});

describe('the command', () => {
  const adding = { program: 'def f(x):\n    return x + 1\n', function: 'f' };
  const right = { ...adding, tests: [{ args: [1], expected: 2 }] };

  it('answers every line in order, whatever is wrong with the others', async () => {
    const input: readonly (string | Uint8Array)[] = [
      JSON.stringify({ ...right, id: 'first' }),
      '{"id":"cut","program":"def f(',
      JSON.stringify({ ...right, id: 3, note: 'unknown fields are left aside' }),
      '{"id":"nan","program":"","function":"f","tests":[{"args":[NaN],"expected":1}]}',
      JSON.stringify({ ...right, id: 'slow', program: 'def f(x):\n    while True: pass\n', timeoutMs: 300 }),
      '',
      JSON.stringify({ ...adding, id: 'untested' }),
      JSON.stringify({ ...adding, id: 'unexpecting', tests: [{ args: [1] }] }),
      new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]),
      JSON.stringify({
        ...right,
        id: 'large',
        program: `${adding.program}${'# filling\n'.repeat(1_050_000)}`,
      }),
      JSON.stringify({ ...right, id: 'absent', function: 'g' }),
      JSON.stringify({ ...right, id: 'arity', tests: [{ args: [1, 2], expected: 3 }] }),
      JSON.stringify({ ...right, id: 'nothing', program: null }),
      JSON.stringify({
        ...right,
        id: 'js',
        language: 'javascript',
        program: 'const f = (x) => x + 1;',
      }),
      '{"id":"floats","program":"def f(x):\\n    return x / 2","function":"f","tests":[{"args":[4],"expected":2.0},{"args":[4],"expected":2}]}',
      JSON.stringify({ ...right, id: 'tag', tests: [{ args: [{ $: 'slice' }], expected: 1 }] }),
      JSON.stringify({ ...right, program: 'def f(x): return x +' }),
    ];
    // More than is graded at once.
    const many = Array.from({ length: 150 }, (_, i) =>
      JSON.stringify({ ...right, id: i, tests: [{ args: [i], expected: i % 3 === 0 ? i : i + 1 }] }),
    );
    const pieces = [...input, many.join('\n')].flatMap((line) => [line, '\n']);
    const { code, lines: all, log } = await command(pieces, '-', '--workers', '2');
    const lines = all.slice(0, -many.length);
    const rest = all.slice(-many.length).map(({ id, status }) => [id, status]);
    expect(rest).toEqual(many.map((_, i) => [i, i % 3 === 0 ? 'wrong' : 'pass']));
    const named = lines.map((line) => [line['line'] ?? line['id'], line['status'] ?? line['error']]);
    expect(named).toEqual([
      ['first', 'pass'],
      [2, expect.stringContaining('not JSON')],
      [3, 'pass'],
      [4, 'NaN is not JSON: write {"$":"float","v":"nan"} for it.'],
      ['slow', 'timeout'],
      [7, expect.stringContaining('no tests')],
      [8, 'tests.0.expected is missing.'],
      [9, 'The line is not UTF-8 text.'],
      ['large', 'memory'],
      ['absent', 'exception'],
      ['arity', 'exception'],
      ['nothing', 'no-code'],
      ['js', 'pass'],
      ['floats', 'wrong'],
      [16, expect.stringContaining('Unknown tag "slice"')],
      [17, 'syntax'],
    ]);
    const byId = (id: string) => lines.find((line) => line['id'] === id);
    expect(byId('first')).toMatchObject({
      passed: 1,
      total: 1,
      weak: false,
      tests: [{ status: 'pass', got: 2 }],
    });
    expect(byId('floats')).toMatchObject({ passed: 1, total: 2 });
    expect(byId('absent')).toMatchObject({ error: { type: 'NameError' } });
    expect(byId('arity')).toMatchObject({
      tests: [{ error: expect.stringContaining('TypeError') as string }],
    });
    expect(log).toContain('166 lines: 103 pass, 51 wrong');
    expect(code).toBe(1);
  });
});

/** In the shape of MBPP, made for this test. */
const MBPP = [
  {
    task_id: 1,
    text: 'Write a function to add a tax to prices.',
    code: 'def add_tax(prices, rate):\n    return [p * (1 + rate) for p in prices]',
    test_list: [
      'assert add_tax([], 0.1) == []',
      'assert all_close(add_tax([1, 2], 0.5), [1.5, 3.0])',
      'assert len(add_tax([1], 0)) == 1',
    ],
    test_setup_code: 'def all_close(a, b):\n    return all(abs(x - y) < 1e-9 for x, y in zip(a, b))',
    challenge_test_list: ['assert add_tax([10], 0) == [10]'],
    wrong: 'def add_tax(prices, rate):\n    return [p * (1 + rate) + 1 for p in prices]',
  },
  {
    task_id: 2,
    text: 'Write a function for the shared items of two lists.',
    code: 'def shared(a, b):\n    return tuple(set(a) & set(b))',
    test_list: [
      'assert set(shared([1, 2], (2, 3))) == set([2])',
      'assert sorted(shared("abc", "cab")) == ["a", "b", "c"]',
    ],
    test_setup_code: '',
    challenge_test_list: [],
    wrong: 'def shared(a, b):\n    return tuple(set(a) | set(b))',
  },
  {
    task_id: 3,
    text: 'Write a function for the area of a circle.',
    code: 'def area(r):\n    return 3.14159265 * r * r',
    test_list: [
      'assert math.isclose(area(2), 12.566, rel_tol=0.001)',
      'assert not area(0)',
      'assert abs(area(1) - 3.14) < 0.01',
    ],
    test_imports: ['import math'],
    wrong: 'def area(r):\n    return 3.2 * r * r',
  },
  {
    task_id: 4,
    text: 'Write a function for the depth of a tree.',
    code: 'class Node:\n    def __init__(self, left=None):\n        self.left = left\ndef depth(node):\n    return 0 if node is None else 1 + depth(node.left)',
    test_list: ['assert depth(root) == 2', 'assert depth(None) == 0'],
    test_setup_code: 'root = Node(Node())',
    challenge_test_list: [],
    wrong:
      'class Node:\n    def __init__(self, left=None):\n        self.left = left\ndef depth(node):\n    return 0 if node is None else 2 + depth(node.left)',
  },
  {
    task_id: 5,
    text: 'Write a function to count letters.',
    code: 'from collections import Counter\ndef letters(text):\n    return Counter(text)',
    test_list: ['assert letters("aab") == {"a": 2, "b": 1}'],
    test_setup_code: '',
    challenge_test_list: [],
    wrong: 'def letters(text):\n    return {"a": 2}',
  },
];

describe('tasks in the shape of MBPP', () => {
  const grade = (solution?: string): Promise<GradedLine[]> => {
    const options: ReadOptions = { format: 'mbpp', ...(solution === undefined ? {} : { solution }) };
    const items = MBPP.map((task, i) => readLine(Buffer.from(JSON.stringify(task)), i + 1, options));
    return inPage('new LineGrader(sandbox).grade(input)', items);
  };

  it('pass with their reference solutions, and say which tests are weak and why', async () => {
    const lines = await grade();
    expect(lines.map(({ id, verdict: { status, weak, total } }) => [id, status, weak, total])).toEqual([
      [1, 'pass', false, 1],
      [2, 'pass', false, 2],
      [3, 'pass', false, 3],
      [4, 'pass', true, 1],
      [5, 'pass', false, 1],
    ]);
    expect(lines.map(({ why }) => why !== undefined)).toEqual([false, false, false, true, false]);
    expect(lines[3]?.why).toContain('Node');
  });

  it('grade another field by the same tests', async () => {
    const lines = await grade('wrong');
    expect(lines.map(({ verdict }) => verdict.status)).toEqual(Array(5).fill('wrong'));
    expect(lines.map(({ verdict }) => verdict.weak)).toEqual([false, false, false, true, false]);
  });
});

describe('taking test code apart', () => {
  const code = (asserts: readonly string[], more: Partial<TestCode> = {}): TestCode => ({
    source: null,
    asserts,
    setup: '',
    context: '',
    entry: 'f',
    reference: null,
    ...more,
  });
  const apart = (...codes: TestCode[]): Promise<Record<string, unknown>[]> =>
    inPage('takeApart(sandbox, input)', codes);

  it('knows each form of an assertion', async () => {
    const equal = { types: 'equal' };
    const forms: readonly [string, object][] = [
      ['f(1) == 2', { args: [1], expected: 2, compare: equal }],
      ['(1, 2) == f([0])', { args: [[0]], expected: { $: 'tuple', v: [1, 2] }, compare: equal }],
      ['f(1) is True', { args: [1], expected: true }],
      ['f(1) is None', { args: [1], expected: null }],
      ['not f()', { args: [], expected: false, compare: { as: 'truth' } }],
      ['f(*[1, 2])', { args: [1, 2], expected: true, compare: { as: 'truth' } }],
      ['abs(f(1) - 2.5) <= 0.125', { args: [1], expected: 2.5, compare: { ...equal, tolerance: { absolute: 0.125 } } }],
      ['0.125 > abs(2 - f(1))', { args: [1], expected: 2, compare: { ...equal, tolerance: { absolute: 0.12499999999999999 } } }],
      ['math.isclose(f(1), 2, abs_tol=0.5)', { args: [1], expected: 2, compare: { ...equal, tolerance: { relative: 1e-9, absolute: 0.5 } } }],
      ['sorted(f(1)) == [1, 2]', { args: [1], expected: [1, 2], compare: { ...equal, as: 'unordered' } }],
      ['set(f(1)) == {1}', { args: [1], expected: { $: 'set', v: [1] }, compare: { ...equal, as: 'set' } }],
      ['list(f(1)) == [2, 1]', { args: [1], expected: [2, 1], compare: { ...equal, as: 'sequence' } }],
      ['Counter(f(1)) == Counter("aa")', { args: [1], expected: ['a', 'a'], compare: { ...equal, as: 'unordered' } }],
      ['f(1) == a + 1 and f(2) is False', { args: [1], expected: 8, compare: equal }],
    ]; // prettier-ignore
    const setup = 'import math\nfrom collections import Counter\na = 7';
    const suites = await apart(...forms.map(([form]) => code([`assert ${form}, "no"`], { setup })));
    expect(suites.map((suite) => (suite['tests'] as unknown[])[0])).toEqual(
      forms.map(([, wanted]) => wanted),
    );
    expect(suites.filter((suite) => suite['why'] !== null)).toEqual([]);
  });

  it('unrolls loops and keeps what was drawn at random', async () => {
    const source =
      'import random\ndef check(candidate):\n    for i in range(3):\n        x = [random.randint(0, 9), i]\n        assert candidate(x) == sum(x)\n        x.append(0)\n';
    const [suite] = await apart(code([], { source, reference: 'def f(x):\n    return sum(x)\n' }));
    const tests = suite?.['tests'] as { args: number[][]; expected: number }[];
    expect(tests).toHaveLength(3);
    for (const [i, { args, expected }] of tests.entries()) {
      expect(args[0]?.[1]).toBe(i);
      expect((args[0]?.[0] ?? 0) + i).toBe(expected);
    }
  });

  it.each([
    ['a sum of results', ['assert f(1) + f(2) == 5'], [[1], [2]]],
    ['a result that is used again', ['a = f(3)', 'assert a == 4 and a != 5'], [[3]]],
    ['an expected exception', ['try:\n    f("x")\n    assert False\nexcept TypeError:\n    pass'], [['x']]],
  ])('records the calls of %s', async (_, asserts, calls) => {
    const [suite] = await apart(code(asserts, { reference: 'def f(x):\n    return x + 1\n' }));
    expect(suite).toMatchObject({ tests: [], harness: { calls } });
  });

  it.each([
    ['calls that depend on answers', ['assert f(f(1)) == 3'], 'depend on earlier answers'],
    ['named arguments', ['assert f(x=1) == 2'], 'named arguments'],
    ['arguments of other types', ['assert f(C()) == 2'], 'type C'],
  ])('leaves %s weak', async (_, asserts, why) => {
    const reference = 'class C(int): pass\ndef f(x):\n    return x + 1 if x else 2\n';
    const [suite] = await apart(code(asserts, { reference }));
    expect(suite).toMatchObject({ tests: [], why: expect.stringContaining(why) as string });
    expect(suite?.['harness']).not.toHaveProperty('calls');
  });
});

describe('a batch', () => {
  it('mixes languages, limits and refusals, and keeps its order', async () => {
    const tests = [{ args: [3], expected: 4 }];
    const python = { program: 'def f(x):\n    return x + 1\n', entry: 'f', tests };
    const javascript = { ...python, language: 'javascript' as const, program: 'const f = (x) => x + 1;' };
    const verdicts = await gradeAll([
      { ...javascript, id: '0' },
      { ...python, id: '1' },
      { ...python, id: '2', program: null },
      { ...python, id: '3', program: 'def f(x):\n    return bytearray(10 ** 9)\n', memoryMb: 64 },
      { ...javascript, id: '4', program: 'while (true);', timeoutMs: 200 },
      { ...javascript, id: '5', program: python.program },
      { ...python, id: '6' },
    ]);
    expect(verdicts.map(({ id, status }) => `${id} ${status}`)).toEqual([
      '0 pass',
      '1 pass',
      '2 no-code',
      '3 memory',
      '4 timeout',
      '5 syntax',
      '6 pass',
    ]);
    expect(verdicts[0]?.engine).toContain('quickjs');
    expect(verdicts[1]?.engine).toContain('pyodide');
    expect(verdicts[1]?.memoryMb).toBeGreaterThan(1);
    expect(verdicts.every(({ weak, evidence }) => !weak && evidence === undefined)).toBe(true);
  });
});

describe('a harness', () => {
  const source =
    'def check(candidate):\n    a = candidate([1, 2])\n    assert sum(a) == 3 and len(candidate([])) == 0\n';
  const replayed = { source, calls: [[[1, 2]], [[]]] };

  it('judges answers in an interpreter that never saw the program', async () => {
    const right = 'def f(x):\n    return x[::-1]\n';
    const wrong = 'def f(x):\n    return x + x\n';
    const cheat =
      'import builtins\nbuiltins.sum = lambda x: 3\nbuiltins.len = lambda x: 0\ndef f(x):\n    return [1]\n';
    const statuses = async (harness: NonNullable<Submission['harness']>): Promise<string[]> =>
      (await Promise.all([right, wrong, cheat].map((program) => gradeOne({ program, harness })))).map(
        ({ status, weak, passed, total }) => `${status} ${passed}/${total}${weak ? ' weak' : ''}`,
      );
    expect(await statuses(replayed)).toEqual(['pass 1/1', 'wrong 0/1', 'wrong 0/1']);
    // What the mark is for: beside the program, the check can be fooled.
    expect(await statuses({ source })).toEqual(['pass 1/1 weak', 'wrong 0/1 weak', 'pass 1/1 weak']);
  });

  it('fails a check that asks for what was not recorded, and answers that no value can hold', async () => {
    const program = 'def f(x):\n    return x\n';
    const verdict = await gradeOne({ program, harness: { source, calls: [[[1, 2]]] } });
    expect(verdict).toMatchObject({
      status: 'wrong',
      tests: [{ error: expect.stringContaining('not among') as string }],
    });
    const refused = await gradeOne({ program: 'def f(x):\n    return iter(x)\n', harness: replayed });
    expect(refused).toMatchObject({
      status: 'wrong',
      tests: [{ error: expect.stringContaining('type list_iterator') as string }],
    });
  });

  it('stands beside tests as the last of them', async () => {
    const tests = [{ args: [[5]], expected: [5] }];
    const program = 'def f(x):\n    if x == [1, 2]: raise ValueError("no")\n    return x\n';
    const verdict = await gradeOne({ program, tests, harness: replayed });
    expect(verdict).toMatchObject({ status: 'exception', passed: 1, total: 2 });
    expect(verdict.tests.map((each) => each.status)).toEqual(['pass', 'exception']);
    for (const [text, status] of [
      ['def f(x:', 'syntax'],
      ['import nothing_of_that_name', 'exception'],
      ['def g(): pass', 'exception'],
      ['def f(x):\n    while True: pass', 'timeout'],
    ] as const) {
      for (const harness of [replayed, { source }]) {
        const failed = await gradeOne({ program: text, tests, harness, timeoutMs: 400 });
        expect(failed).toMatchObject({ status, passed: 0, total: 2 });
      }
    }
  });
});

describe('values in both languages', () => {
  const common: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<Value>(null, true, false, { $: 'float', v: 'nan' }, { $: 'float', v: '-inf' }, { $: 'float', v: '-0.0' }),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isSafeInteger(value)),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\ud800', 'e\u0301', '\u202e', '\u0000', '\r\n'),
      fc.uint8Array({ maxLength: 3 }).map((held): Value => ({ $: 'bytes', v: Buffer.from(held).toString('hex') })),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.array(fc.oneof(fc.integer(), fc.string()), { maxLength: 4 }).map((v): Value => ({ $: 'set', v })),
      fc.dictionary(fc.string().filter((key) => key !== '$'), tie('value'), { maxKeys: 3 }),
      fc.array(fc.tuple(fc.constantFrom('$', '__proto__', 'a'), tie('value')), { maxLength: 2 }).map((v): Value => ({ $: 'dict', v })),
    ),
  })).value; // prettier-ignore
  const python = fc.oneof(
    common,
    fc.bigInt().map((value): Value => ({ $: 'int', v: String(value) })),
    fc.array(common, { maxLength: 3 }).map((v): Value => ({ $: 'tuple', v })),
    fc.tuple(fc.integer(), fc.double()).map(([re, im]): Value => ({ $: 'complex', v: [re, Number.isFinite(im) ? im : 'nan'] })),
    fc.array(fc.tuple(fc.oneof(fc.integer(), fc.constant(null)), common), { maxLength: 3 }).map((v): Value => ({ $: 'dict', v })),
  ); // prettier-ignore
  const javascript = fc.oneof(
    common,
    fc.constant<Value>({ $: 'undefined' }),
    fc.bigInt().map((value): Value => ({ $: 'bigint', v: String(value) })),
    fc.array(fc.tuple(common, common), { maxLength: 3 }).map((v): Value => ({ $: 'map', v })),
  );

  it.each([
    ['python', python, 'def f(x):\n    return x\n'],
    ['javascript', javascript, 'function f(x) { return x; }\n'],
  ] as const)('pass unchanged through %s, and not when one is changed', async (language, values, program) => {
    const samples = fc.sample(values, { numRuns: 400, seed: 3 });
    const submission = (tests: Submission['tests']): Submission => ({
      id: 'values',
      language,
      program,
      entry: 'f',
      tests,
    });
    const [same, changed] = await gradeAll([
      submission(samples.map((value) => ({ args: [value], expected: value }))),
      submission(
        samples.flatMap((value) => mutations(value).map((expected) => ({ args: [value], expected }))),
      ),
    ]);
    expect(same?.tests.flatMap((each, i) => (each.status === 'pass' ? [] : [[samples[i], each]]))).toEqual(
      [],
    );
    expect(same?.status).toBe('pass');
    expect(changed).toMatchObject({ status: 'wrong', passed: 0 });
  });
});
