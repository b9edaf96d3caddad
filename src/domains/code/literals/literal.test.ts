import * as fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Value } from '../../../sandbox/types.ts';
import { isPlainKey } from '../../../sandbox/value.ts';
import { formatLiteral } from './format-literal.ts';
import { LiteralError, loadLiterals, parseArguments, parseValue } from './literal.ts';

beforeAll(async () => {
  await Promise.all([loadLiterals('python'), loadLiterals('javascript')]);
});

it('are read once their language is loaded, and say so before', async () => {
  vi.resetModules();
  const fresh = await import('./literal.ts');
  expect(fresh.canRead('python')).toBe(false);
  expect(() => fresh.parseValue('1', 'python')).toThrow(/once they are loaded/);
  await fresh.loadLiterals('python');
  expect([fresh.canRead('python'), fresh.canRead('javascript')]).toEqual([true, false]);
});

const python = (text: string): Value => parseValue(text, 'python');
const javascript = (text: string): Value => parseValue(text, 'javascript');

describe('Python literals', () => {
  it.each<[string, Value]>([
    ['None', null],
    ['True', true],
    ['-7', -7],
    ['1_000', 1000],
    ['0xff', 255],
    ['12345678901234567890', { $: 'int', v: '12345678901234567890' }],
    ['1.0', { $: 'float', v: 1 }],
    ['1e3', { $: 'float', v: 1000 }],
    ['.5', 0.5],
    ['-0.0', { $: 'float', v: '-0.0' }],
    ['float("nan")', { $: 'float', v: 'nan' }],
    ['-inf', { $: 'float', v: '-inf' }],
    ['complex(1.0, -2.5)', { $: 'complex', v: [1, -2.5] }],
    [`"it's"`, "it's"],
    [`'a\\n\\x41\\u00e9\\'"'`, `a\nAé'"`],
    ["b'\\x00a'", { $: 'bytes', v: '0061' }],
    ['bytearray(b"a")', { $: 'bytearray', v: '61' }],
    ['[1, [2, 3], ]', [1, [2, 3]]],
    ['(1)', 1],
    ['(1,)', { $: 'tuple', v: [1] }],
    ['()', { $: 'tuple', v: [] }],
    ['(1, 2)', { $: 'tuple', v: [1, 2] }],
    ['{}', {}],
    ['{"a": 1}', { a: 1 }],
    ['{1: "a"}', { $: 'dict', v: [[1, 'a']] }],
    ['{"$": 1}', { $: 'dict', v: [['$', 1]] }],
    ['{1, 2}', { $: 'set', v: [1, 2] }],
    ['set()', { $: 'set', v: [] }],
    ['frozenset({1})', { $: 'frozenset', v: [1] }],
    [
      '{"b": 1, "2": 2, "1": 3}',
      {
        $: 'dict',
        v: [
          ['b', 1],
          ['2', 2],
          ['1', 3],
        ],
      },
    ],
    ["'\\ud83d\\ude00'", { $: 'str', v: [0xd83d, 0xde00] }],
    ["'😀\\ud83d'", '😀\ud83d'],
    ['Fraction(-1, 3)', { $: 'fraction', v: ['-1', '3'] }],
    ["Decimal('1.50')", { $: 'decimal', v: '1.50' }],
    ['range(3)', { $: 'range', v: [0, 3, 1] }],
    ['range(9, 0, -2)', { $: 'range', v: [9, 0, -2] }],
    ['deque([1, 2])', { $: 'deque', v: [1, 2] }],
    ["Counter({'a': 2})", { $: 'dict', v: [['a', 2]], type: 'Counter' }],
    ['(None)', null],
    ['1., ', { $: 'float', v: 1 }],
    ['1.e2', { $: 'float', v: 100 }],
    ['2j', { $: 'complex', v: [0, 2] }],
    ['-2j', { $: 'complex', v: ['-0.0', -2] }],
    ['(1.5-2j)', { $: 'complex', v: [1.5, -2] }],
    [`'a' "b"`, 'ab'],
    [`'''it's\ntwo lines'''`, "it's\ntwo lines"],
    [String.raw`'\q\101\7'`, '\\qA\x07'],
    [String.raw`r'\n'`, '\\n'],
    [String.raw`b'\xff\u0041'`, { $: 'bytes', v: 'ff5c7530303431' }],
    ['[1,  # one\n 2]', [1, 2]],
    ['set([1])', { $: 'set', v: [1] }],
  ])('reads %s', (text, value) => {
    expect(python(text)).toEqual(value);
  });

  it.each([
    ['', /missing/],
    ['[1, 2', /Expected , or \].*end/],
    ['1 2', /ends before/],
    ['xs', /xs is a name.*quotes/],
    ['max([1])', /max\(…\) is a call/],
    ['"open', /closing quote/],
    ['{1: 2, 3}', /value for every key/],
    ['{"a": }', /Expected a value at “}”/],
    ['[1)', /Expected , or \] at “\)”/],
    ['(1, 2', /Expected , or \) at the end/],
    ['1) + (2', /ends before its text does, at “\) \+ \(2”/],
    ['[1,,2]', /Expected a value at “,2]”/],
    ['1, 2', /Only one value/],
    ['1 + 2', /“1 \+ 2” is not a literal/],
    ['[x for x in y]', /not a literal/],
    ['f"{1}"', /not a literal/],
    ['-3e', /ends before its text does, at “e”/],
    ['012', /not how Python writes a number/],
    ["'a", /closing quote/],
    ["'\\'", /closing quote/],
    [String.raw`'\x4'`, /two hexadecimal digits/],
    ["b'é'", /ASCII/],
    ["'a' b'b'", /mixed/],
    ['Fraction(1.5)', /Fraction\(…\) takes two whole numbers/],
    ['frozenset(1)', /takes one list, tuple or set/],
  ])('says what is wrong with %s', (text, message) => {
    expect(() => python(text)).toThrow(LiteralError);
    expect(() => python(text)).toThrow(message);
  });
});

