import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GradedLine } from '../../src/domains/code/grading/grade.ts';
import type { ReadOptions } from '../../src/domains/code/grading/lines.ts';
import type { Submission, Value } from '../../src/sandbox/types.ts';
import { jsonLines, runCommand } from '../support/command.ts';
import { readLine } from '../support/lines.ts';
import { mutations } from '../support/mutations.ts';
import { openSandboxPage, type SandboxPage } from '../support/sandbox-page.ts';

let test: SandboxPage;

beforeAll(async () => {
  test = await openSandboxPage({ workers: 2, timeoutMs: 20_000 });
  await test.page.evaluate(
    `import('/src/domains/code/grading/grade.ts').then((grade) => void (globalThis.LineGrader = grade.LineGrader))`,
  );
});
afterAll(() => test?.close());

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
    const { code, out, log } = await runCommand(['grade', '-', '--workers', '2'], pieces);
    const all = jsonLines(out);
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
  {
    task_id: 6,
    text: 'Write a function to apply another.',
    code: 'def apply(g, x):\n    return g(x)',
    test_list: ['assert apply(lambda x: x + 1, 2) == 3'],
    test_setup_code: '',
    challenge_test_list: [],
    wrong: 'def apply(g, x):\n    return x',
  },
];

describe('tasks in the shape of MBPP', () => {
  const grade = (solution?: string): Promise<GradedLine[]> => {
    const options: ReadOptions = { format: 'mbpp', ...(solution === undefined ? {} : { solution }) };
    const items = MBPP.map((task, i) => readLine(JSON.stringify(task), i + 1, options));
    return test.inPage('new LineGrader(sandbox).grade(input)', items);
  };

  it('pass with their reference solutions, and say which tests are weak and why', async () => {
    const lines = await grade();
    expect(lines.map(({ id, verdict: { status, weak } }) => [id, status, weak])).toEqual([
      [1, 'pass', false],
      [2, 'pass', false],
      [3, 'pass', false],
      [4, 'pass', false],
      [5, 'pass', false],
      [6, 'pass', true],
    ]);
    expect(lines[5]?.verdict.why).toContain('a value of type function');
  });

  it('grade another field by the same tests', async () => {
    const lines = await grade('wrong');
    expect(lines.map(({ verdict }) => verdict.status)).toEqual(Array(6).fill('wrong'));
  });
});

describe('a batch', () => {
  it('mixes languages, limits and refusals, and keeps its order', async () => {
    const tests = [{ args: [3], expected: 4 }];
    const python = { program: 'def f(x):\n    return x + 1\n', entry: 'f', tests };
    const javascript = { ...python, language: 'javascript' as const, program: 'const f = (x) => x + 1;' };
    const verdicts = await test.grade([
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
    const [same, changed] = await test.grade([
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
