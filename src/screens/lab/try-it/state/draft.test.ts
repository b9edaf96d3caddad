import { beforeAll, describe, expect, it } from 'vitest';
import type { CodeTask } from '../../../../domains/code/task.ts';
import { check, draftOfCompletion, sameDraft, sameProgram, type Draft, type Problem } from './draft.ts';
import { EXAMPLES, exampleDraft, examplesIn } from './examples.ts';
import { loadLiterals } from '../../../../domains/code/literals/literal.ts';
import { translate } from './translate.ts';
import { text } from '../text.ts';

beforeAll(async () => void (await Promise.all([loadLiterals('python'), loadLiterals('javascript')])));

const draft = exampleDraft('right', 'python');

/** The problems of a draft as `field` or `field:key`. */
function problems(changed: Partial<Draft>): string[] {
  const checked = check({ ...draft, ...changed }, 'x');
  if (checked.ok) return [];
  return checked.problems.map((p: Problem) => (p.kind === 'literal' ? `${p.field}:${p.key}` : p.field));
}

describe('reading a draft', () => {
  it('makes the submission that was typed', () => {
    const tests = [{ key: 3, suite: 'own', args: '(1, 2), "a"', expected: '1.0' }] as const;
    const checked = check({ ...draft, tests, entry: ' f ', timeoutMs: '250', memoryMb: '96' }, 'one');
    expect(checked).toEqual({
      ok: true,
      submission: {
        id: 'one',
        language: 'python',
        program: draft.program,
        entry: 'f',
        tests: [{ args: [{ $: 'tuple', v: [1, 2] }, 'a'], expected: { $: 'float', v: 1 } }],
        timeoutMs: 250,
        memoryMb: 96,
      },
    });
  });

  it.each<[string, Partial<Draft>, string[]]>([
    ['a function that is no name', { entry: 'solve(x)' }, ['entry']],
    ['a deadline beyond its bounds', { timeoutMs: '900000' }, ['timeoutMs']],
    ['a deadline that is no number', { timeoutMs: 'soon' }, ['timeoutMs']],
    ['too little memory', { memoryMb: '1' }, ['memoryMb']],
    ['no tests', { tests: [] }, ['tests']],
    [
      'values that cannot be read, wherever they are',
      {
        tests: [
          { key: 0, suite: 'own', args: '[1', expected: 'x' },
          { key: 1, suite: 'own', args: '1', expected: '1' },
          { key: 2, suite: 'own', args: '{[1]}', expected: '' },
        ],
      },
      ['args:0', 'expected:0', 'args:2', 'expected:2'],
    ],
  ])('refuses %s', (_, changed, expected) => {
    expect(problems(changed)).toEqual(expected);
  });

  it('accepts no tests where code checks the program', () => {
    expect(problems({ tests: [], harness: { source: 'def check(candidate): pass\n' } })).toEqual([]);
  });
});

describe('comparing drafts', () => {
  it('sees an edit of anything that is run', () => {
    const [first, ...rest] = draft.tests;
    const edited = { ...draft, tests: [{ ...first!, expected: '7' }, ...rest] };
    expect(sameDraft(draft, { ...draft })).toBe(true);
    expect(sameDraft(draft, edited)).toBe(false);
    expect(sameDraft(draft, { ...draft, tests: rest })).toBe(false);
    expect(sameDraft(draft, { ...draft, timeoutMs: '999' })).toBe(false);
    expect(sameProgram(draft, edited)).toBe(true);
  });
});

it('says in words what a test asks for less than the same value', () => {
  expect(text.comparison({ as: 'unordered' })).toBe('items in any order');
  expect(text.comparison({ tolerance: { absolute: 1e-6 } })).toBe('within 0.000001');
  expect(text.comparison({ as: 'set', tolerance: { relative: 0.01 } })).toBe(
    'distinct items, within 0.01 of its size',
  );
  expect(text.comparison({ types: 'equal' })).toBe('numbers by value');
});

describe('a completion', () => {
  const task: CodeTask = {
    id: 't',
    family: 'lists',
    split: 'train',
    prompt: '',
    entry: 'pick',
    visibleTests: [{ args: [[1, 2]], expected: 2 }],
    heldOutTests: [
      { args: [[1, 2]], expected: 2 },
      { args: [[]], expected: null },
    ],
  };

  it('brings its program and every test of its task once', () => {
    const made = draftOfCompletion('def pick(xs): ...', task, 2000);
    expect(made).toMatchObject({ language: 'python', entry: 'pick', timeoutMs: '2000' });
    expect(made.tests.map(({ suite, args, expected }) => [suite, args, expected])).toEqual([
      ['visible', '[1, 2]', '2'],
      ['held-out', '[]', 'None'],
    ]);
  });

  it('without its task brings the function that it defines', () => {
    const made = draftOfCompletion('import math\ndef area(r):\n    return r\n', undefined, 1000);
    expect(made.entry).toBe('area');
    expect(check(made, 'x')).toMatchObject({ ok: false, problems: [{ field: 'tests' }] });
  });
});

describe('the examples', () => {
  it.each(['python', 'javascript'] as const)('can all be run in %s', (language) => {
    for (const id of examplesIn(language)) {
      expect(check(exampleDraft(id, language), id), id).toMatchObject({ ok: true });
    }
  });

  it('are all there in Python; two are Python only', () => {
    expect(examplesIn('python')).toEqual([...EXAMPLES]);
    expect(EXAMPLES.filter((id) => !examplesIn('javascript').includes(id))).toEqual(['forge', 'checked']);
  });
});

describe('changing the language', () => {
  it('writes the tests in its literals and leaves the rest', () => {
    const tests = [
      { key: 0, suite: 'own', args: 'None, True, (1, 2.0)', expected: '{"a": [1]}' },
      { key: 1, suite: 'own', args: 'oops', expected: '1' },
    ] as const;
    const there = translate({ ...draft, tests, harness: { source: 'def check(c): ...' } }, 'javascript');
    expect(there.tests.map(({ args, expected }) => [args, expected])).toEqual([
      ['null, true, [1, 2]', '{ a: [1] }'],
      ['oops', '1'],
    ]);
    expect(there).toMatchObject({ program: draft.program, harness: null });
  });
});
