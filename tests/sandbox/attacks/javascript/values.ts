import type { Value } from '../../../../src/sandbox/types.ts';
import type { Attack } from '../attack.ts';

function returns(name: string, expression: string, expected: Value, status: 'pass' | 'wrong'): Attack {
  return {
    name,
    program: `function f() { return ${expression}; }\n`,
    status,
    tests: [{ args: [], expected }],
  };
}

const same = (name: string, expression: string, expected: Value): Attack =>
  returns(name, expression, expected, 'pass');
const other = (name: string, expression: string, expected: Value): Attack =>
  returns(name, expression, expected, 'wrong');
const float = (v: number | string): Value => ({ $: 'float', v });

/** Values that JSON or a careless comparison would confuse. */
export const values: readonly Attack[] = [
  same('NaN for NaN', '0 / 0', float('nan')),
  other('NaN for null', 'NaN', null),
  other('infinity for minus infinity', 'Infinity', float('-inf')),
  same('minus zero', '-0', float('-0.0')),
  same('1.0 for 1, which are one number', '1.0', float(1)),
  other('true for 1', 'true', 1),
  other("'1' for 1", "'1'", 1),
  other('undefined for null', 'undefined', null),
  other('null for undefined', 'null', { $: 'undefined' }),
  same('undefined for undefined', 'undefined', { $: 'undefined' }),
  other('a missing for an undefined property', '{}', { a: { $: 'undefined' } }),
  other('an undefined for a missing property', '({ a: undefined })', {}),
  other('a BigInt for a number', '10n', 10),
  other('a number for a BigInt', '10', { $: 'bigint', v: '10' }),
  same('a large BigInt', '-(2n ** 64n)', { $: 'bigint', v: '-18446744073709551616' }),
  other('a number beyond 2**53 for the next', '2 ** 53 + 1', 9007199254740994),
  other('an object for an array', '({ 0: 1, length: 1 })', [1]),
  other('a Set for an array', 'new Set([1])', [1]),
  other('a Map for an object', "new Map([['a', 1]])", { a: 1 }),
  other('a typed array for an array', 'new Uint8Array([1])', [1]),
  other('a Float64Array for bytes', 'new Float64Array([1])', { $: 'bytes', v: '01' }),
  other('a buffer for bytes', 'new ArrayBuffer(1)', { $: 'bytes', v: '00' }),
  same('bytes', 'new Uint8Array([0, 255])', { $: 'bytes', v: '00ff' }),
  same('a Set in another order', 'new Set([2, 1])', { $: 'set', v: [1, 2] }),
  same('an object in another order', '({ b: 1, a: 2 })', { a: 2, b: 1 }),
  same('an object without a prototype', 'Object.assign(Object.create(null), { a: 1 })', { a: 1 }),
  same('keys that JavaScript treats specially', 'JSON.parse(\'{"__proto__":1,"constructor":2}\')', {
    $: 'dict',
    v: [
      ['__proto__', 1],
      ['constructor', 2],
    ],
  }),
  other('a prototype for a property', '({ __proto__: { a: 1 } })', {
    $: 'dict',
    v: [['__proto__', { a: 1 }]],
  }),
  same('a lone surrogate', "'\\ud800'", '\ud800'),
  other('a lone surrogate for the replacement character', "'\\ud800'", '\ufffd'),
  other('a composed for a decomposed letter', "'\\u00e9'", 'e\u0301'),
  other('a Cyrillic for a Latin letter', "'\\u0430bc'", 'abc'),
  other('text that goes on after NUL', "'abc\\0def'", 'abc'),
  other('CRLF for LF', "'a\\r\\nb'", 'a\nb'),
  other('text with a bidirectional override', "'\\u202eabc'", 'abc'),
  other('a date for its text', 'new Date(0)', '1970-01-01T00:00:00.000Z'),
  other('a regular expression for an object', '/a/', {}),
  other('0.1 + 0.2 for 0.3, exactly', '0.1 + 0.2', 0.3),
  other('an error for an object', "Object.setPrototypeOf(new Error('x'), Object.prototype)", {}),
  other('an array without its prototype for an object', 'Object.setPrototypeOf([1], Object.prototype)', {
    0: 1,
  }),
  other('two equal arrays in a Set for one', 'new Set([[1], [1]])', { $: 'set', v: [[1]] }),
  same('NaN as a key', 'new Map([[NaN, 1]])', { $: 'map', v: [[float('nan'), 1]] }),
  same('a frozen array', 'Object.freeze([1, 2])', [1, 2]),
  other(
    'bytes that grew',
    '(() => { const b = new ArrayBuffer(2, { maxByteLength: 8 }); const u = new Uint8Array(b); b.resize(4); return u; })()',
    { $: 'bytes', v: '0000' },
  ),
  other(
    'bytes beyond the end of their buffer',
    '(() => { const b = new ArrayBuffer(4, { maxByteLength: 8 }); const u = new Uint8Array(b, 2); b.resize(1); return u; })()',
    { $: 'bytes', v: '0000' },
  ),
  other(
    'sets in sets',
    '(() => { let x = new Set(); for (let i = 0; i < 60; i++) x = new Set([x]); return x; })()',
    1,
  ),
  other(
    'Maps in Maps, as keys and values',
    '(() => { let x = new Map(); for (let i = 0; i < 30; i++) x = new Map([[x, x]]); return x; })()',
    1,
  ),
  other('a generator for its item', '(function* () { yield 1; })()', 1),
  other('an iterator for its items', 'Iterator.from([1]).map((x) => x)', [1]),
  same(
    'an array made by another class',
    '(() => { class A extends Array { static get [Symbol.species]() { return Array; } } return new A(1, 2, 3).map((x) => x); })()',
    [1, 2, 3],
  ),
  other(
    'a property where an item is missing',
    '(() => { const a = [1, , 3]; a.x = 2; return a; })()',
    [1, 2, 3],
  ),
  other('a BigInt of 12,000 digits for a number', '10n ** 11999n', 4),
];
