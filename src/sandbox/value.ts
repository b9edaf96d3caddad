import type { Value } from './types.ts';

/**
 * Python values as JSON ({@link Value}).
 *
 * | Python | JSON |
 * | --- | --- |
 * | `None`, `True`, `'text'` | `null`, `true`, `"text"` (lone surrogates included) |
 * | `[1, 2]` | `[1,2]` |
 * | int within ±(2⁵³−1) | a number: `5` |
 * | any other int | `{"$":"int","v":"12345678901234567890"}`, decimal |
 * | float that is not a safe integer | a number: `0.5`, `1e300` |
 * | float that is one | `{"$":"float","v":1}` |
 * | `-0.0`, `nan`, `inf`, `-inf` | `{"$":"float","v":"-0.0"}`, `"nan"`, `"inf"`, `"-inf"` |
 * | complex | `{"$":"complex","v":[re,im]}`, each part as a float's `v` |
 * | `(1, 2)` | `{"$":"tuple","v":[1,2]}` |
 * | `{1}`, `frozenset({1})` | `{"$":"set","v":[1]}`, `{"$":"frozenset","v":[1]}`, in any order |
 * | `b'\x01'`, `bytearray(b'\x01')` | `{"$":"bytes","v":"01"}`, `{"$":"bytearray","v":"01"}`, hex |
 * | dict with only str keys, none of them `$` or `__proto__` | `{"a":1}` |
 * | any other dict | `{"$":"dict","v":[[key,value],…]}` |
 */
export const TAGS = [
  'int',
  'float',
  'complex',
  'tuple',
  'set',
  'frozenset',
  'bytes',
  'bytearray',
  'dict',
] as const;
export type Tag = (typeof TAGS)[number];

/** Deepest nesting and most nodes of one value; the sandbox's own encoder is bound to less. */
export const MAX_DEPTH = 80;
export const MAX_NODES = 500_000;

/** A value that is not in the table above. */
export class ValueFormatError extends Error {
  override readonly name = 'ValueFormatError';
}

/** A {@link Value} taken apart: one case per Python type. */
type Parsed =
  | { readonly kind: 'none' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'complex'; readonly re: number; readonly im: number }
  | { readonly kind: 'str'; readonly value: string }
  | { readonly kind: 'bytes' | 'bytearray'; readonly hex: string }
  | { readonly kind: 'list' | 'tuple' | 'set' | 'frozenset'; readonly items: readonly Value[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [Value, Value])[] };

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

function show(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}

function parse(value: unknown): Parsed {
  if (value === null) return { kind: 'none' };
  if (Array.isArray(value)) return { kind: 'list', items: value };
  switch (typeof value) {
    case 'boolean':
      return { kind: 'bool', value };
    case 'string':
      return { kind: 'str', value };
    case 'number':
      return Number.isSafeInteger(value) ? { kind: 'int', value: BigInt(value) } : { kind: 'float', value };
    case 'object': {
      const record = value as Readonly<Record<string, Value>>;
      if (!Object.hasOwn(record, '$')) return { kind: 'dict', entries: Object.entries(record) };
      return parseTagged(record);
    }
    default:
      throw new ValueFormatError(`${typeof value} is not a Python value.`);
  }
}

function parseTagged(record: Readonly<Record<string, unknown>>): Parsed {
  const { $: tag, v } = record;
  switch (tag as Tag) {
    case 'int':
      if (typeof v === 'string' && v.length <= 20_000 && /^-?\d+$/.test(v))
        return { kind: 'int', value: BigInt(v) };
      if (Number.isSafeInteger(v)) return { kind: 'int', value: BigInt(v as number) };
      throw new ValueFormatError(`An int's v is a decimal text, not ${show(v)}.`);
    case 'float':
      return { kind: 'float', value: parseFloatPart(v) };
    case 'complex':
      if (!Array.isArray(v) || v.length !== 2)
        throw new ValueFormatError(`A complex's v is [re, im], not ${show(v)}.`);
      return { kind: 'complex', re: parseFloatPart(v[0]), im: parseFloatPart(v[1]) };
    case 'tuple':
    case 'set':
    case 'frozenset':
      if (!Array.isArray(v)) throw new ValueFormatError(`A ${String(tag)}'s v is an array, not ${show(v)}.`);
      return { kind: tag as 'tuple' | 'set' | 'frozenset', items: v };
    case 'bytes':
    case 'bytearray':
      if (typeof v !== 'string' || !/^(?:[\da-fA-F]{2})*$/.test(v)) {
        throw new ValueFormatError(`The v of ${String(tag)} is hexadecimal text, not ${show(v)}.`);
      }
      return { kind: tag as 'bytes' | 'bytearray', hex: v.toLowerCase() };
    case 'dict': {
      const pairs = Array.isArray(v) ? v : [];
      if (!Array.isArray(v) || !pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) {
        throw new ValueFormatError(`A dict's v is an array of [key, value], not ${show(v)}.`);
      }
      return { kind: 'dict', entries: pairs };
    }
    default:
      throw new ValueFormatError(`Unknown tag ${show(tag)}; the tags are ${TAGS.join(', ')}.`);
  }
}

