/** Exact rational numbers. Sizes are bounded, so that no arithmetic on what a text says can take long. */

/** In lowest terms, with a denominator above 0. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

/** Most decimal digits of a numerator or denominator. */
export const MAX_DIGITS = 400;
/** Powers of ten that a number in scientific notation may have. */
export const MAX_EXPONENT = 300;

const LARGEST = 10n ** BigInt(MAX_DIGITS);

/** A value is too large to be held, or a division is by 0. */
export class ArithmeticError extends Error {
  override readonly name = 'ArithmeticError';
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [magnitude(a), magnitude(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function inLowestTerms(n: bigint, d: bigint): Rational {
  const shared = gcd(n, d) * (d < 0n ? -1n : 1n);
  return { n: n / shared, d: d / shared };
}

/** n/d in lowest terms. @throws ArithmeticError for a denominator of 0 or more than {@link MAX_DIGITS} digits */
export function rational(n: bigint | number, d: bigint | number = 1n): Rational {
  const [top, bottom] = [BigInt(n), BigInt(d)];
  if (bottom === 0n) throw new ArithmeticError('A denominator is 0.');
  const value = bottom === 1n ? { n: top, d: bottom } : inLowestTerms(top, bottom);
  if (magnitude(value.n) >= LARGEST || value.d >= LARGEST)
    throw new ArithmeticError(`A number has more than ${MAX_DIGITS} digits.`);
  return value;
}

export const ZERO = rational(0);
export const ONE = rational(1);

export const add = (a: Rational, b: Rational): Rational => rational(a.n * b.d + b.n * a.d, a.d * b.d);
export const negate = ({ n, d }: Rational): Rational => ({ n: -n, d });
export const subtract = (a: Rational, b: Rational): Rational => add(a, negate(b));
export const multiply = (a: Rational, b: Rational): Rational => rational(a.n * b.n, a.d * b.d);

/** @throws ArithmeticError when `b` is 0 */
export const divide = (a: Rational, b: Rational): Rational => rational(a.n * b.d, a.d * b.n);

/** a − b⌊a/b⌋, which has the sign of `b`, as in Python. @throws ArithmeticError when `b` is 0 */
export function modulo(a: Rational, b: Rational): Rational {
  return subtract(a, multiply(b, rational(floor(divide(a, b)))));
}

function floor({ n, d }: Rational): bigint {
  return n / d - (n % d < 0n ? 1n : 0n);
}

/** Length in binary above which a number has more than {@link MAX_DIGITS} digits. */
const MOST_BITS = LARGEST.toString(2).length;

/** aᵇ for a whole number `b`. @throws ArithmeticError for another exponent, a result too large, and 0 to a power below 0 */
export function power(a: Rational, b: Rational): Rational {
  if (b.d !== 1n) throw new ArithmeticError('An exponent is not a whole number.');
  const base = b.n < 0n ? divide(ONE, a) : a;
  const exponent = magnitude(b.n);
  const largest = magnitude(base.n) > base.d ? magnitude(base.n) : base.d;
  // −1, 0 and 1 may have any exponent.
  if (largest <= 1n) return rational(base.n ** (exponent === 0n ? 0n : 2n - (exponent % 2n)));
  // A number of k bits is at least 2ᵏ⁻¹.
  if (BigInt(largest.toString(2).length - 1) * exponent > BigInt(MOST_BITS))
    throw new ArithmeticError('A power is too large.');
  return rational(base.n ** exponent, base.d ** exponent);
}

export const equals = (a: Rational, b: Rational): boolean => a.n === b.n && a.d === b.d;
export const isWhole = ({ d }: Rational): boolean => d === 1n;

/** Below 0, 0 or above 0, as `a` is to `b`. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : Number(difference > 0n);
}

export const absolute = ({ n, d }: Rational): Rational => ({ n: magnitude(n), d });

/** `-3`, `5/6`. */
export const format = ({ n, d }: Rational): string => (d === 1n ? `${n}` : `${n}/${d}`);

/** Of digits with a sign; by way of a number, which takes a third of the time, where that is exact. */
const whole = (digits: string): bigint => BigInt(digits.length > 15 ? digits : Number(digits));

const FRACTION = /^(-?\d{1,400})(?:\/(\d{1,400}))?$/;

/** Reads what {@link format} writes. @throws ArithmeticError for another text */
export function parse(text: string): Rational {
  const [, n, d] = FRACTION.exec(text) ?? [];
  if (n === undefined) throw new ArithmeticError(`“${text}” is no number.`);
  return d === undefined ? { n: whole(n), d: 1n } : rational(whole(n), whole(d));
}

const DECIMAL = /^(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

/** An unsigned decimal such as `12`, `.5` or `1.5e3`. @throws ArithmeticError for another text and what is too large */
export function parseDecimal(text: string): Rational {
  const [, whole = '', part = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (whole + part === '') throw new ArithmeticError('This is no decimal number.');
  if (whole.length + part.length > MAX_DIGITS || Math.abs(Number(exponent)) > MAX_EXPONENT)
    throw new ArithmeticError(`A number has more than ${MAX_DIGITS} digits.`);
  const shift = Number(exponent) - part.length;
  const digits = BigInt(whole + part);
  return shift < 0 ? rational(digits, 10n ** BigInt(-shift)) : rational(digits * 10n ** BigInt(shift));
}
