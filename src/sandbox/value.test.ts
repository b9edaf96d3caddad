import { describe, expect, it } from 'vitest';
import type { Value } from './types.ts';
import { checkValue, formatValue, MAX_DEPTH, TAGS, ValueFormatError, valuesEqual } from './value.ts';

/** A repeatable stream of numbers in [0, 1). */
function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const SCALARS: readonly Value[] = [
  null,
  true,
  false,
  0,
  1,
  -3,
  0.5,
  1e300,
  '',
  'a',
  "it's",
  '\ud800',
  'é',
  'e\u0301',
  { $: 'int', v: '123456789012345678901234567890' },
  { $: 'float', v: 1 },
  { $: 'float', v: 'nan' },
  { $: 'float', v: 'inf' },
  { $: 'complex', v: [0, 1] },
  { $: 'bytes', v: '00ff' },
  { $: 'bytearray', v: '00ff' },
];

function randomValue(next: () => number, depth: number): Value {
  const pick = Math.floor(next() * (depth > 0 ? 8 : 3));
  const items = (): Value[] =>
    Array.from({ length: Math.floor(next() * 4) }, () => randomValue(next, depth - 1));
  switch (pick) {
    case 3:
      return items();
    case 4:
      return { $: 'tuple', v: items() };
    case 5:
      return { $: next() < 0.5 ? 'set' : 'frozenset', v: SCALARS.filter(() => next() < 0.2) };
    case 6:
      return Object.fromEntries(items().map((item, i) => [`k${i}`, item]));
    case 7:
      return { $: 'dict', v: items().map((item, i) => [i, item]) };
    default:
      return SCALARS[Math.floor(next() * SCALARS.length)] ?? null;
  }
}

/** The same value written differently: sets and dicts in another order. */
function reordered(value: Value): Value {
  if (Array.isArray(value)) return value.map(reordered);
  if (value === null || typeof value !== 'object') return value;
  const record = value as Readonly<Record<string, Value>>;
  if (!Object.hasOwn(record, '$')) {
    return Object.fromEntries(
      Object.entries(record)
        .reverse()
        .map(([key, held]) => [key, reordered(held)]),
    );
  }
  const held = record['v'] ?? null;
  switch (record['$']) {
    case 'set':
    case 'frozenset':
      return { $: record['$'], v: [...(held as Value[])].reverse() };
    case 'dict':
      return {
        $: 'dict',
        v: [...(held as [Value, Value][])].reverse().map(([key, item]) => [key, reordered(item)]),
      };
    case 'tuple':
      return { $: 'tuple', v: (held as Value[]).map(reordered) };
    default:
      return value;
  }
}

describe('valuesEqual', () => {
  it.each<[Value, Value]>([
    [true, 1],
    [false, 0],
    [1, { $: 'float', v: 1 }],
    [null, false],
    ['1', 1],
    ['', []],
    [[1, 2], { $: 'tuple', v: [1, 2] }],
    [
      { $: 'set', v: [1] },
      { $: 'frozenset', v: [1] },
    ],
    [{ $: 'bytes', v: '61' }, 'a'],
    [
      { $: 'bytes', v: '61' },
      { $: 'bytearray', v: '61' },
    ],
    ['é', 'e\u0301'],
    [[1], [1, 1]],
    [
      [[1], 2],
      [1, [2]],
    ],
    [['a,b'], ['a', 'b']],
    [{ a: 1 }, { a: 1, b: null }],
    [{ $: 'dict', v: [[1, 1]] }, { '1': 1 }],
    [
      { $: 'complex', v: [1, 0] },
      { $: 'float', v: 1 },
    ],
    [{ $: 'float', v: 'nan' }, 'nan'],
  ])('tells %j from %j', (a, b) => {
    expect(valuesEqual(a, b)).toBe(false);
    expect(valuesEqual(b, a)).toBe(false);
  });

  it.each<[Value, Value]>([
    [
      { $: 'float', v: 'nan' },
      { $: 'float', v: 'nan' },
    ],
    [
      { $: 'float', v: '-0.0' },
      { $: 'float', v: 0 },
    ],
    [{ $: 'int', v: '7' }, 7],
    [{ $: 'float', v: 0.5 }, 0.5],
    [{ $: 'dict', v: [['a', 1]] }, { a: 1 }],
    [
      {
        $: 'dict',
        v: [
          ['a', 0],
          ['a', 1],
        ],
      },
      { a: 1 },
    ],
    [
      { $: 'set', v: [1, 2] },
      { $: 'set', v: [2, 1, 1] },
    ],
    [
      { $: 'bytes', v: 'AB' },
      { $: 'bytes', v: 'ab' },
    ],
  ])('takes %j and %j for the same', (a, b) => expect(valuesEqual(a, b)).toBe(true));

  it('holds between a random value and itself reordered, and not between it and a changed one', () => {
    const next = stream(7);
    for (let i = 0; i < 500; i++) {
      const value = randomValue(next, 4);
      expect(valuesEqual(value, reordered(JSON.parse(JSON.stringify(value)) as Value))).toBe(true);
      expect(valuesEqual([value], [value, null])).toBe(false);
      expect(valuesEqual([value], { $: 'tuple', v: [value] })).toBe(false);
      expect(valuesEqual({ a: value, b: 1 }, { a: value, b: 2 })).toBe(false);
    }
  });
});

