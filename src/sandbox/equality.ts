import { rangeLength, Reader, type Node } from './canonical.ts';
import { Comparing } from './comparing.ts';
import { Meter, TooMuchWorkError } from './meter.ts';
import type { Comparison, Language, Value } from './types.ts';
import { MAX_NODES, parseValue } from './value.ts';

/**
 * The relation between what a program returned and what its test expects: the documented equality of
 * `README.md`. Both sides are values already checked; nothing here runs a method of the program's.
 */

/** `unknown`: telling would take more work than a run is allowed. */
export type Relation = 'same' | 'different' | 'unknown';

/**
 * Equality without options: the same type at every level and the same value. `True ≠ 1`, `1 ≠ 1.0`, tuple ≠ list,
 * set ≠ frozenset, bytes ≠ bytearray; NaN equals NaN; −0.0 equals 0.0; sets, dicts and maps have no order; texts are
 * compared unnormalised, by code point in Python and by code unit in JavaScript. JavaScript has one type of number, and
 * `10n ≠ 10`.
 */
export function valuesEqual(a: Value, b: Value, language: Language = 'python'): boolean {
  return matches(a, b, {}, language);
}

/** Whether `got` is known to relate to `expected` as `compare` asks (default: {@link valuesEqual}). */
export function matches(
  got: Value,
  expected: Value,
  compare: Comparison = {},
  language: Language = 'python',
): boolean {
  return relate(got, expected, compare, language) === 'same';
}

/** How `got` relates to `expected` under `compare`. One meter bounds all comparisons that share it. */
export function relate(
  got: Value,
  expected: Value,
  compare: Comparison = {},
  language: Language = 'python',
  meter = new Meter(),
): Relation {
  try {
    return holds(got, expected, compare, language, meter) ? 'same' : 'different';
  } catch (error) {
    if (error instanceof TooMuchWorkError) return 'unknown';
    throw error;
  }
}

function holds(got: Value, expected: Value, compare: Comparison, language: Language, meter: Meter): boolean {
  const { types = 'exact', tolerance, as } = compare;
  if (as === 'truth') return isTrue(got, language) === isTrue(expected, language);
  const reader = new Reader({ language, types }, meter);
  const comparing = new Comparing(
    tolerance ? { relative: tolerance.relative ?? 0, absolute: tolerance.absolute ?? 0 } : null,
    meter,
  );
  if (as === undefined) return comparing.same(reader.read(got), reader.read(expected));
  const [a, b] = [itemsOf(got, language, reader), itemsOf(expected, language, reader)];
  if (a === null || b === null) return false;
  switch (as) {
    case 'sequence':
      return comparing.inOrder(a, b);
    case 'unordered':
      return comparing.anyOrder(a, b);
    case 'set':
      return comparing.sameDistinct(a, b);
  }
}

/** Whether the value can be iterated over. */
export function isCollection(value: Value, language: Language): boolean {
  const { kind } = parseValue(value, language);
  return kind === 'dict' ? language === 'python' : COLLECTIONS.has(kind);
}

const COLLECTIONS: ReadonlySet<string> = new Set([
  'str', 'bytes', 'bytearray', 'list', 'tuple', 'deque', 'range', 'set', 'frozenset', 'map',
]); // prettier-ignore

/** The items that an iteration over the value gives, `null` for what cannot be iterated over. */
function itemsOf(value: Value, language: Language, reader: Reader): readonly Node[] | null {
  if (!isCollection(value, language)) return null;
  const parsed = parseValue(value, language);
  switch (parsed.kind) {
    case 'str': {
      const chars = parsed.points?.map((point) => String.fromCodePoint(point)) ?? [...parsed.value];
      return chars.map((char) => reader.read(char));
    }
    case 'bytes':
    case 'bytearray':
      return (parsed.hex.match(/../g) ?? []).map((pair) => reader.read(parseInt(pair, 16)));
    case 'range': {
      const length = rangeLength(parsed);
      if (length > MAX_NODES) throw new TooMuchWorkError();
      return Array.from({ length: Number(length) }, (_, i) =>
        reader.read({ $: 'int', v: String(parsed.start + BigInt(i) * parsed.step) }),
      );
    }
    default: {
      const { items, entries, kind } = reader.read(value);
      if (kind === 'map') return entries.map((entry) => reader.list(entry));
      return kind === 'dict' ? entries.map(([key]) => key) : items;
    }
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
    case 'fraction':
      return parsed.numerator !== 0n;
    case 'decimal':
      return !/^[+-]?[0.]+(?:[eE].*)?$/.test(parsed.text);
    case 'str':
      return parsed.value !== '';
    case 'range':
      return rangeLength(parsed) > 0n;
    case 'bytes':
    case 'bytearray':
      return language === 'javascript' || parsed.hex !== '';
    case 'list':
    case 'tuple':
    case 'deque':
    case 'set':
    case 'frozenset':
      return language === 'javascript' || parsed.items.length > 0;
    case 'dict':
    case 'map':
      return language === 'javascript' || parsed.entries.length > 0;
  }
}
