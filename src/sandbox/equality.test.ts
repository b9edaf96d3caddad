import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutations } from '../../tests/support/mutations.ts';
import { matches, valuesEqual } from './equality.ts';
import type { Comparison, Language, Value } from './types.ts';
import { checkValue } from './value.ts';

const float = (v: number | string): Value => ({ $: 'float', v });
const tuple = (...v: Value[]): Value => ({ $: 'tuple', v });
const set = (...v: Value[]): Value => ({ $: 'set', v });
const NAN = float('nan');

/** Any float as it travels. */
function floatValue(value: number): Value {
  if (Number.isNaN(value)) return NAN;
  if (!Number.isFinite(value)) return float(value > 0 ? 'inf' : '-inf');
  if (Object.is(value, -0)) return float('-0.0');
  return Number.isSafeInteger(value) ? float(value) : value;
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud800', 'é', 'e\u0301', '$', '\u0000'),
);
const integer = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt().map((value): Value => ({ $: 'int', v: String(value) })),
);
const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, true, false, 0, 1, float(1), NAN),
  integer,
  fc.double().map(floatValue),
  text,
  fc
    .uint8Array({ maxLength: 4 })
    .map((bytes): Value => ({ $: 'bytes', v: Buffer.from(bytes).toString('hex') })),
);
const complex = fc
  .tuple(fc.integer(), fc.constantFrom<Value>('nan', '-0.0', 2.5))
  .map(([re, im]): Value => ({ $: 'complex', v: [re, im] }));
/** What Python can put in a set. */
const hashable: fc.Arbitrary<Value> = fc.oneof(
  scalar,
  complex,
  fc.array(scalar, { maxLength: 2 }).map((items) => tuple(...items)),
);

const { python } = fc.letrec<{ python: Value }>((tie) => {
  const items = fc.array(tie('python'), { maxLength: 3 });
  return {
    python: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalar,
      complex,
      fc.string().map((v): Value => ({ $: 'bytearray', v: Buffer.from(v).toString('hex') })),
      items,
      items.map((held) => tuple(...held)),
      fc.array(hashable, { maxLength: 4 }).map((held) => set(...held)),
      fc.array(hashable, { maxLength: 4 }).map((v): Value => ({ $: 'frozenset', v })),
      fc.dictionary(
        text.filter((key) => key !== '$'),
        tie('python'),
        { maxKeys: 3 },
      ),
      fc.array(fc.tuple(hashable, tie('python')), { maxLength: 3 }).map((v): Value => ({ $: 'dict', v })),
    ),
  };
});

const { javascript } = fc.letrec<{ javascript: Value }>((tie) => {
  const items = fc.array(tie('javascript'), { maxLength: 3 });
  return {
    javascript: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalar.filter((value) => !JSON.stringify(value).includes('"int"')),
      fc.constant<Value>({ $: 'undefined' }),
      fc.bigInt().map((value): Value => ({ $: 'bigint', v: String(value) })),
      items,
      items.map((held) => set(...held)),
      fc.dictionary(
        text.filter((key) => key !== '$'),
        tie('javascript'),
        { maxKeys: 3 },
      ),
      fc
        .array(fc.tuple(tie('javascript'), tie('javascript')), { maxLength: 3 })
        .map((v): Value => ({ $: 'map', v })),
    ),
  };
});

const LANGUAGES: readonly (readonly [Language, fc.Arbitrary<Value>])[] = [
  ['python', python],
  ['javascript', javascript],
];
const COMPARISONS: readonly Comparison[] = [
  {},
  { types: 'equal' },
  { tolerance: { absolute: 0.5, relative: 0.1 } },
  { types: 'equal', tolerance: { absolute: 0.5 } },
  { as: 'truth' },
];

/** The same value written differently: what has no order in another one, all of it through JSON. */
function rewritten(value: Value): Value {
  if (Array.isArray(value)) return value.map(rewritten);
  if (value === null || typeof value !== 'object') return value;
  const record = value as Readonly<Record<string, Value>>;
  const held = record['v'] ?? null;
  switch (record['$']) {
    case undefined:
      return Object.fromEntries(
        Object.entries(record)
          .reverse()
          .map(([key, item]) => [key, rewritten(item)]),
      );
    case 'set':
    case 'frozenset':
      return { $: record['$'], v: [...(held as Value[])].reverse() };
    case 'tuple':
      return { $: 'tuple', v: (held as Value[]).map(rewritten) };
    default:
      return value;
  }
}

