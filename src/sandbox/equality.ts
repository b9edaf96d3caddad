import { rangeLength, Reader, type Node } from './canonical.ts';
import { matchAll } from './matching.ts';
import { Meter, TooMuchWorkError } from './meter.ts';
import { ascending, close, isInterval, type Tolerance } from './numbers.ts';
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

type Entry = readonly [Node, Node];

/** Compares values of one {@link Reader}. */
class Comparing {
  readonly #tolerance: Tolerance | null;
  readonly #meter: Meter;

  constructor(tolerance: Tolerance | null, meter: Meter) {
    this.#tolerance = tolerance;
    this.#meter = meter;
  }

  /** Whether ids alone do not tell: closeness is not transitive, nor is the equality of a few of Python's dicts. */
  #mustLook(a: Node, b: Node): boolean {
    return this.#tolerance !== null || a.special || b.special;
  }

  same(a: Node, b: Node): boolean {
    if (a.id === b.id && !a.special && !b.special) return true;
    if (!this.#mustLook(a, b)) return false;
    this.#meter.compare();
    if (this.#tolerance !== null && (a.number !== null || b.number !== null)) {
      return a.number !== null && b.number !== null && close(a.number, b.number, this.#tolerance);
    }
    if (a.family !== b.family) return false;
    switch (a.kind) {
      case 'list':
      case 'tuple':
      case 'deque':
        return this.inOrder(a.items, b.items);
      case 'set':
      case 'frozenset':
        return this.anyOrder(a.items, b.items);
      case 'dict':
      case 'map':
        if (a.type === 'OrderedDict' && b.type === 'OrderedDict') return this.#sameInOrder(a, b);
        if (a.type === 'Counter' && b.type === 'Counter') return this.#sameCounts(a, b);
        return this.#sameEntries(a.entries, b.entries);
      default:
        return a.id === b.id;
    }
  }

  inOrder(a: readonly Node[], b: readonly Node[]): boolean {
    return a.length === b.length && a.every((item, i) => this.same(item, b[i] as Node));
  }

  /** Whether the items pair off: as many of each, in any order. */
  anyOrder(a: readonly Node[], b: readonly Node[]): boolean {
    if (a.length !== b.length) return false;
    if (this.#idsDecide(a, b)) {
      const ids = (items: readonly Node[]): Float64Array => Float64Array.from(items, ({ id }) => id).sort();
      const [x, y] = [ids(a), ids(b)];
      return x.every((id, i) => id === y[i]);
    }
    const [p, q] = [this.#sortedReals(a), this.#sortedReals(b)];
    // The numbers close to one are an interval that moves with it: if any pairing works, the sorted one does.
    if (p && q) return p.every((item, i) => this.same(item, q[i] as Node));
    const ordered = (items: readonly Node[]): Node[] => items.toSorted((x, y) => this.#order(x, y));
    return matchAll(ordered(a), ordered(b), (x, y) => this.same(x, y));
  }

  /** An order in which items that are close are mostly near each other, so that they are soon found. */
  #order(a: Node, b: Node): number {
    this.#meter.compare();
    if (isReal(a) && isReal(b)) return ascending(realOf(a), realOf(b));
    if (a.family !== b.family) return a.family < b.family ? -1 : 1;
    if (a.items.length !== b.items.length) return a.items.length - b.items.length;
    if (a.items.length === 0 || a.kind === 'set' || a.kind === 'frozenset') return a.id - b.id;
    for (const [i, item] of a.items.entries()) {
      const order = this.#order(item, b.items[i] as Node);
      if (order !== 0) return order;
    }
    return 0;
  }

  /** Whether each item of one side has its equal on the other, however often. */
  sameDistinct(a: readonly Node[], b: readonly Node[]): boolean {
    return this.#covers(a, b) && this.#covers(b, a);
  }

  /** Whether each of `some` has its equal among `others`. */
  #covers(some: readonly Node[], others: readonly Node[]): boolean {
    const ids = new Set(others.filter(({ special }) => !special).map(({ id }) => id));
    const missing = distinct(some).filter(({ id, special }) => special || !ids.has(id));
    if (missing.length === 0) return true;
    const candidates = distinct(others);
    if (this.#idsDecide(missing, candidates)) return false;
    const [p, q] = [this.#sortedReals(missing), this.#sortedReals(candidates)];
    if (!p || !q) return missing.every((item) => candidates.some((other) => this.same(item, other)));
    let at = 0;
    return p.every((item) => {
      while (at < q.length && ascending(realOf(q[at] as Node), realOf(item)) < 0) at++;
      // Closeness ends with distance, so if any is close, the nearest on its side is.
      return [q[at - 1], q[at]].some((other) => other !== undefined && this.same(item, other));
    });
  }

  #idsDecide(a: readonly Node[], b: readonly Node[]): boolean {
    return this.#tolerance === null && ![...a, ...b].some(({ special }) => special);
  }

  /** The items in ascending order if all are real numbers that can be ordered, else `null`. */
  #sortedReals(items: readonly Node[]): readonly Node[] | null {
    if (this.#tolerance === null || !isInterval(this.#tolerance)) return null;
    return items.every(isReal) ? items.toSorted((x, y) => ascending(realOf(x), realOf(y))) : null;
  }

  /** Keys are compared without tolerance: a key either is there or is not. */
  #sameEntries(a: readonly Entry[], b: readonly Entry[]): boolean {
    if (a.length !== b.length) return false;
    // JavaScript's Maps may have keys that look alike: then their values pair off.
    const [x, y] = [valuesByKey(a), valuesByKey(b)];
    return [...x].every(([key, held]) => {
      const other = y.get(key);
      if (other === undefined || held.length !== other.length) return false;
      return held.length === 1 ? this.inOrder(held, other) : this.anyOrder(held, other);
    });
  }

  #sameInOrder(a: Node, b: Node): boolean {
    const [x, y] = [a.entries, b.entries];
    return (
      x.length === y.length &&
      x.every(([key, held], i) => {
        const [otherKey, other] = y[i] as Entry;
        return key.id === otherKey.id && this.same(held, other);
      })
    );
  }

  /** As `Counter.__eq__`: what is not counted has a count of zero. */
  #sameCounts(a: Node, b: Node): boolean {
    const counted = ({ entries }: Node): Entry[] =>
      entries.filter(
        ([, { number }]) => number === null || typeof number === 'object' || Number(number) !== 0,
      );
    return this.#sameEntries(counted(a), counted(b));
  }
}

/** One of each that equal each other; those whose equality their ids do not tell are all kept. */
function distinct(items: readonly Node[]): Node[] {
  const seen = new Set<number>();
  return items.filter(({ id, special }) => special || (!seen.has(id) && seen.add(id)));
}

function valuesByKey(entries: readonly Entry[]): Map<number, Node[]> {
  const held = new Map<number, Node[]>();
  for (const [key, value] of entries) {
    const known = held.get(key.id);
    if (known) known.push(value);
    else held.set(key.id, [value]);
  }
  return held;
}

/** Whether the value is a number that has its place among others. */
function isReal({ number }: Node): boolean {
  return number !== null && typeof number !== 'object' && !Number.isNaN(number);
}

function realOf({ number }: Node): number | bigint {
  return number !== null && typeof number !== 'object' ? number : NaN;
}
