import { readFileSync } from 'node:fs';
import { loadPyodide } from 'pyodide';
import { describe, expect, it } from 'vitest';
import { Random } from '../../random.ts';
import { MAX_ANSWER, readAnswer, sameAnswer } from './answer.ts';
import { readExpression } from './expression.ts';
import { format, numberOf } from './polynomial.ts';
import { format as formatNumber, MAX_DIGITS, parse, rational } from './rational.ts';

const read = (text: string, units?: readonly string[]): string | null => {
  const answer = readAnswer(text, units);
  return answer && format(answer);
};

/** What a text says, and the same in Python's `fractions`. */
const NUMBERS: readonly (readonly [text: string, python: string])[] = [
  ['0', 'F(0)'],
  ['-0', 'F(0)'],
  ['007', 'F(7)'],
  ['1/2', 'F(1, 2)'],
  ['2/4', 'F("2/4")'],
  ['0.5', 'F("0.5")'],
  ['.5', 'F(".5")'],
  ['5.', 'F(5)'],
  ['-3/-6', 'F(-3, -6)'],
  ['1,234', 'F(1234)'],
  ['1,234,567.25', 'F("1234567.25")'],
  ['1\u202f234', 'F(1234)'],
  ['10{,}000', 'F(10000)'],
  ['10\\,000', 'F(10000)'],
  ['−7', 'F(-7)'],
  ['– 7', 'F(-7)'],
  ['+7', 'F(7)'],
  ['--7', 'F(7)'],
  ['1e3', 'F("1e3")'],
  ['2.5E-4', 'F("2.5e-4")'],
  ['3 1/2', 'F(7, 2)'],
  ['-3 1/2', 'F(-7, 2)'],
  ['3½', 'F(7, 2)'],
  ['⅔', 'F(2, 3)'],
  ['\\frac{1}{2}', 'F(1, 2)'],
  ['\\dfrac12', 'F(1, 2)'],
  ['-\\tfrac{3}{4}', 'F(-3, 4)'],
  ['2\\frac{1}{3}', 'F(7, 3)'],
  ['\\frac{1+2}{2\\cdot 3}', 'F(1 + 2, 2 * 3)'],
  ['50%', 'F(50, 100)'],
  ['12.5 %', 'F("12.5") / 100'],
  ['50\\%', 'F(1, 2)'],
  ['2^10', 'F(2) ** 10'],
  ['2**-3', 'F(2) ** -3'],
  ['-2^2', '-F(2) ** 2'],
  ['(-2)^2', 'F(-2) ** 2'],
  ['2^3^2', 'F(2) ** (3 ** 2)'],
  ['5²', 'F(5) ** 2'],
  ['3/2^2', 'F(3) / 2 ** 2'],
  ['2^1/2', 'F(2) ** 1 / 2'],
  ['8/2/2', 'F(8) / 2 / 2'],
  ['6 / 1/2', 'F(6) / 1 / 2'],
  ['2 - 3 - 4', 'F(2) - 3 - 4'],
  ['(1 + 2)(3 + 4)', 'F((1 + 2) * (3 + 4))'],
  ['2(3)', 'F(6)'],
  ['7 mod 3', 'F(7 % 3)'],
  ['-7 mod 3', 'F(-7 % 3)'],
  ['(-7) mod 3', 'F(-7 % 3)'],
  ['17 % 5', 'F(17 % 5)'],
  ['7/2 mod 3/4', 'F(7, 2) % F(3, 4)'],
  ['3 × 4 ÷ 6 · 2', 'F(3 * 4) / 6 * 2'],
  ['1/3 of 12', 'F(1, 3) * 12'],
  ['14 plus 7 minus 1', 'F(20)'],
  ['20 divided by 8', 'F(20, 8)'],
  ['$18$', 'F(18)'],
  ['\\(\\frac{1}{4}\\)', 'F(1, 4)'],
  ['42.', 'F(42)'],
  ['The answer is 42.', 'F(42)'],
  ['Answer: 3/4', 'F(3, 4)'],
  ['x = 7', 'F(7)'],
  ['so on #### 1,234', 'F(1234)'],
  ['thus \\boxed{5} and \\boxed{\\frac{9}{12}}.', 'F(9, 12)'],
  ['\\boxed{12', 'F(12)'],
  [`1${'0'.repeat(300)}`, 'F(10 ** 300)'],
];

describe('numbers', () => {
  it('are those of Python’s fractions', async () => {
    const pyodide = await loadPyodide();
    const python = pyodide.runPython('from fractions import Fraction as F\nlambda text: str(eval(text))') as (
      text: string,
    ) => string;
    expect(NUMBERS.map(([text]) => [text, read(text)])).toEqual(
      NUMBERS.map(([text, expression]) => [text, python(expression)]),
    );
  }, 60_000);

  it.each([
    '', ' ', '.', '-', '1,23', '0,123', '1,2345', '1 2', '1/0', '0/0', '\\frac{1}{0}', '0^-1', '2^0.5', '(1', '1)',
    '1 +', '* 2', '\\frac{1}', '\\sqrt{2}', 'seven', '5 km', '$5', '1; 2', '3, 4', '9^9^9^9', '2^99999', '1e999',
    '9'.repeat(MAX_DIGITS + 1), '14 + 7 = 21', 'NaN', 'Infinity', '0x10', '1/x', 'x/x', '\\constructor', '#### ',
    '\\boxed{}',
  ])('are not read from %j', (text) => {
    expect(read(text)).toBeNull();
  }); // prettier-ignore
});