describe.each(LANGUAGES)('equality of %s values', (language, values) => {
  const equal = (a: Value, b: Value): boolean => valuesEqual(a, b, language);

  it('accepts what the generator makes, and the same after a round trip through JSON', () => {
    fc.assert(
      fc.property(values, (value) => {
        const back = JSON.parse(JSON.stringify(checkValue(value, language))) as Value;
        return equal(value, back) && JSON.stringify(back) === JSON.stringify(value);
      }),
    );
  });

  it('is reflexive and indifferent to the order of what has none', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(...COMPARISONS), (value, compare) =>
        matches(value, rewritten(value), compare, language),
      ),
    );
  });

  it('is symmetric', () => {
    fc.assert(
      fc.property(values, values, fc.constantFrom(...COMPARISONS), (a, b, compare) => {
        return matches(a, b, compare, language) === matches(b, a, compare, language);
      }),
    );
  });

  it('tells a changed value from the original, with or without types', () => {
    fc.assert(
      fc.property(values, (value) =>
        mutations(value).every(
          (other) => !equal(value, other) && !matches(other, value, { types: 'equal' }, language),
        ),
      ),
    );
  });

  it('never takes as different with types ignored what is the same with them', () => {
    fc.assert(
      fc.property(values, values, (a, b) => !equal(a, b) || matches(a, b, { types: 'equal' }, language)),
    );
  });

  it('pairs items off in any order, as often as they occur', () => {
    const lists = fc
      .array(values, { maxLength: 6 })
      .chain((items) =>
        fc.tuple(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length })),
      );
    fc.assert(
      fc.property(
        lists,
        fc.constantFrom<Comparison>({}, { tolerance: { absolute: 0.5 } }),
        ([items, shuffled], more) => {
          const compare: Comparison = { ...more, as: 'unordered' };
          expect(matches(shuffled, items, compare, language)).toBe(true);
          expect(matches([...shuffled, null], items, compare, language)).toBe(false);
          expect(matches(set(...shuffled), items, { as: 'set' }, language)).toBe(true);
          expect(matches([...shuffled, ...items], items, { as: 'set' }, language)).toBe(true);
        },
      ),
    );
  });
});

describe('valuesEqual', () => {
  it.each<[Value, Value]>([
    [true, 1],
    [false, 0],
    [1, float(1)],
    [null, false],
    ['1', 1],
    ['', []],
    [[1, 2], tuple(1, 2)],
    [set(1), { $: 'frozenset', v: [1] }],
    [{ $: 'bytes', v: '61' }, 'a'],
    [{ $: 'bytes', v: '61' }, { $: 'bytearray', v: '61' }],
    [{ $: 'str', v: [0xd83d, 0xde00] }, '😀'],
    [{ $: 'dict', v: [['😀', 1], [{ $: 'str', v: [0xd83d, 0xde00] }, 1]] }, { '😀': 1 }],
    [{ $: 'fraction', v: ['1', '2'] }, 0.5],
    [{ $: 'decimal', v: '0.5' }, { $: 'fraction', v: ['1', '2'] }],
    [{ $: 'dict', v: [], type: 'Counter' }, {}],
    [{ $: 'tuple', v: [1], type: 'P' }, tuple(1)],
    [{ $: 'deque', v: [1] }, [1]],
    [{ $: 'range', v: [0, 2, 1] }, [0, 1]],
    ['é', 'e\u0301'],
    ['A', 'А'],
    ['a\r\n', 'a\n'],
    [[1], [1, 1]],
    [[[1], 2], [1, [2]]],
    [['a,b'], ['a', 'b']],
    [{ a: 1 }, { a: 1, b: null }],
    [{ $: 'dict', v: [[1, 1]] }, { '1': 1 }],
    [{ $: 'complex', v: [1, 0] }, float(1)],
    [NAN, 'nan'],
    [NAN, null],
    [{ $: 'int', v: '9007199254740993' }, 9007199254740992],
  ])('tells %j from %j', (a, b) => {
    expect(valuesEqual(a, b)).toBe(false);
    expect(valuesEqual(b, a)).toBe(false);
  }); // prettier-ignore

  it.each<[Value, Value]>([
    [NAN, NAN],
    [{ $: 'str', v: [97, 0x1f600] }, 'a😀'],
    [{ $: 'fraction', v: ['-1', '3'] }, { $: 'fraction', v: [-1, 3] }],
    [{ $: 'decimal', v: '100' }, { $: 'decimal', v: '1E+2' }],
    [[NAN, set(NAN)], [NAN, set(NAN)]],
    [float('-0.0'), float(0)],
    [{ $: 'int', v: '7' }, 7],
    [{ $: 'dict', v: [['a', 1]] }, { a: 1 }],
    [{ $: 'dict', v: [['a', 0], ['a', 1]] }, { a: 1 }],
    [set(1, 2), set(2, 1, 1)],
    [{ $: 'bytes', v: 'AB' }, { $: 'bytes', v: 'ab' }],
  ])('takes %j and %j for the same', (a, b) => expect(valuesEqual(a, b)).toBe(true)); // prettier-ignore

  it('knows JavaScript: one type of number, several kinds of nothing, and objects with an identity', () => {
    const equal = (a: Value, b: Value): boolean => valuesEqual(a, b, 'javascript');
    expect(equal(1, float(1))).toBe(true);
    expect(equal(float('-0.0'), 0)).toBe(true);
    expect(equal(NAN, NAN)).toBe(true);
    expect(equal([1], tuple(1))).toBe(true);
    expect(equal(null, { $: 'undefined' })).toBe(false);
    expect(equal({ $: 'bigint', v: '1' }, 1)).toBe(false);
    expect(equal(true, 1)).toBe(false);
    expect(equal({ a: 1 }, { $: 'map', v: [['a', 1]] })).toBe(false);
    expect(equal({ $: 'map', v: [[1, 2], [3, 4]] }, { $: 'map', v: [[3, 4], [1, 2]] })).toBe(true); // prettier-ignore
    expect(equal(set([1], [1]), set([1]))).toBe(false);
    expect(equal(set(1, 1), set(1))).toBe(true);
  });
});

