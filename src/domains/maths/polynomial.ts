/** Polynomials with exact coefficients: what an expression is, whatever way it is written. */
import {
  add as addNumbers,
  ArithmeticError,
  divide as divideNumbers,
  equals as equalNumbers,
  format as formatNumber,
  isWhole,
  multiply as multiplyNumbers,
  negate as negateNumber,
  ONE,
  power as powerOfNumbers,
  type Rational,
  ZERO,
} from './rational.ts';

/** Coefficient of each monomial, 0 never among them; a monomial is its variables in order, `xxy` for x²y, '' for 1. */
export type Polynomial = ReadonlyMap<string, Rational>;

const MAX_TERMS = 64;
const MAX_DEGREE = 12;

export const constant = (value: Rational): Polynomial => new Map(value.n === 0n ? [] : [['', value]]);
export const variable = (name: string): Polynomial => new Map([[name, ONE]]);

/** The number that a polynomial without variables is; null for others. */
export function numberOf(p: Polynomial): Rational | null {
  if (p.size === 0) return ZERO;
  return p.size === 1 ? (p.get('') ?? null) : null;
}

/** @throws ArithmeticError beyond {@link MAX_TERMS} terms */
function collect(terms: Iterable<readonly [string, Rational]>): Polynomial {
  const sums = new Map<string, Rational>();
  for (const [monomial, value] of terms) {
    const sum = addNumbers(sums.get(monomial) ?? ZERO, value);
    if (sum.n === 0n) sums.delete(monomial);
    else sums.set(monomial, sum);
    if (sums.size > MAX_TERMS) throw new ArithmeticError('An expression has too many terms.');
  }
  return sums;
}

export const add = (a: Polynomial, b: Polynomial): Polynomial => collect([...a, ...b]);

export const negate = (p: Polynomial): Polynomial =>
  new Map([...p].map(([monomial, value]) => [monomial, negateNumber(value)]));

/** @throws ArithmeticError when the product is too large */
export function multiply(a: Polynomial, b: Polynomial): Polynomial {
  return collect(
    [...a].flatMap(([first, x]) =>
      [...b].map(([second, y]): [string, Rational] => {
        const monomial = [...(first + second)].sort().join('');
        if (monomial.length > MAX_DEGREE) throw new ArithmeticError('A power is too large.');
        return [monomial, multiplyNumbers(x, y)];
      }),
    ),
  );
}

/** The value of an operation on numbers. @throws ArithmeticError when either has variables */
export function onNumbers(
  a: Polynomial,
  b: Polynomial,
  operation: (a: Rational, b: Rational) => Rational,
): Polynomial {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x === null || y === null) throw new ArithmeticError('This operation is on numbers alone.');
  return constant(operation(x, y));
}

/** By a number. @throws ArithmeticError for division by 0 or by an expression with variables */
export function divide(a: Polynomial, b: Polynomial): Polynomial {
  const by = numberOf(b);
  if (by === null) throw new ArithmeticError('Division is by numbers alone.');
  return multiply(a, constant(divideNumbers(ONE, by)));
}

/** @throws ArithmeticError when the power is too large, or is of variables and not a whole number from 0 */
export function power(a: Polynomial, b: Polynomial): Polynomial {
  if (numberOf(a) !== null) return onNumbers(a, b, powerOfNumbers);
  const exponent = numberOf(b);
  if (exponent === null || !isWhole(exponent) || exponent.n < 0n || exponent.n > BigInt(MAX_DEGREE))
    throw new ArithmeticError('A power is too large or not a whole number.');
  let out = constant(ONE);
  for (let i = 0n; i < exponent.n; i++) out = multiply(out, a);
  return out;
}

export const equals = (a: Polynomial, b: Polynomial): boolean =>
  a.size === b.size &&
  [...a].every(([monomial, value]) => {
    const other = b.get(monomial);
    return other !== undefined && equalNumbers(other, value);
  });

/** With a number in place of a variable. */
export function substitute(p: Polynomial, name: string, value: Rational): Polynomial {
  let out = constant(ZERO);
  for (const [monomial, coefficient] of p) {
    let term = constant(coefficient);
    for (const letter of monomial)
      term = multiply(term, letter === name ? constant(value) : variable(letter));
    out = add(out, term);
  }
  return out;
}

/** `2x^2 - 1/3y + 4`, terms of higher degree first. */
export function format(p: Polynomial): string {
  if (p.size === 0) return '0';
  const terms = [...p].sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1));
  return terms.map(([monomial, value], i) => formatTerm(monomial, value, i === 0)).join('');
}

function formatTerm(monomial: string, value: Rational, first: boolean): string {
  const below = value.n < 0n;
  const sign = first ? (below ? '-' : '') : below ? ' - ' : ' + ';
  const size = formatNumber(below ? negateNumber(value) : value);
  const variables = monomial.replace(/(.)\1+/gu, (run, letter: string) => `${letter}^${[...run].length}`);
  if (monomial === '') return sign + size;
  if (size === '1') return sign + variables;
  return `${sign}${size.includes('/') ? `(${size})` : size}${variables}`;
}