/**
 * Checks that `value` is a {@link Value} within the caps and returns it.
 * @throws {@link ValueFormatError} with what is wrong.
 */
export function checkValue(value: unknown): Value {
  let nodes = 0;
  const visit = (item: unknown, depth: number): void => {
    if (depth > MAX_DEPTH) throw new ValueFormatError(`A value may be nested ${MAX_DEPTH} deep at most.`);
    if (++nodes > MAX_NODES) throw new ValueFormatError(`A value may have ${MAX_NODES} parts at most.`);
    const parsed = parse(item);
    if (parsed.kind === 'dict') {
      for (const [key, held] of parsed.entries) {
        visit(key, depth + 1);
        visit(held, depth + 1);
      }
    } else if ('items' in parsed) {
      for (const held of parsed.items) visit(held, depth + 1);
    }
  };
  visit(value, 0);
  return value as Value;
}

/** A float's key. `-0.0 == 0.0` in Python and so here; every NaN is the same one, so that tests can expect it. */
function floatKey(value: number): string {
  return `f${value === 0 ? '0' : String(value)}`;
}

/** A text that two values share exactly when they are equal, types included. Sets and dicts are put in order. */
function keyOf(value: Value): string {
  const parsed = parse(value);
  switch (parsed.kind) {
    case 'none':
      return 'n';
    case 'bool':
      return parsed.value ? 't1' : 't0';
    case 'int':
      return `i${parsed.value}`;
    case 'float':
      return floatKey(parsed.value);
    case 'complex':
      return `c${floatKey(parsed.re)}${floatKey(parsed.im)}`;
    case 'str':
      return JSON.stringify(parsed.value);
    case 'bytes':
    case 'bytearray':
      return `${parsed.kind}:${parsed.hex}`;
    case 'list':
      return `[${parsed.items.map(keyOf).join(',')}]`;
    case 'tuple':
      return `(${parsed.items.map(keyOf).join(',')})`;
    case 'set':
    case 'frozenset':
      return `${parsed.kind}{${[...new Set(parsed.items.map(keyOf))].sort().join(',')}}`;
    case 'dict': {
      const entries = new Map(parsed.entries.map(([key, held]) => [keyOf(key), keyOf(held)]));
      return `{${[...entries]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, held]) => `${key}:${held}`)
        .join(',')}}`;
    }
  }
}

/**
 * Equality that decides a test: same Python type at every level and the same value. `True ≠ 1`, `1 ≠ 1.0`,
 * tuple ≠ list, set ≠ frozenset, bytes ≠ bytearray; NaN equals NaN; −0.0 equals 0.0, as in Python; sets and
 * dicts have no order; texts are compared by code unit, unnormalised.
 */
export function valuesEqual(a: Value, b: Value): boolean {
  return keyOf(a) === keyOf(b);
}

function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const magnitude = Math.abs(value);
  // Python turns to exponents at 1e16, JavaScript at 1e21; and below 1e-4 instead of 1e-6.
  if (magnitude !== 0 && (magnitude >= 1e16 || magnitude < 1e-4)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function formatText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (char === quote || char === '\\') out += `\\${char}`;
    else if (char === '\n') out += '\\n';
    else if (char === '\r') out += '\\r';
    else if (char === '\t') out += '\\t';
    else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (/[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(char)) out += `\\u${code.toString(16).padStart(4, '0')}`;
    else out += char;
  }
  return out + quote;
}

function formatBytes(hex: string): string {
  let out = "b'";
  for (let i = 0; i < hex.length; i += 2) {
    const code = parseInt(hex.slice(i, i + 2), 16);
    const plain = code >= 0x20 && code < 0x7f && code !== 0x27 && code !== 0x5c;
    out += plain ? String.fromCharCode(code) : `\\x${hex.slice(i, i + 2)}`;
  }
  return `${out}'`;
}

/** The value as Python's `repr` would write it, for people to read. */
export function formatValue(value: Value): string {
  const parsed = parse(value);
  switch (parsed.kind) {
    case 'none':
      return 'None';
    case 'bool':
      return parsed.value ? 'True' : 'False';
    case 'int':
      return String(parsed.value);
    case 'float':
      return formatFloat(parsed.value);
    case 'complex':
      return `complex(${formatFloat(parsed.re)}, ${formatFloat(parsed.im)})`;
    case 'str':
      return formatText(parsed.value);
    case 'bytes':
      return formatBytes(parsed.hex);
    case 'bytearray':
      return `bytearray(${formatBytes(parsed.hex)})`;
    case 'list':
      return `[${parsed.items.map(formatValue).join(', ')}]`;
    case 'tuple':
      return `(${parsed.items.map(formatValue).join(', ')}${parsed.items.length === 1 ? ',' : ''})`;
    case 'set':
      return parsed.items.length === 0 ? 'set()' : `{${parsed.items.map(formatValue).join(', ')}}`;
    case 'frozenset':
      return parsed.items.length === 0
        ? 'frozenset()'
        : `frozenset({${parsed.items.map(formatValue).join(', ')}})`;
    case 'dict':
      return `{${parsed.entries.map(([key, held]) => `${formatValue(key)}: ${formatValue(held)}`).join(', ')}}`;
  }
}
