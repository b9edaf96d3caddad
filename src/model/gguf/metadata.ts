/** Keys and values that a GGUF file begins with. */
import { GgufError } from './errors.ts';

/** A value as the parser gives it, with the file's numbers for types. */
export interface TypedValue {
  readonly type: number;
  readonly value: unknown;
  /** Of the items of a list. */
  readonly subType?: number;
}

export type Entries = Readonly<Record<string, TypedValue>>;

/** What the parser puts among the keys of the file. */
const NO_KEYS = new Set(['version', 'tensor_count', 'kv_count']);

/** Bytes of a value by its type; those of texts (8) and lists (9) depend on the value. */
const VALUE_BYTES = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
const TEXT = 8;
const LIST = 9;

const utf8 = new TextEncoder();
const textBytes = (text: unknown): number => 8 + utf8.encode(String(text)).byteLength;
const bytesOf = (type: number, value: unknown): number =>
  type === TEXT ? textBytes(value) : (VALUE_BYTES[type] ?? 0);

/** Number of bytes that these entries take in a file. @throws GgufError for a list of lists */
export function metadataBytes(entries: Entries): number {
  let count = 0;
  for (const [key, { type, value, subType }] of Object.entries(entries)) {
    if (NO_KEYS.has(key)) continue;
    count += textBytes(key) + 4;
    if (type !== LIST) {
      count += bytesOf(type, value);
      continue;
    }
    if (subType === undefined || subType === LIST)
      throw new GgufError(`Its ${key} is a list of lists, which cannot be read.`);
    count += 12;
    for (const item of value as unknown[]) count += bytesOf(subType, item);
  }
  return count;
}

/** Values by their keys; each is `null` where the file has none, and throws a GgufError where it is of another type. */
export interface Metadata {
  readonly keys: readonly string[];
  value(key: string): unknown;
  text(key: string): string | null;
  number(key: string): number | null;
  flag(key: string): boolean | null;
  texts(key: string): readonly string[] | null;
  numbers(key: string): readonly number[] | null;
}

export function metadataOf(entries: Entries): Metadata {
  const value = (key: string): unknown => (Object.hasOwn(entries, key) ? entries[key]!.value : null);
  const read = <T>(key: string, what: string, is: (value: unknown) => boolean): T | null => {
    const found = value(key);
    if (found === null || is(found)) return found as T | null;
    throw new GgufError(`Its ${key} is no ${what}.`);
  };
  const isText = (found: unknown) => typeof found === 'string';
  const isNumber = (found: unknown) => typeof found === 'number' || typeof found === 'bigint';
  const listOf = (is: (found: unknown) => boolean) => (found: unknown) =>
    Array.isArray(found) && found.every(is);
  return {
    keys: Object.keys(entries).filter((key) => !NO_KEYS.has(key)),
    value,
    text: (key) => read(key, 'text', isText),
    number(key) {
      const found = read<number | bigint>(key, 'number', isNumber);
      return found === null ? null : Number(found);
    },
    flag: (key) => read(key, 'truth value', (found) => typeof found === 'boolean'),
    texts: (key) => read(key, 'list of texts', listOf(isText)),
    numbers: (key) =>
      read<(number | bigint)[]>(key, 'list of numbers', listOf(isNumber))?.map(Number) ?? null,
  };
}

/** @throws GgufError where it is missing */
export function needed<T>(key: string, value: T | null): T {
  if (value === null) throw new GgufError(`Its metadata has no ${key}.`);
  return value;
}
