import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalOf, differenceOf } from './printed.ts';

describe('differenceOf', () => {
  it.each([
    ['3\n7\n', '3\n7'],
    ['3 \r\n7\t\n\n\n', '3\n7'],
    ['\n 3\n7', '3\n7'],
    ['1.0 2\n', '1 2.00'],
    ['  1   2', '1 2'],
    ['1e3', '1000'],
    ['-0', '0.0'],
    ['100000000000000000000000000001', '100000000000000000000000000001.0'],
    ['', '\n\n'],
    ['a  b', 'a  b'],
  ])('takes %j for %j', (printed, expected) => {
    expect(differenceOf(printed, expected)).toBeNull();
  });

  it.each([
    ['3\n8', '3\n7', 'Line 2 of the output is “8”, not “7”.'],
    ['3', '3\n7', 'The output has 1 line, not 2 lines.'],
    ['3\n7\n0', '3\n7', 'The output has 3 lines, not 2 lines.'],
    ['', '3', 'The output has 0 lines, not 1 line.'],
    ['3\n\n7', '3\n7', 'Line 2 of the output is “”, not “7”.'],
    ['a\n b', 'a\nb', 'Line 2 of the output is “ b”, not “b”.'],
    ['a b', 'a  b', 'Line 1 of the output is “a b”, not “a  b”.'],
    ['YES 1.0', 'YES 1', 'Line 1 of the output is “YES 1.0”, not “YES 1”.'],
    ['yes', 'YES', 'Line 1 of the output is “yes”, not “YES”.'],
    ['0.1000000000000000055', '0.1', 'Line 1 of the output is “0.1000000000000000055”, not “0.1”.'],
    ['100000000000000000000000000001', '100000000000000000000000000002', null],
    ['1_000', '1000', null],
    ['nan', 'NaN', null],
    ['0x10', '16', null],
    ['１', '1', null],
    ['1 2', '12', null],
    ['1', '-1', null],
    [
      `${'a'.repeat(90)}bc`,
      `${'a'.repeat(90)}d`,
      `Line 1 of the output is “…${'a'.repeat(30)}bc”, not “…${'a'.repeat(30)}d”.`,
    ],
    [`x${'a'.repeat(90)}`, 'y', `Line 1 of the output is “x${'a'.repeat(79)}…”, not “y”.`],
  ])('tells %j from %j', (printed, expected, sentence) => {
    const difference = differenceOf(printed, expected);
    expect(difference).not.toBeNull();
    if (sentence !== null) expect(difference).toBe(sentence);
  });

  it('is symmetric, and takes every text for itself', () => {
    const text = fc
      .array(fc.constantFrom('1', '1.0', '-2e1', ' ', '\n', '\r\n', 'x', '\t', '.'))
      .map((all) => all.join(''));
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(differenceOf(a, a)).toBeNull();
        expect(differenceOf(a, b) === null).toBe(differenceOf(b, a) === null);
      }),
    );
  });

  it('compares a megabyte in one pass', () => {
    const long = `${'9'.repeat(2 ** 19)}.${'0'.repeat(2 ** 19)}`;
    expect(differenceOf(long, '9'.repeat(2 ** 19))).toBeNull();
    expect(differenceOf(' \n'.repeat(2 ** 19), 'x')).not.toBeNull();
    expect(differenceOf(`x${' '.repeat(2 ** 20)}y`, 'x y')).not.toBeNull();
  });
});

describe('decimalOf', () => {
  it('is the same text for the same number only', () => {
    const number = fc.record({
      digits: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
      power: fc.integer({ min: -9, max: 9 }),
    });
    fc.assert(
      fc.property(number, number, fc.nat(5), (a, b, zeros) => {
        const write = ({ digits, power }: typeof a): string => `${digits}e${power}`;
        const value = ({ digits, power }: typeof a): bigint => digits * 10n ** BigInt(power + 9);
        expect(decimalOf(write(a)) === decimalOf(write(b))).toBe(value(a) === value(b));
        const padded = `${a.digits * 10n ** BigInt(zeros)}.000e${a.power - zeros}`;
        expect(decimalOf(padded)).toBe(decimalOf(write(a)));
      }),
    );
  });

  it.each(['', '.', '+', 'e1', '1e', '1.2.3', '--1', '1e9999999', 'inf'])(
    'takes %j for no number',
    (word) => {
      expect(decimalOf(word)).toBeNull();
    },
  );
});