describe('JavaScript literals', () => {
  it.each<[string, Value]>([
    ['null', null],
    ['undefined', { $: 'undefined' }],
    ['1.0', 1],
    ['-0', { $: 'float', v: '-0.0' }],
    ['NaN', { $: 'float', v: 'nan' }],
    ['10n', { $: 'bigint', v: '10' }],
    ['{ a: 1, "b c": [2] }', { a: 1, 'b c': [2] }],
    ['{ $: 1 }', { $: 'dict', v: [['$', 1]] }],
    ['new Set([1, 2])', { $: 'set', v: [1, 2] }],
    ['new Map([["a", 1]])', { $: 'map', v: [['a', 1]] }],
    ['new Uint8Array([1, 255])', { $: 'bytes', v: '01ff' }],
    ['`a\\n`', 'a\n'],
    ['0x10n', { $: 'bigint', v: '16' }],
    ['[1, /* two */ 2, ]', [1, 2]],
  ])('reads %s', (text, value) => {
    expect(javascript(text)).toEqual(value);
  });

  it.each([
    ['None', /None is a name/],
    ['new Date()', /Only new Set/],
    ['new Uint8Array([256])', /0 to 255/],
    ['{a}', /Expected : after a key at “}”/],
    ['{"a" 1}', /Expected : after a key at “1}”/],
    ['{: 1}', /Expected a key at “: 1}”/],
    ['{a: }', /Expected a value at “}”/],
    ['[1, 2', /Expected , or \] at the end/],
    ['[1 2]', /Expected , or \] at “2]”/],
    ['[1,,2]', /Expected a value at “,,2]”/],
    ['1 2', /ends before its text does, at “2”/],
    ['1)(2', /ends before its text does, at “\)\(2”/],
    ['"open', /closing quote at “"open”/],
    ['1 + 2', /“1 \+ 2” is not a literal/],
    ['`${1}`', /not a literal/],
    ['/a/', /not a literal/],
    ['{ f() {} }', /“f\(\) {}” is not a literal/],
    ['new Set(1)', /in one array/],
  ])('says what is wrong with %s', (text, message) => {
    expect(() => javascript(text)).toThrow(message);
  });
});

