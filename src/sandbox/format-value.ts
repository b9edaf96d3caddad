import { MAX_DEPTH, parseValue, type Parsed } from './value.ts';
import type { Value } from './types.ts';

/** Values in words, for people to read. */

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

function formatText(text: string, points: readonly number[] | null): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const char of points?.map((point) => String.fromCodePoint(point)) ?? text) {
    const code = char.codePointAt(0) ?? 0;
    if (char === quote || char === '\\') out += `\\${char}`;
    else if (char === '\n') out += '\\n';
    else if (char === '\r') out += '\\r';
    else if (char === '\t') out += '\\t';
    else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (/[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(char))
      out +=
        code > 0xffff
          ? `\\U${code.toString(16).padStart(8, '0')}`
          : `\\u${code.toString(16).padStart(4, '0')}`;
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

const isNamed = (type: string | null): type is string => type !== null;

/** Writes values until there are `limit` characters: the time is bound by what is shown, not by what there is. */
class Writer {
  text = '';
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get full(): boolean {
    return this.text.length > this.#limit;
  }

  value(value: Value, depth = 0): void {
    if (this.full) return;
    if (depth > MAX_DEPTH) {
      this.text += '…';
      return;
    }
    const parsed = parseForeign(value);
    const inside = (item: Value): void => this.value(item, depth + 1);
    const each = <T>(open: string, items: readonly T[], close: string, write: (item: T) => void): void => {
      this.text += open;
      for (const [i, item] of items.entries()) {
        if (this.full) return;
        if (i > 0) this.text += ', ';
        write(item);
      }
      this.text += close;
    };
    const pairs = (open: string, colon: string, close: string): void => {
      if (!('entries' in parsed)) return;
      each(open, parsed.entries, close, ([key, held]) => {
        inside(key);
        this.text += colon;
        inside(held);
      });
    };
    switch (parsed.kind) {
      case 'list':
        return each('[', parsed.items, ']', inside);
      case 'deque':
        return each('deque([', parsed.items, '])', inside);
      case 'tuple': {
        const close = parsed.items.length === 1 ? ',)' : ')';
        return each(`${parsed.type ?? ''}(`, parsed.items, close, inside);
      }
      case 'set':
        return parsed.items.length === 0 ? this.#add('set()') : each('{', parsed.items, '}', inside);
      case 'frozenset':
        if (parsed.items.length === 0) return this.#add('frozenset()');
        return each('frozenset({', parsed.items, '})', inside);
      case 'map':
        return pairs('Map {', ' => ', '}');
      case 'dict':
        return isNamed(parsed.type) ? pairs(`${parsed.type}({`, ': ', '})') : pairs('{', ': ', '}');
      default:
        return this.#add(formatLeaf(parsed));
    }
  }

  #add(text: string): void {
    this.text += text;
  }
}

type Leaf = Exclude<Parsed, { readonly items: unknown } | { readonly entries: unknown }>;

function formatLeaf(parsed: Leaf): string {
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
    case 'fraction':
      return `Fraction(${parsed.numerator}, ${parsed.denominator})`;
    case 'decimal':
      return `Decimal('${parsed.text}')`;
    case 'str':
      return formatText(parsed.value, parsed.points);
    case 'bytes':
      return formatBytes(parsed.hex);
    case 'bytearray':
      return `bytearray(${formatBytes(parsed.hex)})`;
    case 'range': {
      const { start, stop, step } = parsed;
      return step === 1n ? `range(${start}, ${stop})` : `range(${start}, ${stop}, ${step})`;
    }
  }
}

/** The value as Python's `repr` would write it, for people to read; what only JavaScript has, in its words. */
export function formatValue(value: Value): string {
  return formatBriefly(value, Infinity);
}

/** As {@link formatValue}, of a longer text its beginning. */
export function formatBriefly(value: Value, chars: number): string {
  const writer = new Writer(chars);
  writer.value(value);
  return writer.full ? `${writer.text.slice(0, chars)}…` : writer.text;
}
