import { describe, expect, it } from 'vitest';
import type { Value } from './types.ts';
import { valuesEqual } from './equality.ts';
import { formatValue } from './format-value.ts';
import { checkValue, MAX_DEPTH, TAGS, ValueFormatError } from './value.ts';

describe('checkValue', () => {
  it.each<[unknown, RegExp]>([
    [undefined, /undefined is not a Python value/],
    [{ $: 'slice', v: [1] }, /Unknown tag "slice"; the tags of Python are int,/],
    [{ $: 'int', v: '1e5' }, /decimal text, not "1e5"/],
    [{ $: 'float', v: 'infinity' }, /"nan", "inf"/],
    [{ $: 'bytes', v: 'abc' }, /hexadecimal/],
    [{ $: 'tuple', v: 3 }, /array, not 3/],
    [{ $: 'dict', v: [[1]] }, /\[key, value\]/],
    [{ $: 'complex', v: [1] }, /\[re, im\]/],
    [[{ a: { $: 'tuple' } }], /array/],
    [{ $: 'set', v: [[1]] }, /A list cannot be in a set/],
    [{ $: 'dict', v: [[{ $: 'tuple', v: [{}] }, 1]] }, /A dict cannot be in a set or a key/],
    [{ $: 'undefined' }, /Unknown tag "undefined"/],
    [{ $: 'bigint', v: '1' }, /Unknown tag "bigint"/],
  ])('refuses %j', (value, message) => {
    expect(() => checkValue(value)).toThrow(ValueFormatError);
    expect(() => checkValue(value)).toThrow(message);
  });

  it.each<[unknown, RegExp]>([
    [{ $: 'int', v: '1' }, /Unknown tag "int"; the tags of JavaScript are float,/],
    [{ $: 'complex', v: [0, 1] }, /Unknown tag/],
    [{ $: 'map', v: [[1]] }, /\[key, value\]/],
    [{ $: 'dict', v: [[1, 1]] }, /use the tag map/],
    [{ $: 'bigint', v: '1.5' }, /decimal text/],
  ])('refuses %j for JavaScript', (value, message) => {
    expect(() => checkValue(value, 'javascript')).toThrow(message);
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
    ['\u{e0067}', String.raw`'\U000e0067'`],
    [{ $: 'tuple', v: [1] }, '(1,)'],
    [{ $: 'tuple', v: [] }, '()'],
    [{ $: 'set', v: [] }, 'set()'],
    [{ $: 'set', v: [1, 'a'] }, "{1, 'a'}"],
    [{ $: 'frozenset', v: [1] }, 'frozenset({1})'],
    [{ $: 'bytes', v: '612700' }, String.raw`b'a\x27\x00'`],
    [{ $: 'bytearray', v: '61' }, "bytearray(b'a')"],
    [{ a: [1] }, "{'a': [1]}"],
    [{ $: 'dict', v: [[null, 1]] }, '{None: 1}'],
    [[{ $: 'undefined' }, { $: 'bigint', v: '10' }], '[undefined, 10n]'],
    [{ $: 'map', v: [['a', 1]] }, "Map {'a' => 1}"],
  ])('writes %j as %s', (value, text) => expect(formatValue(value)).toBe(text));

  it('has a case for every tag', () => {
    const samples: Record<string, Value> = {
      int: '1',
      float: 1,
      complex: [1, 1],
      bytes: '',
      bytearray: '',
      bigint: '1',
      fraction: [1, 3],
      decimal: '0.1',
      range: [0, 3, 1],
    };
    for (const tag of [...TAGS.python, ...TAGS.javascript]) {
      expect(formatValue({ $: tag, v: samples[tag] ?? [] })).not.toBe('');
    }
  });
});
