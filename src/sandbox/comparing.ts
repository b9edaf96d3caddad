import { isZero, type Node } from './canonical.ts';
import { matchAll } from './matching.ts';
import type { Meter } from './meter.ts';
import { ascending, close, isInterval, type Tolerance } from './numbers.ts';

type Entry = readonly [Node, Node];

/**
 * Compares values that one reader made ready. Every pair that is looked at is counted; what is made of a collection
 * before, such as its order, is made once and kept, so that the count is in proportion to the work.
 */
export class Comparing {
  readonly #tolerance: Tolerance | null;
  readonly #meter: Meter;
  readonly #arrangements = new WeakMap<readonly Node[], Arrangement>();
  readonly #keyed = new WeakMap<readonly Entry[], ReadonlyMap<number, readonly Node[]>>();
  readonly #counts = new WeakMap<Node, readonly Entry[]>();

  constructor(tolerance: Tolerance | null, meter: Meter) {
    this.#tolerance = tolerance;
    this.#meter = meter;
  }

  same(a: Node, b: Node): boolean {
    if (a.id === b.id && !a.special && !b.special) return true;
    // Closeness is not transitive, nor is the equality of a few of Python's dicts: then ids alone do not tell.
    if (this.#tolerance === null && !a.special && !b.special) return false;
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
        if (a.type === 'OrderedDict' && b.type === 'OrderedDict')
          return this.#sameInOrder(a.entries, b.entries);
        if (a.type === 'Counter' && b.type === 'Counter')
          return this.#sameEntries(this.#counted(a), this.#counted(b));
        return this.#sameEntries(a.entries, b.entries);
      default:
        return false;
    }
  }

  inOrder(a: readonly Node[], b: readonly Node[]): boolean {
    return a.length === b.length && a.every((item, i) => this.same(item, b[i] as Node));
  }

  /** Whether the items pair off: as many of each, in any order. */
  anyOrder(a: readonly Node[], b: readonly Node[]): boolean {
    if (a.length !== b.length) return false;
    const [x, y] = [this.#arranged(a), this.#arranged(b)];
    if (this.#idsDecide(x, y)) return x.items.every((item, i) => item.id === y.items[i]?.id);
    // The numbers close to one are an interval that moves with it: if any pairing works, the sorted one does.
    if (x.reals && y.reals) return this.inOrder(x.items, y.items);
    return matchAll(x.items, y.items, (one, other) => this.same(one, other));
  }

  /** Whether each item of one side has its equal on the other, however often. */
  sameDistinct(a: readonly Node[], b: readonly Node[]): boolean {
    return this.#covers(a, b) && this.#covers(b, a);
  }

  /** Whether each of `some` has its equal among `others`. */
  #covers(some: readonly Node[], others: readonly Node[]): boolean {
    const ids = new Set(others.filter(({ special }) => !special).map(({ id }) => id));
    const missing = this.#arranged(distinct(some).filter(({ id, special }) => special || !ids.has(id)));
    const candidates = this.#arranged(distinct(others));
    if (this.#idsDecide(missing, candidates)) return missing.items.length === 0;
    const { items } = candidates;
    if (!missing.reals || !candidates.reals)
      return missing.items.every((item) => items.some((other) => this.same(item, other)));
    let at = 0;
    return missing.items.every((item) => {
      while (at < items.length && ascending(realOf(items[at] as Node), realOf(item)) < 0) at++;
      // Closeness ends with distance, so if any is close, the nearest on its side is.
      return [items[at - 1], items[at]].some((other) => other !== undefined && this.same(item, other));
    });
  }

  #idsDecide(a: Arrangement, b: Arrangement): boolean {
    return this.#tolerance === null && !a.special && !b.special;
  }

  #arranged(items: readonly Node[]): Arrangement {
    const known = this.#arrangements.get(items);
    if (known) return known;
    const made = arrange(items, this.#tolerance);
    this.#arrangements.set(items, made);
    return made;
  }

  /** Keys are compared without tolerance: a key either is there or is not. */
  #sameEntries(a: readonly Entry[], b: readonly Entry[]): boolean {
    if (a.length !== b.length) return false;
    const [x, y] = [this.#valuesByKey(a), this.#valuesByKey(b)];
    for (const [key, held] of x) {
      this.#meter.compare();
      const other = y.get(key);
      if (other === undefined || held.length !== other.length) return false;
      if (!(held.length === 1 ? this.inOrder(held, other) : this.anyOrder(held, other))) return false;
    }
    return true;
  }

  /** JavaScript's Maps may have keys that look alike, and then several values for one. */
  #valuesByKey(entries: readonly Entry[]): ReadonlyMap<number, readonly Node[]> {
    const known = this.#keyed.get(entries);
    if (known) return known;
    const values = new Map<number, Node[]>();
    for (const [{ id }, value] of entries) {
      const held = values.get(id);
      if (held) held.push(value);
      else values.set(id, [value]);
    }
    this.#keyed.set(entries, values);
    return values;
  }

  #sameInOrder(a: readonly Entry[], b: readonly Entry[]): boolean {
    return (
      a.length === b.length &&
      a.every(([key, held], i) => {
        const [otherKey, other] = b[i] as Entry;
        return key.id === otherKey.id && this.same(held, other);
      })
    );
  }

  /** Of a Counter what it counts: `Counter.__eq__` takes a count of zero for none. */
  #counted(counter: Node): readonly Entry[] {
    const known = this.#counts.get(counter);
    if (known) return known;
    const counted = counter.entries.filter(([, { number }]) => !isZero(number));
    this.#counts.set(counter, counted);
    return counted;
  }
}

/** Items that have no order, in one. */
interface Arrangement {
  readonly items: readonly Node[];
  /** Whether all are real numbers of which the close ones are an interval: then they are in ascending order. */
  readonly reals: boolean;
  readonly special: boolean;
}

function arrange(items: readonly Node[], tolerance: Tolerance | null): Arrangement {
  const special = items.some((item) => item.special);
  if (tolerance === null && !special)
    return { items: items.toSorted((a, b) => a.id - b.id), reals: false, special };
  const reals = tolerance !== null && isInterval(tolerance) && items.every(isReal);
  return { items: items.toSorted(order), reals, special };
}

/** An order in which items that are close are mostly near each other, so that a partner is soon found. */
function order(a: Node, b: Node): number {
  if (isReal(a) && isReal(b)) return ascending(realOf(a), realOf(b));
  if (a.family !== b.family) return a.family < b.family ? -1 : 1;
  if (a.items.length !== b.items.length) return a.items.length - b.items.length;
  if (a.items.length === 0 || a.kind === 'set' || a.kind === 'frozenset') return a.id - b.id;
  for (const [i, item] of a.items.entries()) {
    const inside = order(item, b.items[i] as Node);
    if (inside !== 0) return inside;
  }
  return 0;
}

/** One of each that equal each other; those whose equality their ids do not tell are all kept. */
function distinct(items: readonly Node[]): Node[] {
  const seen = new Set<number>();
  return items.filter(({ id, special }) => special || (!seen.has(id) && seen.add(id)));
}

/** Whether the value is a number that has its place among others. */
function isReal({ number }: Node): boolean {
  return number !== null && typeof number !== 'object' && !Number.isNaN(number);
}

function realOf({ number }: Node): number | bigint {
  return number !== null && typeof number !== 'object' ? number : NaN;
}
