import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLine } from '../../../../tests/support/lines.ts';
import { JsonLineError, parseJsonLine, parseJsonValue } from './json-line.ts';
import type { ReadOptions } from './lines.ts';

const read = (value: unknown, options: Partial<ReadOptions> = {}) =>
  readLine(typeof value === 'string' ? value : JSON.stringify(value), 3, { format: 'posterior', ...options });

describe('parseJsonLine', () => {
  it('keeps floats and large integers as they were written', () => {
    expect(parseJsonLine('[1, 1.0, 0.5, 1e3, -0.0, 12345678901234567890, "1.0", 1e300]')).toEqual([
      1,
      { $: 'float', v: 1 },
      0.5,
      { $: 'float', v: 1000 },
      { $: 'float', v: '-0.0' },
      { $: 'int', v: '12345678901234567890' },
      '1.0',
      1e300,
    ]);
  });

  it('keeps the order of keys of digits as pairs, but never makes a value of the line itself', () => {
    expect(parseJsonLine('{"2":0,"args":[{"b":1,"2":2.0,"1":3}]}')).toEqual({
      2: 0,
      args: [{ $: 'dict', v: [['b', 1], ['2', { $: 'float', v: 2 }], ['1', 3]] }],
    }); // prettier-ignore
    expect(parseJsonLine('[{"__proto__":5,"a":{"10":1}}]')).toEqual([
      { $: 'dict', v: [['__proto__', 5], ['a', { $: 'dict', v: [['10', 1]] }]] },
    ]); // prettier-ignore
    expect(parseJsonLine('[{"a":1,"b":2,"a":3}, {"1":1,"b":2,"1":3}]')).toEqual([
      { a: 3, b: 2 },
      { $: 'dict', v: [['1', 3], ['b', 2]] },
    ]); // prettier-ignore
    expect(parseJsonLine('[{"\\u0031":1}, {"01":2}, {"1a":3}, {"$":"set","v":[],"1":0}]')).toEqual([
      { $: 'dict', v: [['1', 1]] },
      { $: 'dict', v: [['01', 2]] },
      { '1a': 3 },
      { $: 'set', v: [], 1: 0 },
    ]); // prettier-ignore
  });

  it('makes a value of a text that is one', () => {
    const pairs = [['b', 1], ['2', 2]]; // prettier-ignore
    expect(parseJsonValue('{"b":1,"2":2}')).toEqual({ $: 'dict', v: pairs });
    expect(parseJsonValue('[{"b":1,"2":2}]')).toEqual([{ $: 'dict', v: pairs }]);
    expect(parseJsonLine('{"b":1,"2":2}')).toEqual({ b: 1, 2: 2 });
  });

  it('leaves numbers inside tags alone', () => {
    const text = '{"$":"float","v":1.0}';
    expect(parseJsonLine(text)).toEqual({ $: 'float', v: 1 });
    expect(parseJsonLine('{"$":"complex","v":[1.0,2]}')).toEqual({ $: 'complex', v: [1, 2] });
    expect(parseJsonLine('{"$":"int","v":12345678901234567890}')).toEqual({
      $: 'int',
      v: '12345678901234567890',
    });
    expect(parseJsonLine('{"$":"tuple","v":[1.0]}')).toEqual({ $: 'tuple', v: [{ $: 'float', v: 1 }] });
  });

  it('reads whatever JSON.stringify writes as JSON.parse does', () => {
    const unlike = /-?\d{16}|e\+|"(?:\d+|\$|__proto__)":/;
    const plain = fc.jsonValue().filter((value) => !unlike.test(JSON.stringify(value)));
    fc.assert(
      fc.property(plain, (value) => {
        expect(parseJsonLine(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([
    ['{"a": NaN}', /NaN is not JSON: write \{"\$":"float","v":"nan"\}/],
    ['[-Infinity]', /-Infinity is not JSON: write \{"\$":"float","v":"-inf"\}/],
    ['["NaN", }', /The line is not JSON/],
    ['{"a":', /The line is not JSON/],
    [`${'['.repeat(100_000)}1.0${']'.repeat(100_000)}`, /nested more than 500 deep/],
  ])('says what is wrong with %.40s', (text, message) => {
    expect(() => parseJsonLine(text)).toThrow(JsonLineError);
    expect(() => parseJsonLine(text)).toThrow(message);
  });

  it('reads a program of ten megabytes full of escapes', () => {
    const program = 'x = "\\"\n'.repeat(1_300_000);
    expect(parseJsonLine(JSON.stringify({ program, n: 1.5 }))).toEqual({ program, n: 1.5 });
  });
});

describe('readRecord', () => {
  const line = { id: 'a', program: 'p', function: 'f', tests: [{ args: [1], expected: null }] };

  it('reads arguments by name, and every way to compare', () => {
    const tests = [
      { args: [], kwargs: { b: [1], a: 2 }, expected: 1, compare: { types: 'json', as: 'sequence' } },
    ];
    expect(read({ ...line, tests })).toMatchObject({ submission: { tests } });
    expect(read({ ...line, tests: [{ args: [], kwargs: [1], expected: 1 }] })).toMatchObject({
      error: expect.stringMatching(/kwargs must be an object of names/),
    });
    expect(read({ ...line, tests: [{ args: [], expected: 1, compare: { types: 'loose' } }] })).toMatchObject({
      error: expect.stringMatching(/types must be exact, equal or json/),
    });
  });

  it('reads a submission, and leaves aside what it does not know', () => {
    expect(read({ ...line, timeoutMs: 5, note: 'x' })).toEqual({
      kind: 'submission',
      id: 'a',
      line: 3,
      format: 'posterior',
      submission: {
        id: 'a',
        language: 'python',
        program: 'p',
        entry: 'f',
        tests: [{ args: [1], expected: null }],
        timeoutMs: 5,
      },
    });
    const absent = {
      io: null,
      harness: null,
      language: null,
      tests: [{ args: [], kwargs: null, expected: 1, compare: null }],
    };
    expect(read({ ...line, ...absent })).toMatchObject({
      submission: { language: 'python', tests: [{ args: [], expected: 1 }] },
    });
    expect(read('{"program":null,"function":"f","timeoutMs":5.0}')).toMatchObject({
      id: 3,
      submission: { id: '3', program: null, timeoutMs: 5 },
    });
  });

  it.each<[unknown, Partial<ReadOptions>, string]>([
    [{ ...line, program: 1 }, {}, 'program must be a text.'],
    [{ ...line, program: undefined }, {}, 'program is missing.'],
    [{ ...line, tests: [{ args: [1] }] }, {}, 'tests.0.expected is missing.'],
    [{ ...line, tests: {} }, {}, 'tests must be an array.'],
    [{ ...line, tests: [{ args: 1, expected: 1 }] }, {}, 'tests.0.args must be an array.'],
    [{ ...line, language: 'c' }, {}, 'language must be "python" or "javascript".'],
    [{ ...line, timeoutMs: '5' }, {}, 'timeoutMs must be a number.'],
    [line, { solution: 'completion' }, 'There is no field completion with a program.'],
    [line, { format: 'humaneval' }, 'prompt is missing.'],
    [
      { task_id: 'a', test_list: 'assert True', code: 'x' },
      { format: 'mbpp' },
      'test_list must be an array of texts.',
    ],
  ])('refuses %j with a sentence and its id', (value, options, error) => {
    expect(read(value, options)).toEqual({ kind: 'error', line: 3, id: 'a', error });
  });

  it.each<[string, unknown]>([
    ['{"id":2.0}', 2],
    ['{"task_id":12345678901234567890}', '12345678901234567890'],
    ['{"task_id":null,"question_id":"q"}', 'q'],
  ])('finds the id of %s', (fields, id) => {
    const whole = { ...line, id: undefined };
    expect(read(JSON.stringify(whole).replace('{', `${fields.slice(0, -1)},`))).toMatchObject({ id });
  });

  it('keeps a HumanEval completion as it is, whichever field holds it', () => {
    const task = {
      task_id: 'H/0',
      prompt: 'def f(x):\n',
      entry_point: 'f',
      canonical_solution: '    return x\n',
      test: 'def check(candidate): pass',
      mine: 'def f(x): return 1\n',
      none: null,
    };
    const program = (solution?: string) =>
      read(task, { format: 'humaneval', ...(solution === undefined ? {} : { solution }) });
    expect(program()).toMatchObject({
      submission: { program: '    return x\n' },
      code: { context: 'def f(x):\n', reference: '    return x\n' },
    });
    expect(program('mine')).toMatchObject({ submission: { program: 'def f(x): return 1\n' } });
    expect(program('none')).toMatchObject({ submission: { program: null } });
  });
});