describe('units', () => {
  it.each<[string, readonly string[], string | null]>([
    ['12 km', ['km'], '12'],
    ['12km', ['km'], '12'],
    ['12 KM.', ['km'], '12'],
    ['12 \\text{ km}', ['km'], '12'],
    ['12', ['km'], '12'],
    ['12 m', ['km'], '12m'],
    ['$12', ['$', 'dollars'], '12'],
    ['-$12.50', ['$'], '-25/2'],
    ['\\$1,200', ['$'], '1200'],
    ['$12$', ['$'], '12'],
    ['12 dollars', ['$', 'dollars'], '12'],
    ['12 cents', ['$', 'dollars'], null],
    ['50%', ['%'], '50'],
    ['50', ['%'], '50'],
    ['90^\\circ', ['°'], '90'],
    ['5 pencils', ['pen'], null],
    ['#### $1,234', ['$'], '1234'],
  ])('of %j may be any of %j', (text, units, value) => {
    expect(read(text, units)).toBe(value);
  });
});

describe('expressions', () => {
  it.each([
    ['2(x + 1)', '2x + 2'],
    ['(x + 1)^2', 'x^2 + 2x + 1'],
    ['(x+y)(x-y)', 'x^2 - y^2'],
    ['\\frac{x}{2} + \\frac{x}{2}', 'x'],
    ['3x - 3x', '0'],
    ['xy', 'y x'],
    ['2\\pi', '2π'],
    ['pi/2 + pi/2', 'π'],
    ['1/2x', '0.5x'],
  ])('%j is the same as %j', (a, b) => {
    expect(sameAnswer(readAnswer(a)!, readAnswer(b)!)).toBe(true);
  });

  it.each([
    ['x', 'y'],
    ['x^2', '2x'],
    ['3.14', '\\pi'],
    ['0.333', '1/3'],
    ['0.3333333333333333333333333333333', '1/3'],
  ])('%j is not the same as %j', (a, b) => {
    expect(sameAnswer(readAnswer(a)!, readAnswer(b)!)).toBe(false);
  });

  it('are within a tolerance where there is one, its end included', () => {
    const same = (a: string, b: string, tolerance: string) =>
      sameAnswer(readAnswer(a)!, readAnswer(b)!, parse(tolerance));
    expect(same('0.33', '1/3', '1/300')).toBe(true);
    expect(same('0.33', '1/3', '1/301')).toBe(false);
    expect(same('x', 'x + 0', '1')).toBe(true);
    expect(same('x', 'y', '1')).toBe(false);
  });
});

describe('GSM8K', () => {
  it('has its final answers read, as numbers', () => {
    const lines = readFileSync(
      new URL('../../../tests/fixtures/gsm8k/sample.jsonl', import.meta.url),
      'utf8',
    );
    const answers = lines
      .trim()
      .split('\n')
      .map((line) => read((JSON.parse(line) as { answer: string }).answer));
    expect(answers).toEqual(['2125', '18', '3', '70000', '540', '20']);
  });
});

describe('any text', () => {
  const random = new Random(5, 0, 'answers');
  const whole = (): string =>
    `${random.int(2) ? '-' : ''}${random.bits()}${random.int(2) ? random.bits() : ''}`;

  it('is a number again that was written from one', () => {
    for (let i = 0; i < 2000; i++) {
      const value = rational(BigInt(whole()), BigInt(random.bits() + 1));
      const text = formatNumber(value);
      expect(numberOf(readAnswer(text)!)).toEqual(value);
      expect(numberOf(readExpression(`\\frac{${value.n}}{${value.d}}`)!)).toEqual(value);
      expect(numberOf(readExpression(`(${value.n} * 6) / (${value.d} * 6)`)!)).toEqual(value);
      const grouped = value.n.toLocaleString('en-US');
      expect(numberOf(readExpression(grouped)!)).toEqual(rational(value.n));
    }
  });

  it('never throws, and is the same text again in the form that it was read in', () => {
    const pieces = [
      '1', '9', '0', '.', ',', '/', '-', '−', '+', '*', '^', '(', ')', '{', '}', '\\frac', '\\boxed{', '####', ' ', 'x',
      'π', '%', '$', 'km', '½', '²', 'e9', '\\', '\n', 'is', '=', 'mod', '🙂', '\ud800', '__proto__',
    ]; // prettier-ignore
    let readable = 0;
    for (let i = 0; i < 20_000; i++) {
      const text = Array.from({ length: 1 + random.int(12) }, () => random.pick(pieces)).join('');
      const value = readAnswer(text, ['km', '$']);
      if (value === null) continue;
      readable++;
      const again = readAnswer(format(value));
      expect(again && sameAnswer(again, value), text).toBe(true);
    }
    expect(readable).toBeGreaterThan(500);
  });

  it('costs no more than its length, however it is nested or however large its numbers would be', () => {
    const long = (piece: string) => piece.repeat(Math.floor((MAX_ANSWER + 400) / piece.length));
    for (const piece of [
      '(',
      '\\frac{',
      '9',
      '9^',
      '-',
      '1,',
      '1 ',
      '{',
      '\\boxed{',
      'x',
      'x*',
      '(x+y)^9*',
      '%',
      ' ',
      '1/',
    ]) {
      for (const length of [900, 1000, 4000, 4400]) {
        // What is refused is refused by a bound, and not by running out of stack or memory.
        expect(() => readAnswer(long(piece).slice(0, length))).not.toThrow();
      }
    }
    expect(readAnswer('1+'.repeat(2500))).toBeNull();
    expect(read(`${'('.repeat(20)}1${')'.repeat(20)}`)).toBe('1');
    expect(read(`${'('.repeat(200)}1${')'.repeat(200)}`)).toBeNull();
  });
});
