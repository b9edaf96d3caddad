import type { Value } from '../../../../sandbox/types.ts';
import { unescapeText, type Reader } from './reader.ts';

/** JavaScript literals, and `new Set([…])`, `new Map([…])` and `new Uint8Array([…])`. */

const NUMBER =
  /[+-]?(?:0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(n?)/y;
const NAME = /[+-]?[A-Za-z_$][\w$]*/y;

const names = new Map<string, Value>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['undefined', { $: 'undefined' }],
  ['NaN', { $: 'float', v: 'nan' }],
  ['Infinity', { $: 'float', v: 'inf' }],
  ['-Infinity', { $: 'float', v: '-inf' }],
]);

function numberOf(printed: string): Value {
  const [, sign, body] = /^([+-]?)(.*)$/.exec(printed) ?? [];
  const value = (sign === '-' ? -1 : 1) * Number(body);
  if (Object.is(value, -0)) return { $: 'float', v: '-0.0' };
  return Number.isFinite(value) ? value : { $: 'float', v: value > 0 ? 'inf' : '-inf' };
}

function readNumber(reader: Reader): Value | undefined {
  const found = reader.match(NUMBER);
  if (!found) return undefined;
  const printed = found[0].replaceAll('_', '').replace(/n$/, '');
  if (found[1] !== 'n') return numberOf(printed);
  if (!/^[+-]?\d+$/.test(printed)) return reader.refuse('A BigInt is written in decimal digits.');
  return { $: 'bigint', v: String(BigInt(printed)) };
}

const readItems = (reader: Reader): Value[] => reader.list(']', () => readJavaScript(reader)).items;

function readNew(reader: Reader): Value {
  const name = reader.match(NAME)?.[0];
  reader.expect('(', `after new ${name ?? ''}`);
  const items = reader.take('[') ? readItems(reader) : [];
  reader.expect(')', `after new ${name ?? ''}`);
  switch (name) {
    case 'Set':
      return { $: 'set', v: items };
    case 'Map':
      if (!items.every((item) => Array.isArray(item) && item.length === 2))
        return reader.refuse('A Map is written as pairs: new Map([[key, value]]).');
      return { $: 'map', v: items };
    case 'Uint8Array': {
      const bytes = items.map((item) => (typeof item === 'number' ? item : -1));
      if (!bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256))
        return reader.refuse('A Uint8Array holds whole numbers from 0 to 255.');
      return { $: 'bytes', v: bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('') };
    }
    default:
      return reader.refuse('Only new Set, new Map and new Uint8Array are values here.');
  }
}

function readObject(reader: Reader): Value {
  const { items } = reader.list('}', (): [string, Value] => {
    const quoted = reader.quoted();
    const key = quoted === null ? reader.match(/[A-Za-z_$][\w$]*|\d+/y)?.[0] : unescapeText(quoted);
    if (key === undefined) return reader.fail('Expected a key');
    reader.expect(':', 'after a key');
    return [key, readJavaScript(reader)];
  });
  const plain = items.every(([key]) => key !== '$' && key !== '__proto__');
  return plain ? Object.fromEntries(items) : { $: 'dict', v: items };
}

export function readJavaScript(reader: Reader): Value {
  if (reader.take('[')) return readItems(reader);
  if (reader.take('{')) return readObject(reader);
  const text = reader.quoted();
  if (text !== null) return unescapeText(text);
  const number = readNumber(reader);
  if (number !== undefined) return number;
  const name = reader.match(NAME)?.[0];
  if (name === undefined) return reader.fail('Expected a value');
  if (name === 'new') return readNew(reader);
  const named = names.get(name);
  if (named === undefined) return reader.refuse(`${name} is a name, not a value. Texts stand in quotes.`);
  return named;
}
