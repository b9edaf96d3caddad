import type { Language, Value } from './types.ts';

/**
 * Values as JSON ({@link Value}).
 *
 * | Python | JSON |
 * | --- | --- |
 * | `None`, `True`, `'text'` | `null`, `true`, `"text"` (lone surrogates included) |
 * | a str in which a high surrogate stands before a low one | `{"$":"str","v":[55357,56832]}`, its code points |
 * | `[1, 2]` | `[1,2]` |
 * | int within ±(2⁵³−1) | a number: `5` |
 * | any other int | `{"$":"int","v":"12345678901234567890"}`, decimal |
 * | float that is not a safe integer | a number: `0.5`, `1e300` |
 * | float that is one | `{"$":"float","v":1}` |
 * | `-0.0`, `nan`, `inf`, `-inf` | `{"$":"float","v":"-0.0"}`, `"nan"`, `"inf"`, `"-inf"` |
 * | complex | `{"$":"complex","v":[re,im]}`, each part as a float's `v` |
 * | `Fraction(1, 3)`, `Decimal('0.10')` | `{"$":"fraction","v":["1","3"]}`, `{"$":"decimal","v":"0.10"}` |
 * | `(1, 2)` | `{"$":"tuple","v":[1,2]}` |
 * | a named tuple `Point(1, 2)` | `{"$":"tuple","v":[1,2],"type":"Point"}` |
 * | `{1}`, `frozenset({1})` | `{"$":"set","v":[1]}`, `{"$":"frozenset","v":[1]}`, in any order |
 * | `deque([1])`, `range(0, 3, 1)` | `{"$":"deque","v":[1]}`, `{"$":"range","v":[0,3,1]}` |
 * | `b'\x01'`, `bytearray(b'\x01')` | `{"$":"bytes","v":"01"}`, `{"$":"bytearray","v":"01"}`, hex |
 * | dict with only str keys, none of them `$`, `__proto__`, of digits or in need of a tag | `{"a":1}` |
 * | any other dict | `{"$":"dict","v":[[key,value],…]}` |
 * | `Counter`, `OrderedDict`, `defaultdict` | `{"$":"dict","v":[[key,value],…],"type":"Counter"}` |
 *
 * | JavaScript | JSON |
 * | --- | --- |
 * | `null`, booleans, strings, arrays, numbers, plain objects | as they are |
 * | `NaN`, `±Infinity`, `-0` | the tag `float`; `{"$":"float","v":1}` is the number 1 |
 * | `undefined`, `10n` | `{"$":"undefined"}`, `{"$":"bigint","v":"10"}` |
 * | `Set`, `Map`, `Uint8Array` | `{"$":"set","v":[1]}`, `{"$":"map","v":[[key,value],…]}`, `{"$":"bytes","v":"01"}` |
 * | plain object with a key `$` or `__proto__` | `{"$":"dict","v":[["$",value],…]}` |
 * | an array, as a test that serves both languages may have it | `{"$":"tuple","v":[1,2]}` |
 *
 * A JSON object of JavaScript puts keys of digits first, so a dict that has one keeps its order only as pairs.
 */
export const TAGS = {
  python: [
    'int', 'float', 'complex', 'fraction', 'decimal', 'str', 'tuple', 'set', 'frozenset', 'deque', 'range',
    'bytes', 'bytearray', 'dict',
  ],
  javascript: ['float', 'tuple', 'set', 'bytes', 'dict', 'undefined', 'bigint', 'map'],
} as const; // prettier-ignore
type Tag = (typeof TAGS)[Language][number];

/** The dicts of the standard library that compare as dicts do; a tuple's `type` is any named tuple's name. */
export const DICT_TYPES = ['Counter', 'OrderedDict', 'defaultdict'] as const;

/** Deepest nesting and most nodes of one value; the sandbox's own encoder is bound to less. */
export const MAX_DEPTH = 80;
export const MAX_NODES = 500_000;

/** A value that is not in the table above. */
export class ValueFormatError extends Error {
  override readonly name = 'ValueFormatError';
}