it('refuses whatever is no literal with a sentence', () => {
  const pieces = fc.oneof(
    fc.constantFrom(
      ...'[](){},:\'"`-+.*\\\n =>#/;',
      'b"',
      '1',
      'a',
      'None',
      'set(',
      'new ',
      'f"{',
      '"""',
      '0x',
      '…',
    ),
    fc.string({ maxLength: 3 }),
  );
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 10 }),
      fc.constantFrom('python', 'javascript'),
      (parts, language) => {
        try {
          parseArguments(parts.join(''), language);
        } catch (error) {
          expect(error).toBeInstanceOf(LiteralError);
        }
      },
    ),
    { numRuns: 1000 },
  );
  for (const language of ['python', 'javascript'] as const)
    expect(() => parseValue('['.repeat(20_000), language)).toThrow(LiteralError);
});

describe('arguments', () => {
  it('stand between commas, and may be none', () => {
    expect(parseArguments('[1, 2], "a,b", (3, 4)', 'python')).toEqual([
      [1, 2],
      'a,b',
      { $: 'tuple', v: [3, 4] },
    ]);
    expect(parseArguments('  ', 'python')).toEqual([]);
    expect(() => parseArguments('1 2', 'python')).toThrow(/Expected , between/);
  });
});

/** Floats as values: whole ones are tagged in Python, and are plain numbers in JavaScript. */
const float = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((x): Value =>
    Object.is(x, -0) ? { $: 'float', v: '-0.0' } : Number.isSafeInteger(x) ? { $: 'float', v: x } : x,
  );
const printable = fc.string({ unit: fc.constantFrom(...'aZ09 \'"\\\n\té中$_') });
const key = printable.filter(isPlainKey);
const named: fc.Arbitrary<Value> = fc.constantFrom('nan', 'inf', '-inf').map((v) => ({ $: 'float', v }));

const nested = (leaf: fc.Arbitrary<Value>, tags: readonly string[]): fc.Arbitrary<Value> =>
  fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 3 }),
      fc
        .tuple(fc.constantFrom(...tags), fc.array(tie('value'), { maxLength: 3 }))
        .map(([$, v]): Value => ({ $, v })),
    ),
  })).value;

function lowestTerms(top: bigint, bottom: bigint): [string, string] {
  const divisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : divisor(b, a % b));
  const common = divisor(top < 0n ? -top : top, bottom);
  return [String(top / common), String(bottom / common)];
}

describe('what is printed is read back as the same value', () => {
  it('in Python', () => {
    const bigInt = fc
      .bigInt({ min: 2n ** 60n, max: 2n ** 80n })
      .map((n): Value => ({ $: 'int', v: String(n) }));
    const library = fc.oneof(
      fc.tuple(fc.bigInt(), fc.bigInt({ min: 1n })).map(([top, bottom]): Value => ({
        $: 'fraction',
        v: lowestTerms(top, bottom),
      })),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x): Value => ({ $: 'decimal', v: String(x) })),
      fc.tuple(fc.integer(), fc.integer(), fc.integer({ min: 1 })).map((v): Value => ({ $: 'range', v })),
      fc.array(printable).map((v): Value => ({ $: 'deque', v })),
    );
    const leaf = fc.oneof(
      library,
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      float,
      named,
      bigInt,
      printable,
    );
    fc.assert(
      fc.property(nested(leaf, ['tuple', 'set', 'frozenset']), (value) => {
        expect(python(formatLiteral(value, 'python'))).toEqual(value);
      }),
    );
  });

  it('in JavaScript', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Object.is(x, -0));
    const bigInt = fc.bigInt().map((n): Value => ({ $: 'bigint', v: String(n) }));
    const undef: fc.Arbitrary<Value> = fc.constant({ $: 'undefined' });
    const leaf = fc.oneof(fc.constant(null), fc.boolean(), number, named, bigInt, undef, printable);
    fc.assert(
      fc.property(nested(leaf, ['set']), (value) => {
        expect(javascript(formatLiteral(value, 'javascript'))).toEqual(value);
      }),
    );
  });
});
