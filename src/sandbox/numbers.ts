import type { Parsed } from './value.ts';

/** Numbers of all types: which are the same, and which are close. Python's `==` compares their exact values. */

export type Complex = { readonly re: number; readonly im: number };
export type Numeric = number | bigint | Complex;

export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** A float's part of a key: −0.0 is 0.0, and every NaN is the same one, so that tests can expect it. */
export function floatKey(value: number): string {
  return value === 0 ? '0' : String(value);
}

type ParsedNumber = Extract<
  Parsed,
  { kind: 'bool' | 'int' | 'bigint' | 'float' | 'number' | 'complex' | 'fraction' | 'decimal' }
>;

/**
 * The same text for numbers that Python's `==` calls equal, whatever their types: what a float holds exactly is keyed
 * by that float, then what has finitely many decimals by those, and any other fraction by its terms.
 */
export function numberKey(parsed: ParsedNumber): string {
  switch (parsed.kind) {
    case 'bool':
      return parsed.value ? '1' : '0';
    case 'int':
    case 'bigint':
      return integerKey(parsed.value);
    case 'float':
    case 'number':
      return floatKey(parsed.value);
    case 'complex':
      return parsed.im === 0 ? floatKey(parsed.re) : `${floatKey(parsed.re)}+${floatKey(parsed.im)}j`;
    case 'fraction':
      return fractionKey(parsed.numerator, parsed.denominator);
    case 'decimal':
      return decimalKey(parsed.text);
  }
}

function integerKey(value: bigint): string {
  const float = Number(value);
  return Number.isFinite(float) && BigInt(float) === value ? floatKey(float) : decimalsKey(String(value), 0);
}

/** `digits` times ten to the `exponent`, which no float holds. */
function decimalsKey(digits: string, exponent: number): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return `${digits.slice(0, end)}d${exponent + digits.length - end}`;
}

function fractionKey(numerator: bigint, denominator: bigint): string {
  if (denominator === 1n) return integerKey(numerator);
  const twos = bitsOf(denominator & -denominator) - 1;
  const odd = denominator >> BigInt(twos);
  if (odd === 1n && twos <= 1074) {
    const float = halved(Number(numerator), twos);
    if (isExactly(float, numerator, -twos, 0)) return floatKey(float);
  }
  if (odd !== 1n && odd % 5n !== 0n) return `${numerator}/${denominator}`;
  const fives = Math.round((bitsOf(odd) - 1) / Math.log2(5));
  const exponent = [fives, fives + 1].find((each) => 5n ** BigInt(each) === odd);
  if (exponent === undefined) return `${numerator}/${denominator}`;
  const places = Math.max(twos, exponent);
  const digits = numerator * 2n ** BigInt(places - twos) * 5n ** BigInt(places - exponent);
  return decimalsKey(String(digits), -places);
}

/** Of a positive number. */
function bitsOf(value: bigint): number {
  const hex = value.toString(16);
  return 4 * (hex.length - 1) + parseInt(hex[0] ?? '0', 16).toString(2).length;
}

/** Divided by two `times` over; in two steps, since the smallest floats are beyond one. */
function halved(value: number, times: number): number {
  const first = Math.min(times, 1000);
  return value * 2 ** -first * 2 ** -(times - first);
}

/** Digits beyond which no float is exact: the smallest one has 767. */
const MAX_FLOAT_DIGITS = 800;

function decimalKey(text: string): string {
  const [, sign = '', whole = '', places = '', exponent = '0'] =
    /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (whole === '') return text.includes('NaN') ? 'NaN' : text.replace('+', '');
  const all = whole + places;
  let start = 0;
  while (all[start] === '0') start++;
  let end = all.length;
  while (end > start && all[end - 1] === '0') end--;
  if (start === end) return '0';
  const digits = sign.replace('+', '') + all.slice(start, end);
  const power = Number(exponent) - places.length + all.length - end;
  if (end - start < MAX_FLOAT_DIGITS && Math.abs(power) < 1200) {
    const float = Number(`${digits}e${power}`);
    if (isExactly(float, BigInt(digits), 0, power)) return floatKey(float);
  }
  return decimalsKey(digits, power);
}