describe('checkValue', () => {
  it('accepts random values', () => {
    const next = stream(11);
    for (let i = 0; i < 200; i++) {
      const value = randomValue(next, 4);
      expect(checkValue(value)).toBe(value);
    }
  });

  it.each<[unknown, RegExp]>([
    [undefined, /undefined is not a Python value/],
    [{ $: 'range', v: [1] }, /Unknown tag "range"; the tags are int,/],
    [{ $: 'int', v: '1e5' }, /decimal text, not "1e5"/],
    [{ $: 'float', v: 'infinity' }, /"nan", "inf"/],
    [{ $: 'bytes', v: 'abc' }, /hexadecimal/],
    [{ $: 'tuple', v: 3 }, /array, not 3/],
    [{ $: 'dict', v: [[1]] }, /\[key, value\]/],
    [{ $: 'complex', v: [1] }, /\[re, im\]/],
    [[{ a: { $: 'tuple' } }], /array/],
  ])('refuses %j', (value, message) => {
    expect(() => checkValue(value)).toThrow(ValueFormatError);
    expect(() => checkValue(value)).toThrow(message);
  });

  it('bounds depth', () => {
    let value: Value = 0;
    for (let i = 0; i <= MAX_DEPTH; i++) value = [value];
    expect(() => checkValue(value)).toThrow(/nested/);
  });

  it('treats inherited names as ordinary keys', () => {
    const value = JSON.parse('{"__proto__":{"$":"float"},"constructor":1}') as unknown;
    expect(() => checkValue(value)).toThrow(/A float's v/);
    expect(valuesEqual(JSON.parse('{"__proto__":1}') as Value, {})).toBe(false);
  });
});

describe('formatValue', () => {
  it.each<[Value, string]>([
    [null, 'None'],
    [[true, false], '[True, False]'],
    [{ $: 'float', v: 1 }, '1.0'],
    [1e16, '1e+16'],
    [1.5e20, '1.5e+20'],
    [0.00001, '1e-05'],
    [0.0001, '0.0001'],
    [{ $: 'float', v: '-0.0' }, '-0.0'],
    [{ $: 'float', v: '-inf' }, '-inf'],
    [{ $: 'int', v: '12345678901234567890' }, '12345678901234567890'],
    ["it's", '"it\'s"'],
    ['"it\'s"\n\u0000\u202e', String.raw`'"it\'s"\n\x00\u202e'`],
    [{ $: 'tuple', v: [1] }, '(1,)'],
    [{ $: 'tuple', v: [] }, '()'],
    [{ $: 'set', v: [] }, 'set()'],
    [{ $: 'set', v: [1, 'a'] }, "{1, 'a'}"],
    [{ $: 'frozenset', v: [1] }, 'frozenset({1})'],
    [{ $: 'bytes', v: '612700' }, String.raw`b'a\x27\x00'`],
    [{ $: 'bytearray', v: '61' }, "bytearray(b'a')"],
    [{ a: [1] }, "{'a': [1]}"],
    [{ $: 'dict', v: [[null, 1]] }, '{None: 1}'],
  ])('writes %j as %s', (value, text) => expect(formatValue(value)).toBe(text));

  it('has a case for every tag', () => {
    const samples: Record<string, Value> = { int: '1', float: 1, complex: [1, 1], bytes: '', bytearray: '' };
    for (const tag of TAGS) expect(formatValue({ $: tag, v: samples[tag] ?? [] })).not.toBe('');
  });
});
