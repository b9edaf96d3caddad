import { matchAll } from './matching.ts';
import type { Comparison, Language, Value } from './types.ts';
import { parseValue, type Parsed } from './value.ts';

/**
 * The relation between what a program returned and what its test expects: the documented equality of
 * `README.md`. Both sides are values already checked; nothing here runs a method of the program's.
 */

type Types = NonNullable<Comparison['types']>;

interface Rules {
  readonly language: Language;
  readonly types: Types;
  readonly tolerance: { readonly relative: number; readonly absolute: number } | null;
}

const EXACT: Rules = { language: 'python', types: 'exact', tolerance: null };

/**
 * Equality without options: the same type at every level and the same value. `True ≠ 1`, `1 ≠ 1.0`, tuple ≠ list,
 * set ≠ frozenset, bytes ≠ bytearray; NaN equals NaN; −0.0 equals 0.0; sets, dicts and maps have no order; texts are
 * compared by code unit, unnormalised. JavaScript has one type of number, and `10n ≠ 10`.
 */
export function valuesEqual(a: Value, b: Value, language: Language = 'python'): boolean {
  const rules = { ...EXACT, language };
  return keyOf(a, rules) === keyOf(b, rules);
}

/** Whether `got` relates to `expected` as `compare` asks (default: {@link valuesEqual}). */
export function matches(
  got: Value,
  expected: Value,
  compare: Comparison = {},
  language: Language = 'python',
): boolean {
  const { types = 'exact', tolerance, as } = compare;
  const rules: Rules = {
    language,
    types,
    tolerance: tolerance ? { relative: tolerance.relative ?? 0, absolute: tolerance.absolute ?? 0 } : null,
  };
  if (as === undefined) return same(got, expected, rules);
  if (as === 'truth') return isTrue(got, language) === isTrue(expected, language);
  const [a, b] = [itemsOf(got, language), itemsOf(expected, language)];
  if (a === null || b === null) return false;
  switch (as) {
    case 'sequence':
      return inOrder(a, b, rules);
    case 'unordered':
      return anyOrder(a, b, rules);
    case 'set':
      return sameDistinct(a, b, rules);
  }
}