describe('matches', () => {
  const equal = { types: 'equal' } as const;

  it.each<[Value, Value, boolean]>([
    [true, 1, true],
    [1, float(1), true],
    [{ $: 'complex', v: [1, 0] }, true, true],
    [{ $: 'int', v: '9007199254740993' }, 9007199254740992, false],
    [float(2 ** 60), { $: 'int', v: String(2n ** 60n) }, true],
    [float(2 ** 60), { $: 'int', v: String(2n ** 60n + 1n) }, false],
    [set(1, 0), { $: 'frozenset', v: [true, float(0)] }, true],
    [{ $: 'dict', v: [[1, 'a']] }, { $: 'dict', v: [[float(1), 'a']] }, true],
    [[1], tuple(1), false],
    ['1', 1, false],
    [null, 0, false],
  ])('with types ignored, %j = %j: %j', (a, b, same) => {
    expect(matches(a, b, equal)).toBe(same);
    expect(matches(b, a, equal)).toBe(same);
  }); // prettier-ignore

  it.each<[Value, Value, boolean]>([
    [[tuple(5, float(5))], [[float(5), 5]], true],
    [[tuple(5, 5)], [[5, 5]], true],
    [tuple(tuple(), set(1)), [[], set(true)], true],
    [{ a: tuple(1) }, { a: [1] }, true],
    [{ $: 'tuple', v: [1], type: 'P' }, [1], true],
    [{ $: 'deque', v: [1] }, [1], false],
    [set(1), [1], false],
    [{ $: 'dict', v: [[5, 1]] }, { 5: 1 }, false],
    [true, 1, true],
    ['1', 1, false],
  ])('as JSON, %j = %j: %j', (a, b, same) => {
    expect(matches(a, b, { types: 'json' })).toBe(same);
    expect(matches(b, a, { types: 'json' })).toBe(same);
    if (same) expect(valuesEqual(a, b)).toBe(false);
  }); // prettier-ignore

  it('has a tolerance that ends where math.isclose ends', () => {
    const doubles = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 });
    const amounts = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(doubles, doubles, amounts, amounts, (a, b, relative, absolute) => {
        const distance = Math.abs(a - b);
        const close = distance <= Math.max(absolute, relative * Math.max(Math.abs(a), Math.abs(b)));
        return matches(floatValue(a), floatValue(b), { tolerance: { relative, absolute } }) === close;
      }),
    );
    const within = (a: Value, b: Value, absolute: number): boolean =>
      matches(a, b, { tolerance: { absolute } });
    expect(within(1.5, 1, 0.5)).toBe(true);
    expect(within(1.5000000000000002, 1, 0.5)).toBe(false);
    expect(within({ $: 'int', v: '9007199254740995' }, { $: 'int', v: '9007199254740993' }, 1)).toBe(false);
    expect(within({ $: 'int', v: '9007199254740994' }, { $: 'int', v: '9007199254740993' }, 1)).toBe(true);
  });

  it('keeps infinities, NaN and huge integers apart from other numbers, however wide the tolerance', () => {
    const compare: Comparison = { tolerance: { relative: 1, absolute: 1e300 } };
    const huge: Value = { $: 'int', v: `1${'0'.repeat(400)}` };
    for (const [a, b] of [
      [float('inf'), 1e300],
      [float('inf'), float('-inf')],
      [NAN, 0],
      [huge, float('inf')],
      [huge, 1],
      [
        { $: 'decimal', v: '9E+999' },
        { $: 'decimal', v: '1E+400' },
      ],
      [{ $: 'decimal', v: '1E+400' }, float('inf')],
      [
        { $: 'fraction', v: [`1${'0'.repeat(400)}`, '3'] },
        { $: 'decimal', v: '1E+400' },
      ],
      [null, 0],
      ['1', 1],
    ] as const) {
      expect(matches(a, b, compare)).toBe(false);
      expect(matches(b, a, compare)).toBe(false);
    }
    for (const same of [float('inf'), NAN, huge]) expect(matches(same, same, compare)).toBe(true);
  });

  it('reaches numbers at any depth, but no truth value unless types are ignored', () => {
    const compare: Comparison = { tolerance: { absolute: 0.1 } };
    expect(matches({ a: [1.05, tuple(2)] }, { a: [1, tuple(float(2))] }, compare)).toBe(true);
    expect(matches({ a: [1.2] }, { a: [1] }, compare)).toBe(false);
    expect(matches([true], [1], compare)).toBe(false);
    expect(matches([true], [1], { ...compare, types: 'equal' })).toBe(true);
    expect(matches([1], tuple(1), compare)).toBe(false);
    expect(matches(set(0.1, 5), set(5, 0.15), compare)).toBe(true);
    expect(matches(set(0.1, 5), set(5, 0.3), compare)).toBe(false);
    expect(matches({ $: 'complex', v: [1, 0.05] }, 1, compare)).toBe(true);
  });

  it('finds the one pairing of close items where the nearest one would block another', () => {
    const compare: Comparison = { as: 'unordered', tolerance: { absolute: 1 } };
    const points = (...values: number[]): Value => values.map((value) => [value, 'p']);
    // The second point is close only to the partner that the first took, which has to change.
    expect(matches(points(1, 0), points(1, 2), compare)).toBe(true);
    expect(matches(points(2, 1, 0), points(1, 2, 3), compare)).toBe(true);
    expect(matches(points(1, 2), points(2, 3), compare)).toBe(true);
    expect(matches(points(1, 1), points(2, 3), compare)).toBe(false);
    expect(matches(points(0, 1, 2, 3), points(4, 3, 2, 1), compare)).toBe(true);
    expect(matches([3, 1.5, 0.2], [0, 1, 2.5], compare)).toBe(true);
    expect(matches([3, 1.5, 0.2], [0, 1, 1.5], compare)).toBe(false);
    expect(matches([1], [1, 1], compare)).toBe(false);
    expect(matches([1, 1], [1], compare)).toBe(false);
  });

  it.each<[Comparison['as'], Value, Value, boolean]>([
    ['sequence', tuple(1, 2), [1, 2], true],
    ['sequence', 'ab', ['a', 'b'], true],
    ['sequence', [2, 1], [1, 2], false],
    ['unordered', tuple([2], [1]), [[1], [2]], true],
    ['unordered', [1, 1, 2], [1, 2, 2], false],
    ['unordered', { b: 1, a: 1 }, ['a', 'b'], true],
    ['unordered', 12, [1, 2], false],
    ['unordered', [true], [1], false],
    ['set', [1, 1, 2], set(1, 2), true],
    ['set', [1], set(1, 2), false],
    ['set', [1, 2], set(1), false],
    ['set', 'aab', set('a', 'b'), true],
    ['truth', [0], true, true],
    ['truth', [], true, false],
    ['truth', float('-0.0'), false, true],
    ['truth', NAN, true, true],
  ])('as %s, %j = %j: %j', (as, got, expected, same) => {
    expect(matches(got, expected, as ? { as } : {})).toBe(same);
  });

  it('takes the truth of a value as its language does', () => {
    const truth = (value: Value): boolean => matches(value, true, { as: 'truth' }, 'javascript');
    expect([[], {}, set(), 'a', { $: 'bigint', v: '1' }].map(truth)).toEqual(Array(5).fill(true));
    expect([NAN, '', { $: 'undefined' }, { $: 'bigint', v: '0' }, null].map(truth)).toEqual(
      Array(5).fill(false),
    );
  });
});