/**
 * A {@link Value} taken apart: one case per type. `number`, `undefined`, `bigint` and `map` are JavaScript's;
 * `int`, `float`, `complex`, `fraction`, `decimal`, `tuple`, `frozenset`, `deque`, `range` and `bytearray` are Python's;
 * the others are named alike in both.
 */
export type Parsed =
  | { readonly kind: 'none' | 'undefined' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'bigint'; readonly value: bigint }
  | { readonly kind: 'float' | 'number'; readonly value: number }
  | { readonly kind: 'complex'; readonly re: number; readonly im: number }
  /** The denominator is positive. In lowest terms, or equal to nothing. */
  | { readonly kind: 'fraction'; readonly numerator: bigint; readonly denominator: bigint }
  | { readonly kind: 'decimal'; readonly text: string }
  /** `points` are Python's code points where the UTF-16 text would merge two of them. */
  | { readonly kind: 'str'; readonly value: string; readonly points: readonly number[] | null }
  | { readonly kind: 'bytes' | 'bytearray'; readonly hex: string }
  | { readonly kind: 'range'; readonly start: bigint; readonly stop: bigint; readonly step: bigint }
  | {
      readonly kind: 'list' | 'tuple' | 'set' | 'frozenset' | 'deque';
      readonly items: readonly Value[];
      readonly type: string | null;
    }
  | {
      readonly kind: 'dict' | 'map';
      readonly entries: readonly (readonly [Value, Value])[];
      readonly type: string | null;
    };

const LANGUAGE_NAMES = { python: 'Python', javascript: 'JavaScript' } as const;
const MAX_DIGITS = 20_000;
/** Of a decimal's text and of a fraction's two parts: their exact comparison costs more than their reading. */
const MAX_EXACT_DIGITS = 1300;

const NAMED_FLOATS = new Map([
  ['nan', NaN],
  ['inf', Infinity],
  ['-inf', -Infinity],
  ['-0.0', -0],
  ['0.0', 0],
]);

function parseFloatPart(value: unknown): number {
  if (typeof value === 'number') return value;
  const named = typeof value === 'string' ? NAMED_FLOATS.get(value) : undefined;
  if (named === undefined) {
    throw new ValueFormatError(
      `A float's v is a number, "nan", "inf", "-inf" or "-0.0", not ${show(value)}.`,
    );
  }
  return named;
}

/** Never looks into a collection: what is shown here may be nested deeper than any stack. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
}

/** Takes the outermost level of a value apart. @throws {@link ValueFormatError} */
export function parseValue(value: unknown, language: Language): Parsed {
  if (value === null) return { kind: 'none' };
  if (Array.isArray(value)) return { kind: 'list', items: value, type: null };
  switch (typeof value) {
    case 'boolean':
      return { kind: 'bool', value };
    case 'string':
      return { kind: 'str', value, points: null };
    case 'number':
      if (language === 'javascript') return { kind: 'number', value };
      return Number.isSafeInteger(value) ? { kind: 'int', value: BigInt(value) } : { kind: 'float', value };
    case 'object': {
      const record = value as Readonly<Record<string, Value>>;
      if (!Object.hasOwn(record, '$')) return { kind: 'dict', entries: Object.entries(record), type: null };
      return parseTagged(record, language);
    }
    default:
      throw new ValueFormatError(`${typeof value} is not a ${LANGUAGE_NAMES[language]} value.`);
  }
}

