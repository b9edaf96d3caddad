import type { Comparison, Language, Value } from '../../src/sandbox/types.ts';

/**
 * The documented equality once more, written for reading and not for speed: by recursion over pairs, what has no order
 * by trying every pairing. For small values only, and without the types of Python's library, which Python itself judges.
 */
export function referenceEqual(a: Value, b: Value, compare: Comparison, language: Language): boolean {
  return new Reference(compare, language).compared(a, b);
}

type Tagged = { readonly $: string; readonly v: Value };

class Reference {
  readonly #compare: Comparison;
  readonly #language: Language;
  readonly #loose: boolean;

  constructor(compare: Comparison, language: Language) {
    this.#compare = compare;
    this.#language = language;
    this.#loose = language === 'python' && (compare.types ?? 'exact') !== 'exact';
  }

  compared(a: Value, b: Value): boolean {
    const close = this.#compare.tolerance !== undefined;
    const { as } = this.#compare;
    if (as === undefined) return this.#same(a, b, close);
    const [x, y] = [this.#itemsOf(a), this.#itemsOf(b)];
    if (x === null || y === null) return false;
    switch (as) {
      case 'sequence':
        return x.length === y.length && x.every((item, i) => this.#same(item, y[i] ?? null, close));
      case 'unordered':
        return this.#pairOff(x, y, close);
      case 'set':
        return (
          x.every((item) => y.some((other) => this.#same(item, other, close))) &&
          y.every((item) => x.some((other) => this.#same(item, other, close)))
        );
      case 'truth':
        throw new Error('Truth is not for this reference.');
    }
  }

  #itemsOf(value: Value): readonly Value[] | null {
    const kind = this.#kindOf(value);
    if (kind === 'str') return [...(value as string)];
    if (['list', 'tuple', 'set', 'frozenset'].includes(kind)) return this.#listOf(value);
    if (kind === 'map') return this.#pairsOf(value) as readonly (readonly Value[])[];
    if (kind === 'dict' && this.#language === 'python') return this.#pairsOf(value).map(([key]) => key);
    return null;
  }

  #same(a: Value, b: Value, close: boolean): boolean {
    const [p, q] = [this.#numberOf(a), this.#numberOf(b)];
    if (close && p !== null && q !== null) return this.#close(p, q);
    const [kind, other] = [this.#kindOf(a), this.#kindOf(b)];
    if (p !== null && q !== null && (this.#loose || kind === other)) {
      return p === q || (Number.isNaN(p) && Number.isNaN(q));
    }
    if (this.#family(kind) !== this.#family(other)) return false;
    switch (kind) {
      case 'list':
      case 'tuple': {
        const [x, y] = [this.#listOf(a), this.#listOf(b)];
        return x.length === y.length && x.every((item, i) => this.#same(item, y[i] ?? null, close));
      }
      case 'set':
      case 'frozenset':
        return this.#pairOff(this.#listOf(a), this.#listOf(b), close);
      case 'dict':
      case 'map':
        return this.#pairOff(this.#pairsOf(a), this.#pairsOf(b), close, (x, y) => {
          const [[key, held], [otherKey, otherHeld]] = [x, y] as [[Value, Value], [Value, Value]];
          return this.#same(key, otherKey, false) && this.#same(held, otherHeld, close);
        });
      default:
        return JSON.stringify(a) === JSON.stringify(b);
    }
  }

  #pairOff<T extends Value>(
    a: readonly T[],
    b: readonly T[],
    close: boolean,
    fits = (x: T, y: T): boolean => this.#same(x, y, close),
  ): boolean {
    if (a.length !== b.length) return false;
    const [first, ...rest] = a;
    if (first === undefined) return true;
    return b.some((other, i) => fits(first, other) && this.#pairOff(rest, b.toSpliced(i, 1), close, fits));
  }

  #kindOf(value: Value): string {
    if (value === null) return 'none';
    if (Array.isArray(value)) return 'list';
    if (typeof value === 'string') return 'str';
    if (typeof value === 'boolean') return 'bool';
    if (typeof value === 'number')
      return this.#language === 'python' && Number.isSafeInteger(value) ? 'int' : 'float';
    return '$' in value ? (value as Tagged).$ : 'dict';
  }

  #family(kind: string): string {
    if (!this.#loose) return kind;
    if (kind === 'frozenset') return 'set';
    return kind === 'tuple' && this.#compare.types === 'json' ? 'list' : kind;
  }

  #numberOf(value: Value): number | null {
    if (typeof value === 'number') return value;
    if (typeof value === 'boolean') return this.#loose ? Number(value) : null;
    if (this.#kindOf(value) !== 'float') return null;
    const { v } = value as Tagged;
    if (typeof v === 'number') return v;
    return v === 'nan' ? NaN : Number(String(v).replace('inf', 'Infinity'));
  }

  #close(a: number, b: number): boolean {
    const { relative = 0, absolute = 0 } = this.#compare.tolerance ?? {};
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
    if (!Number.isFinite(a) || !Number.isFinite(b)) return a === b;
    return Math.abs(a - b) <= Math.max(absolute, relative * Math.max(Math.abs(a), Math.abs(b)));
  }

  #listOf(value: Value): readonly Value[] {
    if (Array.isArray(value)) return value as readonly Value[];
    const { $: tag, v } = value as Tagged;
    const items = v as readonly Value[];
    return tag === 'set' || tag === 'frozenset' ? this.#kept(items, (item) => item) : items;
  }

  #pairsOf(value: Value): readonly (readonly [Value, Value])[] {
    const record = value as Tagged;
    const pairs = '$' in record ? (record.v as unknown) : Object.entries(record);
    return this.#kept(pairs as [Value, Value][], ([key]) => key);
  }

  /** Of equal items the last, in the place of the first; objects of JavaScript and NaNs of Python only equal themselves. */
  #kept<T>(items: readonly T[], keyed: (item: T) => Value): T[] {
    const own = (item: T): boolean =>
      this.#language === 'python' ? Number.isNaN(this.#numberOf(keyed(item))) : isObject(keyed(item));
    const equal = (a: T, b: T): boolean => !own(a) && this.#same(keyed(a), keyed(b), false);
    return items
      .filter((item, i) => !items.slice(0, i).some((earlier) => equal(item, earlier)))
      .map((item) => items.findLast((later) => later === item || equal(later, item)) ?? item);
  }
}

function isObject(value: Value): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return !('$' in value) || !['float', 'bigint', 'undefined'].includes((value as Tagged).$);
}