/** The items that an iteration over the value gives, `null` for what cannot be iterated over. */
export function itemsOf(value: Value, language: Language): readonly Value[] | null {
  const parsed = parseValue(value, language);
  switch (parsed.kind) {
    case 'str':
      return [...parsed.value];
    case 'bytes':
    case 'bytearray':
      return (parsed.hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
    case 'list':
    case 'tuple':
    case 'set':
    case 'frozenset':
      return parsed.items;
    case 'map':
      return parsed.entries;
    case 'dict':
      return language === 'python' ? parsed.entries.map(([key]) => key) : null;
    default:
      return null;
  }
}

/** What `if value:` takes: Python calls every empty collection false, JavaScript calls NaN false and no object. */
function isTrue(value: Value, language: Language): boolean {
  const parsed = parseValue(value, language);
  switch (parsed.kind) {
    case 'none':
    case 'undefined':
      return false;
    case 'bool':
      return parsed.value;
    case 'int':
    case 'bigint':
      return parsed.value !== 0n;
    case 'float':
      return parsed.value !== 0;
    case 'number':
      return parsed.value !== 0 && !Number.isNaN(parsed.value);
    case 'complex':
      return parsed.re !== 0 || parsed.im !== 0;
    case 'str':
      return parsed.value !== '';
    case 'bytes':
    case 'bytearray':
      return language === 'javascript' || parsed.hex !== '';
    case 'list':
    case 'tuple':
    case 'set':
    case 'frozenset':
      return language === 'javascript' || parsed.items.length > 0;
    case 'dict':
    case 'map':
      return language === 'javascript' || parsed.entries.length > 0;
  }
}

/** A float's part of a key: −0.0 is 0.0, and every NaN is the same one, so that tests can expect it. */
function floatKey(value: number): string {
  return value === 0 ? '0' : String(value);
}

/** The same text for numbers that Python's `==` calls equal. */
function numberKey(value: number): string {
  return Number.isInteger(value) ? `#${BigInt(value)}` : `#${floatKey(value)}`;
}

/** A text that two values share exactly when they are equal under the rules, tolerance aside. */
function keyOf(value: Value, rules: Rules): string {
  const parsed = parseValue(value, rules.language);
  const loose = rules.types === 'equal' && rules.language === 'python';
  const key = (item: Value): string => keyOf(item, rules);
  switch (parsed.kind) {
    case 'none':
      return 'n';
    case 'undefined':
      return 'u';
    case 'bool':
      if (loose) return parsed.value ? '#1' : '#0';
      return parsed.value ? 't1' : 't0';
    case 'int':
      return loose ? `#${parsed.value}` : `i${parsed.value}`;
    case 'bigint':
      return `I${parsed.value}`;
    case 'float':
      return loose ? numberKey(parsed.value) : `f${floatKey(parsed.value)}`;
    case 'number':
      return `f${floatKey(parsed.value)}`;
    case 'complex':
      if (loose && parsed.im === 0) return numberKey(parsed.re);
      return `c${floatKey(parsed.re)},${floatKey(parsed.im)}`;
    case 'str':
      return JSON.stringify(parsed.value);
    case 'bytes':
    case 'bytearray':
      return `${loose ? 'bytes' : parsed.kind}:${parsed.hex}`;
    case 'list':
      return `[${parsed.items.map(key).join(',')}]`;
    case 'tuple':
      return `(${parsed.items.map(key).join(',')})`;
    case 'set':
    case 'frozenset':
      return `${loose ? 'set' : parsed.kind}{${distinct(parsed.items, rules).map(key).sort().join(',')}}`;
    case 'dict':
    case 'map': {
      const texts = distinctEntries(parsed.entries, rules).map(([name, held]) => `${key(name)}:${key(held)}`);
      return `${parsed.kind}{${texts.sort().join(',')}}`;
    }
  }
}

/**
 * What a set or dict keeps of these: of equal keys the last. JavaScript tells objects apart by identity, and Python
 * NaNs, so two that look alike are both kept.
 */
function distinctBy<T>(items: readonly T[], keyed: (item: T) => Value, rules: Rules): T[] {
  const kept = new Map<string | number, T>();
  for (const [i, item] of items.entries()) {
    const held = keyed(item);
    const parsed = parseValue(held, rules.language);
    const byIdentity =
      rules.language === 'javascript'
        ? ['list', 'set', 'dict', 'map', 'bytes'].includes(parsed.kind)
        : parsed.kind === 'float' && Number.isNaN(parsed.value);
    kept.set(byIdentity ? i : keyOf(held, rules), item);
  }
  return [...kept.values()];
}

const distinct = (items: readonly Value[], rules: Rules): Value[] => distinctBy(items, (item) => item, rules);

type Entry = readonly [Value, Value];

const distinctEntries = (entries: readonly Entry[], rules: Rules): Entry[] =>
  distinctBy(entries, ([key]) => key, rules);

function same(a: Value, b: Value, rules: Rules): boolean {
  if (rules.tolerance === null) return keyOf(a, rules) === keyOf(b, rules);
  const [x, y] = [parseValue(a, rules.language), parseValue(b, rules.language)];
  const [p, q] = [numberOf(x, rules), numberOf(y, rules)];
  if (p !== null && q !== null) return close(p, q, rules.tolerance);
  if (p !== null || q !== null) return false;
  const loose = rules.types === 'equal';
  if (loose ? familyOf(x.kind) !== familyOf(y.kind) : x.kind !== y.kind) return false;
  if ('entries' in x && 'entries' in y) return sameEntries(x.entries, y.entries, rules);
  if (!('items' in x && 'items' in y)) return keyOf(a, rules) === keyOf(b, rules);
  if (x.kind === 'list' || x.kind === 'tuple') return inOrder(x.items, y.items, rules);
  return anyOrder(distinct(x.items, rules), distinct(y.items, rules), rules);
}

/** Types that Python's `==` does not tell apart. */
function familyOf(kind: Parsed['kind']): string {
  if (kind === 'frozenset') return 'set';
  return kind === 'bytearray' ? 'bytes' : kind;
}

/** Keys are compared without tolerance: a key either is there or is not. */
function sameEntries(a: readonly Entry[], b: readonly Entry[], rules: Rules): boolean {
  const byKey = (entries: readonly Entry[]): readonly Entry[] =>
    distinctEntries(entries, rules)
      .map((entry) => ({ entry, key: keyOf(entry[0], rules) }))
      .sort((x, y) => (x.key < y.key ? -1 : 1))
      .map(({ entry }) => entry);
  const [x, y] = [byKey(a), byKey(b)];
  return (
    x.length === y.length &&
    x.every(([key, held], i) => {
      const [otherKey, other] = y[i] as Entry;
      return keyOf(key, rules) === keyOf(otherKey, rules) && same(held, other, rules);
    })
  );
}

function inOrder(a: readonly Value[], b: readonly Value[], rules: Rules): boolean {
  return a.length === b.length && a.every((item, i) => same(item, b[i] ?? null, rules));
}

/** Whether the items pair off: as many of each, in any order. */
function anyOrder(a: readonly Value[], b: readonly Value[], rules: Rules): boolean {
  if (a.length !== b.length) return false;
  if (rules.tolerance === null) {
    const keys = (items: readonly Value[]): string =>
      items
        .map((item) => keyOf(item, rules))
        .sort()
        .join();
    return keys(a) === keys(b);
  }
  const [p, q] = [sortedReals(a, rules), sortedReals(b, rules)];
  // The numbers close to one are an interval that moves with it: if any pairing works, the sorted one does.
  if (p && q) return p.every((item, i) => same(item, q[i] ?? null, rules));
  return matchAll(a, b, (x, y) => same(x, y, rules));
}

/** Whether each item of one side has its equal on the other, however often. */
function sameDistinct(a: readonly Value[], b: readonly Value[], rules: Rules): boolean {
  const keyed = (items: readonly Value[]): Map<string, Value> =>
    new Map(items.map((item) => [keyOf(item, rules), item]));
  const covers = (some: Map<string, Value>, others: Map<string, Value>): boolean => {
    const candidates = rules.tolerance === null ? [] : [...others.values()];
    return [...some].every(
      ([key, item]) => others.has(key) || candidates.some((other) => same(item, other, rules)),
    );
  };
  const [x, y] = [keyed(a), keyed(b)];
  return covers(x, y) && covers(y, x);
}

/** The items in ascending order if all are real numbers that can be ordered, else `null`. */
function sortedReals(items: readonly Value[], rules: Rules): readonly Value[] | null {
  const numbers: { readonly item: Value; readonly at: number }[] = [];
  for (const item of items) {
    const number = numberOf(parseValue(item, rules.language), rules);
    if (number === null || typeof number === 'object') return null;
    const at = Number(number);
    if (Number.isNaN(at)) return null;
    numbers.push({ item, at });
  }
  return numbers.sort((x, y) => x.at - y.at).map(({ item }) => item);
}

type Complex = { readonly re: number; readonly im: number };

/** The number for a comparison within a tolerance; a truth value is one only where types do not count. */
function numberOf(parsed: Parsed, rules: Rules): number | bigint | Complex | null {
  switch (parsed.kind) {
    case 'int':
    case 'bigint':
    case 'float':
    case 'number':
      return parsed.value;
    case 'complex':
      return parsed;
    case 'bool':
      return rules.types === 'equal' && rules.language === 'python' ? Number(parsed.value) : null;
    default:
      return null;
  }
}

/**
 * `|a − b| ≤ max(absolute, relative · max(|a|, |b|))`, as `math.isclose` has it: equal infinities are close and no
 * other number is close to one. Here NaN is close to NaN. Whole numbers are subtracted exactly.
 */
function close(
  a: number | bigint | Complex,
  b: number | bigint | Complex,
  tolerance: { readonly relative: number; readonly absolute: number },
): boolean {
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

function complexOf(value: number | bigint | Complex): Complex {
  return typeof value === 'object' ? value : { re: Number(value), im: 0 };
}