function parseTagged(record: Readonly<Record<string, unknown>>, language: Language): Parsed {
  const { $: tag, v } = record;
  if (!(TAGS[language] as readonly unknown[]).includes(tag)) {
    throw new ValueFormatError(
      `Unknown tag ${show(tag)}; the tags of ${LANGUAGE_NAMES[language]} are ${TAGS[language].join(', ')}.`,
    );
  }
  const known = tag as Tag;
  const type = parseType(known, record['type']);
  switch (known) {
    case 'int':
    case 'bigint':
      return { kind: known, value: parseInteger(v, known, MAX_DIGITS) };
    case 'float':
      return { kind: language === 'javascript' ? 'number' : 'float', value: parseFloatPart(v) };
    case 'complex':
      if (!Array.isArray(v) || v.length !== 2)
        throw new ValueFormatError(`A complex's v is [re, im], not ${show(v)}.`);
      return { kind: 'complex', re: parseFloatPart(v[0]), im: parseFloatPart(v[1]) };
    case 'fraction':
      return parseFraction(v);
    case 'decimal':
      if (typeof v !== 'string' || v.length > MAX_EXACT_DIGITS || !DECIMAL.test(v))
        throw new ValueFormatError(`A decimal's v is its text, not ${show(v)}.`);
      return { kind: 'decimal', text: v };
    case 'str':
      return parsePoints(v);
    case 'tuple':
    case 'set':
    case 'frozenset':
    case 'deque':
      if (!Array.isArray(v)) throw new ValueFormatError(`A ${known}'s v is an array, not ${show(v)}.`);
      return { kind: known === 'tuple' && language === 'javascript' ? 'list' : known, items: v, type };
    case 'range':
      return parseRange(v);
    case 'bytes':
    case 'bytearray':
      if (typeof v !== 'string' || v.length % 2 !== 0 || /[^\da-fA-F]/.test(v)) {
        throw new ValueFormatError(`The v of ${known} is hexadecimal text, not ${show(v)}.`);
      }
      return { kind: known, hex: v.toLowerCase() };
    case 'dict':
    case 'map': {
      const pairs: unknown[] = Array.isArray(v) ? v : [];
      if (!Array.isArray(v) || !pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) {
        throw new ValueFormatError(`A ${known}'s v is an array of [key, value], not ${show(v)}.`);
      }
      const entries = pairs as [Value, Value][];
      if (language === 'javascript' && known === 'dict' && entries.some(([key]) => typeof key !== 'string')) {
        throw new ValueFormatError('The keys of a JavaScript object are strings; use the tag map.');
      }
      return { kind: known, entries, type };
    }
    case 'undefined':
      return { kind: 'undefined' };
  }
}

function parseType(tag: Tag, type: unknown): string | null {
  if (type === undefined) return null;
  const known = tag === 'dict' ? (DICT_TYPES as readonly unknown[]).includes(type) : tag === 'tuple';
  if (known && typeof type === 'string' && type !== '' && type.length <= 80) return type;
  throw new ValueFormatError(
    `The type of a dict is ${DICT_TYPES.join(', ')}, of a tuple the name of a named tuple, not ${show(type)}.`,
  );
}

function parseInteger(v: unknown, what: string, maxDigits: number): bigint {
  if (typeof v === 'string' && v.length <= maxDigits && /^-?\d+$/.test(v)) return BigInt(v);
  if (Number.isSafeInteger(v)) return BigInt(v as number);
  throw new ValueFormatError(`The v of ${what} is a decimal text, not ${show(v)}.`);
}

function parseFraction(v: unknown): Parsed {
  if (!Array.isArray(v) || v.length !== 2)
    throw new ValueFormatError(`A fraction's v is [numerator, denominator], not ${show(v)}.`);
  const [numerator, denominator] = [0, 1].map((i) => parseInteger(v[i], 'a fraction', MAX_EXACT_DIGITS));
  if (numerator === undefined || denominator === undefined || denominator < 1n)
    throw new ValueFormatError('The denominator of a fraction is positive.');
  return { kind: 'fraction', numerator, denominator };
}

function parseRange(v: unknown): Parsed {
  if (!Array.isArray(v) || v.length !== 3)
    throw new ValueFormatError(`A range's v is [start, stop, step], not ${show(v)}.`);
  const [start = 0n, stop = 0n, step = 0n] = v.map((part: unknown) => {
    const parsed = parseValue(part, 'python');
    if (parsed.kind !== 'int')
      throw new ValueFormatError(`The parts of a range are ints, not ${show(part)}.`);
    return parsed.value;
  });
  if (step === 0n) throw new ValueFormatError('The step of a range is not 0.');
  return { kind: 'range', start, stop, step };
}

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?(?:[eE][+-]?\d{1,15})?|Infinity|s?NaN\d*)$/;

