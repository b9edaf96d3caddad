import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Language, Value } from '../../sandbox/types.ts';
import type { Item } from './draft.ts';
import { readSuite, writeSuite } from './suite-text.ts';

const read = (text: string, language: Language = 'python', entry = 'f') => readSuite(text, language, entry);
const itemsOf = async (text: string, language?: Language) =>
  (await read(text, language)).map(({ item }) => item);
const reasonsOf = async (text: string, language?: Language) =>
  (await read(text, language)).map(({ reason }) => reason);

describe('tests as text, in Python', () => {
  it('are calls, code and JSON, each with its lines', async () => {
    const text = [
      '# What it does',
      'f([1, 2], k=(3,)) == 1.5  # compare: equal, within 1e-9',
      'import math; x = 3',
      'assert math.isclose(f(x), 1)  # why',
      '',
      'f(',
      '  1,',
      ') == None  # the empty case',
      '{"args": [1], "expected": {"$": "tuple", "v": [2]}}',
    ].join('\n');
    expect(await read(text)).toEqual([
      {
        item: {
          args: [[1, 2]],
          kwargs: { k: { $: 'tuple', v: [3] } },
          expected: 1.5,
          compare: { types: 'equal', tolerance: { absolute: 1e-9 } },
        },
        reason: null,
        first: 2,
        last: 2,
      },
      { item: 'import math; x = 3', reason: null, first: 3, last: 3 },
      { item: 'assert math.isclose(f(x), 1)  # why', reason: null, first: 4, last: 4 },
      { item: { args: [1], expected: null }, reason: null, first: 6, last: 8 },
      { item: { args: [1], expected: { $: 'tuple', v: [2] } }, reason: null, first: 9, last: 9 },
    ]);
  });

  it('that cannot be read keep their place and say why', async () => {
    const text = [
      'f([1, 2) == 3',
      'f(x) == 3',
      'g(1) == 3',
      'f(1)',
      'f(1) == ',
      'f(1) == 2 == 3',
      'f(1) == 1  # compare: roughly',
      '{"args": [1]',
      'f(1) == 1',
    ].join('\n');
    expect(await reasonsOf(text)).toEqual([
      'Expected , or ] at the end.',
      'x is a name, not a value. Texts stand in quotes.',
      'This calls g; the function is f.',
      'What must it return? f(1) == …',
      'A value is missing.',
      'A test is a call and what it must return, such as f(2) == 3.',
      expect.stringMatching(/^“roughly” is no comparison\. There are exact, equal/),
      expect.stringMatching(/^The test is not JSON/),
    ]);
  });
});

it('other people’s checks stay code', async () => {
  const check = 'X = {}\n\n\ndef check(candidate):\n    assert candidate(1) == 2\n\n\ncheck(f)';
  const text = await writeSuite([check], 'python', 'f');
  expect(await reasonsOf(text)).toEqual([null, null, null]);
  expect(await itemsOf(text)).toEqual([
    'X = {}',
    'def check(candidate):\n    assert candidate(1) == 2',
    'check(f)',
  ]);
});

describe('tests as text, in JavaScript', () => {
  it('are calls and JSON', async () => {
    const text = [
      'f([1], { a: "b" }) === [undefined] // compare: unordered',
      '// nothing',
      'f() == -1;',
      '{"args": [], "expected": 1}',
    ].join('\n');
    expect(await itemsOf(text, 'javascript')).toEqual([
      { args: [[1], { a: 'b' }], expected: [{ $: 'undefined' }], compare: { as: 'unordered' } },
      { args: [], expected: -1 },
      { args: [], expected: 1 },
    ]);
  });

  it('that cannot be read keep their place and say why', async () => {
    expect(
      await reasonsOf('f(1 === 2\nf(1)\nf(1) === 1 f(2) === 2\nassert(f(1))\nf(2) === 3', 'javascript'),
    ).toEqual([
      expect.stringMatching(/^This is not JavaScript: /),
      'What must it return? f(1) === …',
      'A test is a call and what it must return, such as f(2) === 3.',
      'What must it return? assert(f(1)) === …',
      null,
    ]);
  });
});

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<Value>(
      null,
      true,
      'it’s "so"\n# no',
      { $: 'float', v: 2 },
      { $: 'float', v: 'nan' },
      { $: 'undefined' },
    ),
    fc.integer(),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 3 }).map((v): Value => ({ $: 'tuple', v })),
    fc.dictionary(fc.constantFrom('a', 'b c'), tie('value')),
  ),
})).value;
const compare = fc.record(
  {
    types: fc.constantFrom('exact' as const, 'equal' as const, 'json' as const),
    as: fc.constantFrom('set' as const, 'unordered' as const),
    tolerance: fc.record(
      { relative: fc.constantFrom(0, 1e-7), absolute: fc.constantFrom(0.5) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

it('tests come back from their text as they were', async () => {
  const test = fc.record({
    args: fc.array(value, { maxLength: 3 }),
    expected: value,
    compare: fc.option(compare, { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(test, { maxLength: 3 }),
      fc.constantFrom<Language>('python', 'javascript'),
      async (tests, language) => {
        const items: Item[] = [
          ...tests.map(({ compare: how, ...rest }) => (how === undefined ? rest : { ...rest, compare: how })),
          ...(language === 'python' ? ['import math', 'assert f(1) == math.pi'] : []),
        ];
        const back = await read(await writeSuite(items, language, 'f'), language);
        expect(back.map(({ reason }) => reason).filter((reason) => reason !== null)).toEqual([]);
        // A tolerance that says nothing is the same as none.
        const plain = (item: unknown): unknown =>
          JSON.parse(JSON.stringify(item).replace(/,?"(tolerance|compare)":\{\}/g, ''));
        expect(back.map(({ item }) => plain(plain(item)))).toEqual(items.map((item) => plain(plain(item))));
      },
    ),
    { numRuns: 100 },
  );
});
