import type { Meter } from './meter.ts';
import { floatKey, numberKey, numericOf, type Numeric } from './numbers.ts';
import type { Comparison, Language, Value } from './types.ts';
import { parseValue, type Parsed } from './value.ts';

/**
 * Values made ready for comparison. Each part gets a number that it shares with every part that equals it, so that
 * two values are the same when their numbers are. A part's own text holds the numbers of what is in it, never their
 * texts: the work is in proportion to the size of the value, however it is nested.
 */

export interface Rules {
  readonly language: Language;
  readonly types: NonNullable<Comparison['types']>;
}

/** A value with what is in it, sets and dicts without what they would not keep. */
export interface Node {
  /** The same for values that are equal, where equality is transitive: see {@link Node.special}. */
  readonly id: number;
  readonly kind: Parsed['kind'];
  /** What types must agree on under the rules. */
  readonly family: string;
  /** The named type of a dict or a tuple. */
  readonly type: string | null;
  readonly items: readonly Node[];
  readonly entries: readonly (readonly [Node, Node])[];
  readonly number: Numeric | null;
  /** Holds a Counter or OrderedDict whose `==` depends on the other side, so that ids do not decide. */
  readonly special: boolean;
}

const NOTHING: readonly never[] = [];

/** Reads values under one set of rules. Ids compare only within one reader. */
export class Reader {
  readonly #rules: Rules;
  readonly #meter: Meter;
  readonly #ids = new Map<string, number>();
  /** Whether Python's `==` decides between types. */
  readonly #loose: boolean;

  constructor(rules: Rules, meter: Meter) {
    this.#rules = rules;
    this.#meter = meter;
    this.#loose = rules.types !== 'exact' && rules.language === 'python';
  }

  read(value: Value): Node {
    const parsed = parseValue(value, this.#rules.language);
    if ('items' in parsed) return this.#collection(parsed);
    if ('entries' in parsed) return this.#mapping(parsed);
    const key = this.#leafKey(parsed);
    this.#meter.readPart(key.length);
    return {
      id: this.#id(key),
      kind: parsed.kind,
      family: this.#family(parsed.kind, null),
      type: null,
      items: NOTHING,
      entries: NOTHING,
      number: parsed.kind === 'bool' && !this.#loose ? null : numericOf(parsed),
      special: false,
    };
  }

  /** The items as of a list. */
  list(items: readonly Node[]): Node {
    return this.#node('list', null, items, NOTHING, `list[${items.map(({ id }) => id).join()}`);
  }

  #collection(parsed: Extract<Parsed, { items: unknown }>): Node {
    const all = parsed.items.map((item) => this.read(item));
    const family = this.#family(parsed.kind, parsed.type);
    if (parsed.kind !== 'set' && parsed.kind !== 'frozenset') {
      return this.#node(
        parsed.kind,
        parsed.type,
        all,
        NOTHING,
        `${family}[${all.map(({ id }) => id).join()}`,
      );
    }
    const items = this.#distinct(all, (item) => item);
    const ids = Float64Array.from(items, ({ id }) => id).sort();
    return this.#node(parsed.kind, null, items, NOTHING, `${family}{${ids.join()}`);
  }

  #mapping({ kind, type, entries: all }: Extract<Parsed, { entries: unknown }>): Node {
    const entries = this.#distinct(
      all.map(([key, held]) => [this.read(key), this.read(held)] as const),
      ([key]) => key,
    );
    // A Counter says nothing by a count of zero.
    const told = type === 'Counter' ? entries.filter(([, { number }]) => !isZero(number)) : entries;
    const ordered = type === 'OrderedDict' && !this.#loose;
    const pairs = ordered ? told : told.toSorted(([a, x], [b, y]) => a.id - b.id || x.id - y.id);
    const text = pairs.map(([key, held]) => `${key.id}:${held.id}`).join();
    return this.#node(kind, type, NOTHING, entries, `${this.#family(kind, type)}{${text}`);
  }

  #node(
    kind: Parsed['kind'],
    type: string | null,
    items: readonly Node[],
    entries: readonly (readonly [Node, Node])[],
    key: string,
  ): Node {
    this.#meter.readPart(key.length);
    return {
      id: this.#id(key),
      kind,
      family: this.#family(kind, type),
      type,
      items,
      entries,
      number: null,
      special:
        (this.#loose && (type === 'Counter' || type === 'OrderedDict')) ||
        items.some((item) => item.special) ||
        entries.some(([, held]) => held.special),
    };
  }

  #id(key: string): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(key, id);
    return id;
  }

  /** Types that the rules do not tell apart share a family. */
  #family(kind: Parsed['kind'], type: string | null): string {
    if (!this.#loose) return type === null ? kind : `${kind} ${type}`;
    if (kind === 'frozenset') return 'set';
    if (kind === 'bytearray') return 'bytes';
    return kind === 'tuple' && this.#rules.types === 'json' ? 'list' : kind;
  }

  /** A text that no two leaves share which differ under the rules. */
  #leafKey(parsed: Exclude<Parsed, { items: unknown } | { entries: unknown }>): string {
    switch (parsed.kind) {
      case 'none':
      case 'undefined':
        return parsed.kind;
      case 'bool':
      case 'int':
      case 'float':
      case 'complex':
      case 'fraction':
      case 'decimal':
        if (this.#loose) return `#${numberKey(parsed)}`;
        if (parsed.kind === 'complex') return `complex ${floatKey(parsed.re)},${floatKey(parsed.im)}`;
        return `${parsed.kind} ${numberKey(parsed)}`;
      case 'number':
      case 'bigint':
        return `${parsed.kind} ${numberKey(parsed)}`;
      case 'str':
        return parsed.points === null ? `"${parsed.value}` : `points ${parsed.points.join()}`;
      case 'bytes':
      case 'bytearray':
        return `${this.#family(parsed.kind, null)} ${parsed.hex}`;
      case 'range': {
        const length = rangeLength(parsed);
        const start = length > 0n ? parsed.start : 0n;
        return `range ${length},${start},${length > 1n ? parsed.step : 0n}`;
      }
    }
  }

  /**
   * What a set or dict keeps of these: of equal keys the last. JavaScript tells objects apart by identity, and Python
   * NaNs, so two that look alike are both kept.
   */
  #distinct<T>(items: readonly T[], keyed: (item: T) => Node): T[] {
    const kept = new Map<number, T>();
    for (const [i, item] of items.entries()) {
      const node = keyed(item);
      // Ids are not negative, so these are keys of their own.
      kept.set(this.#byIdentity(node) ? -1 - i : node.id, item);
    }
    return [...kept.values()];
  }

  #byIdentity({ kind, number }: Node): boolean {
    if (this.#rules.language === 'python') return kind === 'float' && Number.isNaN(number);
    return kind === 'list' || kind === 'set' || kind === 'dict' || kind === 'map' || kind === 'bytes';
  }
}

/** Whether a count says nothing. */
export function isZero(number: Numeric | null): boolean {
  if (number === null) return false;
  return typeof number === 'object' ? number.re === 0 && number.im === 0 : Number(number) === 0;
}

export function rangeLength({ start, stop, step }: Extract<Parsed, { kind: 'range' }>): bigint {
  const [span, stride] = step > 0n ? [stop - start, step] : [start - stop, -step];
  return span <= 0n ? 0n : (span - 1n) / stride + 1n;
}