/** Whether the float is `whole · 2^twos · 10^tens`, of which only one exponent is not 0. */
function isExactly(float: number, whole: bigint, twos: number, tens: number): boolean {
  if (!Number.isFinite(float)) return false;
  const { mantissa, exponent } = partsOf(float);
  let [left, right] = [whole, mantissa];
  if (tens < 0) right *= 10n ** BigInt(-tens);
  else left *= 10n ** BigInt(tens);
  const shift = exponent - twos;
  if (shift < 0) left *= 2n ** BigInt(-shift);
  else right *= 2n ** BigInt(shift);
  return left === right;
}

/** A finite float as `mantissa · 2^exponent`. */
function partsOf(float: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, float);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const magnitude = biased === 0 ? fraction : fraction | 0x10_0000_0000_0000n;
  return { mantissa: float < 0 ? -magnitude : magnitude, exponent: Math.max(biased, 1) - 1075 };
}

/** The number for a comparison within a tolerance; `null` for what is none, or is finite and beyond floats. */
export function numericOf(parsed: Parsed): Numeric | null {
  switch (parsed.kind) {
    case 'int':
    case 'bigint':
    case 'float':
    case 'number':
      return parsed.value;
    case 'complex':
      return parsed;
    case 'bool':
      return Number(parsed.value);
    case 'fraction':
      return withinFloats(quotient(parsed.numerator, parsed.denominator));
    case 'decimal': {
      if (/NaN/.test(parsed.text)) return NaN;
      const number = Number(parsed.text);
      return parsed.text.includes('Infinity') ? number : withinFloats(number);
    }
    default:
      return null;
  }
}

const withinFloats = (number: number): number | null => (Number.isFinite(number) ? number : null);

/** The float nearest to a fraction, whose terms may be beyond floats. */
function quotient(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  if (numerator < 0n) return -quotient(-numerator, denominator);
  const shift = 64 + bitsOf(denominator) - bitsOf(numerator);
  const scaled =
    shift < 0 ? numerator / (denominator << BigInt(-shift)) : (numerator << BigInt(shift)) / denominator;
  return shift < 0 ? Number(scaled) * 2 ** -shift : halved(Number(scaled), shift);
}

/**
 * `|a − b| ≤ max(absolute, relative · max(|a|, |b|))`, as `math.isclose` has it: equal infinities are close and no
 * other number is close to one. Here NaN is close to NaN. Whole numbers are subtracted exactly.
 */
export function close(a: Numeric, b: Numeric, tolerance: Tolerance): boolean {
  if (typeof a === 'object' || typeof b === 'object') {
    const [x, y] = [complexOf(a), complexOf(b)];
    if ([x.re, x.im, y.re, y.im].every(Number.isFinite)) {
      const largest = Math.max(Math.hypot(x.re, x.im), Math.hypot(y.re, y.im));
      const limit = Math.max(tolerance.absolute, tolerance.relative * largest);
      return Math.hypot(x.re - y.re, x.im - y.im) <= limit;
    }
    return floatKey(x.re) === floatKey(y.re) && floatKey(x.im) === floatKey(y.im);
  }
  if (typeof a === 'bigint' && typeof b === 'bigint' && a === b) return true;
  const [x, y] = [Number(a), Number(b)];
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) && Number.isNaN(y);
  if (!Number.isFinite(x) || !Number.isFinite(y))
    return typeof a === typeof b && typeof a === 'number' && x === y;
  const distance = Math.abs(typeof a === 'bigint' && typeof b === 'bigint' ? Number(a - b) : x - y);
  return distance <= Math.max(tolerance.absolute, tolerance.relative * Math.max(Math.abs(x), Math.abs(y)));
}

function complexOf(value: Numeric): Complex {
  return typeof value === 'object' ? value : { re: Number(value), im: 0 };
}

/** Whether the numbers close to one are an interval around it, as long as closeness does not grow with distance. */
export function isInterval({ relative }: Tolerance): boolean {
  return relative <= 1;
}

/** Order of real numbers, exact between floats and whole numbers of any size. */
export function ascending(a: number | bigint, b: number | bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
