import type { Language, Value } from './types.ts';

/**
 * Values as JSON ({@link Value}).
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
 *
 * | JavaScript | JSON |
 * | --- | --- |
 * | `null`, booleans, strings, arrays, numbers, plain objects | as they are |
 * | `NaN`, `±Infinity`, `-0` | the tag `float`; `{"$":"float","v":1}` is the number 1 |
 * | `undefined`, `10n` | `{"$":"undefined"}`, `{"$":"bigint","v":"10"}` |
 * | `Set`, `Map`, `Uint8Array` | `{"$":"set","v":[1]}`, `{"$":"map","v":[[key,value],…]}`, `{"$":"bytes","v":"01"}` |
 * | plain object with a key `$` or `__proto__` | `{"$":"dict","v":[["$",value],…]}` |
 * | an array, as a test that serves both languages may have it | `{"$":"tuple","v":[1,2]}` |
 */
export const TAGS = {
  python: ['int', 'float', 'complex', 'tuple', 'set', 'frozenset', 'bytes', 'bytearray', 'dict'],
  javascript: ['float', 'tuple', 'set', 'bytes', 'dict', 'undefined', 'bigint', 'map'],
} as const;
type Tag = (typeof TAGS)[Language][number];

/** Deepest nesting and most nodes of one value; the sandbox's own encoder is bound to less. */
export const MAX_DEPTH = 80;
export const MAX_NODES = 500_000;

/** A value that is not in the table above. */
export class ValueFormatError extends Error {
  override readonly name = 'ValueFormatError';
}

/**
 * A {@link Value} taken apart: one case per type. `number`, `undefined`, `bigint` and `map` are JavaScript's;
 * `int`, `float`, `complex`, `tuple`, `frozenset` and `bytearray` are Python's; the others are named alike in both.
 */
export type Parsed =
  | { readonly kind: 'none' | 'undefined' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'bigint'; readonly value: bigint }
  | { readonly kind: 'float' | 'number'; readonly value: number }
  | { readonly kind: 'complex'; readonly re: number; readonly im: number }
  | { readonly kind: 'str'; readonly value: string }
  | { readonly kind: 'bytes' | 'bytearray'; readonly hex: string }
  | { readonly kind: 'list' | 'tuple' | 'set' | 'frozenset'; readonly items: readonly Value[] }
  | { readonly kind: 'dict' | 'map'; readonly entries: readonly (readonly [Value, Value])[] };

const LANGUAGE_NAMES = { python: 'Python', javascript: 'JavaScript' } as const;
const MAX_DIGITS = 20_000;

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

/** Takes the outermost level of a value apart. @throws {@link ValueFormatError} */
export function parseValue(value: unknown, language: Language): Parsed {
  if (value === null) return { kind: 'none' };
  if (Array.isArray(value)) return { kind: 'list', items: value };
  switch (typeof value) {
    case 'boolean':
      return { kind: 'bool', value };
    case 'string':
      return { kind: 'str', value };
    case 'number':
      if (language === 'javascript') return { kind: 'number', value };
      return Number.isSafeInteger(value) ? { kind: 'int', value: BigInt(value) } : { kind: 'float', value };
    case 'object': {
      const record = value as Readonly<Record<string, Value>>;
      if (!Object.hasOwn(record, '$')) return { kind: 'dict', entries: Object.entries(record) };
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
  switch (known) {
    case 'int':
    case 'bigint':
      if (typeof v === 'string' && v.length <= MAX_DIGITS && /^-?\d+$/.test(v))
        return { kind: known, value: BigInt(v) };
      if (Number.isSafeInteger(v)) return { kind: known, value: BigInt(v as number) };
      throw new ValueFormatError(`The v of ${known} is a decimal text, not ${show(v)}.`);
    case 'float':
      return { kind: language === 'javascript' ? 'number' : 'float', value: parseFloatPart(v) };
    case 'complex':
      if (!Array.isArray(v) || v.length !== 2)
        throw new ValueFormatError(`A complex's v is [re, im], not ${show(v)}.`);
      return { kind: 'complex', re: parseFloatPart(v[0]), im: parseFloatPart(v[1]) };
    case 'tuple':
    case 'set':
    case 'frozenset':
      if (!Array.isArray(v)) throw new ValueFormatError(`A ${known}'s v is an array, not ${show(v)}.`);
      return { kind: known === 'tuple' && language === 'javascript' ? 'list' : known, items: v };
    case 'bytes':
    case 'bytearray':
      if (typeof v !== 'string' || !/^(?:[\da-fA-F]{2})*$/.test(v)) {
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
      return { kind: known, entries };
    }
    case 'undefined':
      return { kind: 'undefined' };
  }
}

/**
 * Checks that `value` is a {@link Value} of the language within the caps and returns it. A key of a Python dict or
 * set that Python could not hash is refused as well.
 * @throws {@link ValueFormatError} with what is wrong.
 */
export function checkValue(value: unknown, language: Language = 'python'): Value {
  let nodes = 0;
  const visit = (item: unknown, depth: number, hashed: boolean): void => {
    if (depth > MAX_DEPTH) throw new ValueFormatError(`A value may be nested ${MAX_DEPTH} deep at most.`);
    if (++nodes > MAX_NODES) throw new ValueFormatError(`A value may have ${MAX_NODES} parts at most.`);
    const parsed = parseValue(item, language);
    if (hashed && ['list', 'set', 'dict', 'bytearray'].includes(parsed.kind)) {
      throw new ValueFormatError(`A ${parsed.kind} cannot be in a set or a key of a dict: it has no hash.`);
    }
    if ('entries' in parsed) {
      for (const [key, held] of parsed.entries) {
        visit(key, depth + 1, language === 'python');
        visit(held, depth + 1, hashed);
      }
    } else if ('items' in parsed) {
      const inside =
        hashed || (language === 'python' && (parsed.kind === 'set' || parsed.kind === 'frozenset'));
      for (const held of parsed.items) visit(held, depth + 1, inside);
    }
  };
  visit(value, 0, false);
  return value as Value;
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

/** Python's reading, and JavaScript's for the tags that only JavaScript has. */
function parseForeign(value: Value): Parsed {
  const tag = value !== null && typeof value === 'object' && '$' in value ? value['$'] : null;
  return parseValue(
    value,
    tag === 'undefined' || tag === 'bigint' || tag === 'map' ? 'javascript' : 'python',
  );
}

/** The value as Python's `repr` would write it, for people to read; what only JavaScript has, in its words. */
export function formatValue(value: Value): string {
  const parsed = parseForeign(value);
  switch (parsed.kind) {
    case 'none':
      return 'None';
    case 'bool':
      return parsed.value ? 'True' : 'False';
    case 'undefined':
      return 'undefined';
    case 'bigint':
      return `${parsed.value}n`;
    case 'int':
      return String(parsed.value);
    case 'float':
    case 'number':
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
    case 'map':
      return `Map {${parsed.entries.map(([key, held]) => `${formatValue(key)} => ${formatValue(held)}`).join(', ')}}`;
    case 'dict':
      return `{${parsed.entries.map(([key, held]) => `${formatValue(key)}: ${formatValue(held)}`).join(', ')}}`;
  }
}
