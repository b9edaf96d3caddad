/**
 * Whether a script printed what it should: line by line, white space at the ends of lines and of the whole text aside.
 * A line that differs is still right where every word of both is a decimal number and the numbers are the same:
 * `1.50 2` is `1.5 2.0`. Nothing is rounded, and white space inside a line counts unless all of it is numbers.
 *
 * Linear in the length of the texts.
 */

/** What differs first, in a sentence; `null` if nothing does. */
export function differenceOf(printed: string, expected: string): string | null {
  const [got, wanted] = [linesOf(printed), linesOf(expected)];
  for (let i = 0; i < Math.min(got.length, wanted.length); i++) {
    const [line = '', right = ''] = [got[i], wanted[i]];
    if (line !== right && !sameNumbers(line, right)) {
      const at = firstDifference(line, right);
      return `Line ${i + 1} of the output is ${quoted(line, at)}, not ${quoted(right, at)}.`;
    }
  }
  if (got.length === wanted.length) return null;
  const count = (lines: readonly string[]): string =>
    `${lines.length} ${lines.length === 1 ? 'line' : 'lines'}`;
  return `The output has ${count(got)}, not ${count(wanted)}.`;
}

/** Without what data sets strip: white space at both ends of the text and after each line. */
function linesOf(text: string): string[] {
  const stripped = text.trim();
  return stripped === '' ? [] : stripped.split('\n').map((line) => line.trimEnd());
}

function sameNumbers(a: string, b: string): boolean {
  const [words, others] = [a.trim().split(/\s+/), b.trim().split(/\s+/)];
  if (words.length !== others.length) return false;
  return words.every((word, i) => {
    const number = decimalOf(word);
    return number !== null && number === decimalOf(others[i] ?? '');
  });
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

/** One text for all ways to write a decimal number: its significant digits and the power of ten of the last. */
export function decimalOf(word: string): string | null {
  const [, sign, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(word) ?? [];
  if (sign === undefined || whole.length + fraction.length === 0) return null;
  const digits = whole + fraction;
  let first = 0;
  while (first < digits.length && digits[first] === '0') first++;
  let last = digits.length;
  while (last > first && digits[last - 1] === '0') last--;
  if (first === last) return '0';
  const power = Number(exponent) - fraction.length + (digits.length - last);
  return `${sign === '-' ? '-' : ''}${digits.slice(first, last)}e${power}`;
}

const QUOTED_CHARS = 80;
const BEFORE_CHARS = 30;

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/** A line, or of a long one the part around this place. */
function quoted(line: string, at: number): string {
  const from = at < QUOTED_CHARS ? 0 : at - BEFORE_CHARS;
  const part = line.slice(from, from + QUOTED_CHARS);
  return `“${from > 0 ? '…' : ''}${part}${from + part.length < line.length ? '…' : ''}”`;
}