function parsePoints(v: unknown): Parsed {
  const valid = (point: unknown): boolean =>
    Number.isInteger(point) && (point as number) >= 0 && (point as number) <= 0x10ffff;
  if (!Array.isArray(v) || v.length > MAX_NODES || !v.every(valid))
    throw new ValueFormatError(`A str's v is an array of code points, not ${show(v)}.`);
  const points = v as number[];
  return { kind: 'str', value: textOf(points), points: isMerged(points) ? points : null };
}

const textOf = (points: readonly number[]): string =>
  points.map((point) => String.fromCodePoint(point)).join('');

/** Whether a high surrogate stands before a low one, which UTF-16 reads as one character. */
function isMerged(points: readonly number[]): boolean {
  return points.some((point, i) => {
    const next = points[i + 1] ?? 0;
    return point >= 0xd800 && point < 0xdc00 && next >= 0xdc00 && next < 0xe000;
  });
}

/** The value of a Python str given by its code points: tagged where a text would merge surrogates. */
export function strOf(points: readonly number[]): Value {
  return isMerged(points) ? { $: 'str', v: points } : textOf(points);
}

/** Whether JSON's objects keep a dict with this key as it is: in its place, and as this key. */
export function isPlainKey(key: unknown): key is string {
  return typeof key === 'string' && key !== '$' && key !== '__proto__' && !/^\d+$/.test(key);
}

/** A dict or object of these entries, of equal keys the last: as JSON's object where that keeps it. */
export function dictOf(entries: readonly (readonly [Value, Value])[]): Value {
  return entries.every(([key]) => isPlainKey(key))
    ? (Object.fromEntries(entries) as Value)
    : { $: 'dict', v: entries };
}

function isReduced({ numerator, denominator }: Extract<Parsed, { kind: 'fraction' }>): boolean {
  let [a, b] = [numerator, denominator];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 1n || a === -1n;
}

const UNHASHABLE: ReadonlySet<Parsed['kind']> = new Set(['list', 'set', 'dict', 'bytearray', 'deque']);

/**
 * Checks that `value` is a {@link Value} of the language within the caps and returns it. A key of a Python dict or
 * set that Python could not hash is refused as well; as an argument what cannot be built again; and from a test a
 * fraction that could be reduced, which costs too much to look for in a result.
 * @throws {@link ValueFormatError} with what is wrong.
 */
export function checkValue(
  value: unknown,
  language: Language = 'python',
  use: 'argument' | 'expected' | 'result' = 'result',
): Value {
  let nodes = 0;
  const visit = (item: unknown, depth: number, hashed: boolean): void => {
    if (depth > MAX_DEPTH) throw new ValueFormatError(`A value may be nested ${MAX_DEPTH} deep at most.`);
    if (++nodes > MAX_NODES) throw new ValueFormatError(`A value may have ${MAX_NODES} parts at most.`);
    const parsed = parseValue(item, language);
    if (hashed && UNHASHABLE.has(parsed.kind)) {
      throw new ValueFormatError(`A ${parsed.kind} cannot be in a set or a key of a dict: it has no hash.`);
    }
    if (use !== 'result' && parsed.kind === 'fraction' && !isReduced(parsed))
      throw new ValueFormatError('A fraction is written in lowest terms.');
    if ('entries' in parsed) {
      if (use === 'argument' && parsed.type === 'defaultdict')
        throw new ValueFormatError('A defaultdict cannot be an argument: its factory is code.');
      for (const [key, held] of parsed.entries) {
        visit(key, depth + 1, language === 'python');
        visit(held, depth + 1, hashed);
      }
    } else if ('items' in parsed) {
      if (use === 'argument' && parsed.type !== null)
        throw new ValueFormatError('A named tuple cannot be an argument: its class is code.');
      const inside =
        hashed || (language === 'python' && (parsed.kind === 'set' || parsed.kind === 'frozenset'));
      for (const held of parsed.items) visit(held, depth + 1, inside);
    }
  };
  visit(value, 0, false);
  return value as Value;
}
