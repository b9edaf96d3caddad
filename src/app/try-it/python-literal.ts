import type { Value } from '../../sandbox/types.ts';
import { unescapeText, type Reader } from './reader.ts';

/** Python literals, and the calls that stand for values without one: `set()`, `frozenset`, `bytearray`, `float`, `complex`. */

const NUMBER =
  /[+-]?(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y;
const NAME = /[+-]?[A-Za-z_]\w*/y;

const floats: Readonly<Record<string, string>> = {
  nan: 'nan',
  '-nan': 'nan',
  inf: 'inf',
  '+inf': 'inf',
  '-inf': '-inf',
};

function floatOf(value: number): Value {
  if (Number.isNaN(value)) return { $: 'float', v: 'nan' };
  if (!Number.isFinite(value)) return { $: 'float', v: value > 0 ? 'inf' : '-inf' };
  if (Object.is(value, -0)) return { $: 'float', v: '-0.0' };
  return Number.isSafeInteger(value) ? { $: 'float', v: value } : value;
}

function intOf(digits: string): Value {
  const [, sign, body] = /^([+-]?)(.*)$/.exec(digits) ?? [];
  const value = (sign === '-' ? -1n : 1n) * BigInt(body ?? '0');
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : { $: 'int', v: String(value) };
}

function readNumber(reader: Reader): Value | undefined {
  const found = reader.match(NUMBER)?.[0].replaceAll('_', '');
  if (found === undefined) return undefined;
  const isFloat = /[.eE]/.test(found) && !/^[+-]?0[xXoObB]/.test(found);
  return isFloat ? floatOf(Number(found)) : intOf(found);
}

/** The part of a complex number as its tag holds it. */
function part(reader: Reader): Value {
  const value = readPython(reader);
  if (typeof value === 'number') return value;
  if (value !== null && typeof value === 'object' && '$' in value && value['$'] === 'float')
    return value['v'] ?? 0;
  return reader.refuse('complex(…) takes two numbers.');
}

function readBytes(reader: Reader): string {
  const raw = reader.match(/b(?=['"])/y) ? reader.quoted() : null;
  if (raw === null) return reader.fail('Expected bytes such as b"a"');
  return Array.from(unescapeText(raw), (char) =>
    (char.codePointAt(0) ?? 0).toString(16).padStart(2, '0'),
  ).join('');
}

/** A value written as a call; the name and its parenthesis are already taken. */
function readCall(name: string, reader: Reader): Value {
  switch (name) {
    case 'set':
      reader.expect(')', 'after set(');
      return { $: 'set', v: [] };
    case 'frozenset': {
      if (reader.take(')')) return { $: 'frozenset', v: [] };
      const closes = reader.take('{') ? '}' : reader.take('[') ? ']' : reader.fail('Expected {…} or […]');
      const { items } = reader.list(closes, () => readPython(reader));
      reader.expect(')', 'after frozenset');
      return { $: 'frozenset', v: items };
    }
    case 'bytearray': {
      const hex = readBytes(reader);
      reader.expect(')', 'after bytearray');
      return { $: 'bytearray', v: hex };
    }
    case 'float': {
      const named = floats[(reader.quoted() ?? '').toLowerCase()];
      if (named === undefined) reader.refuse('float(…) takes "nan", "inf" or "-inf" here.');
      reader.expect(')', 'after float');
      return { $: 'float', v: named };
    }
    case 'complex': {
      const re = part(reader);
      const im = reader.take(',') ? part(reader) : 0;
      reader.expect(')', 'after complex');
      return { $: 'complex', v: [re, im] };
    }
    default:
      return reader.refuse(`${name}(…) is a call, not a value.`);
  }
}

function readName(reader: Reader): Value {
  const name = reader.match(NAME)?.[0];
  switch (name) {
    case undefined:
      return reader.fail('Expected a value');
    case 'None':
      return null;
    case 'True':
      return true;
    case 'False':
      return false;
  }
  const named = floats[name];
  if (named !== undefined) return { $: 'float', v: named };
  if (reader.take('(')) return readCall(name, reader);
  return reader.refuse(`${name} is a name, not a value. Texts stand in quotes.`);
}

/** `{…}`: a dict when its first item has a colon, else a set. */
function readBraces(reader: Reader): Value {
  const { items } = reader.list('}', () => {
    const key = readPython(reader);
    return reader.take(':') ? { key, value: readPython(reader) } : { key };
  });
  const pairs = items.flatMap((item) => ('value' in item ? [[item.key, item.value] as const] : []));
  if (pairs.length === 0 && items.length > 0) return { $: 'set', v: items.map(({ key }) => key) };
  if (pairs.length !== items.length) reader.refuse('A dict needs a value for every key.');
  const plain = pairs.every(([key]) => typeof key === 'string' && key !== '$' && key !== '__proto__');
  if (plain) return Object.fromEntries(pairs) as Value;
  return { $: 'dict', v: pairs.map(([key, value]) => [key, value]) };
}

export function readPython(reader: Reader): Value {
  if (reader.take('[')) return reader.list(']', () => readPython(reader)).items;
  if (reader.take('(')) {
    const { items, comma } = reader.list(')', () => readPython(reader));
    const [only] = items;
    return items.length === 1 && !comma && only !== undefined ? only : { $: 'tuple', v: items };
  }
  if (reader.take('{')) return readBraces(reader);
  if (reader.match(/(?=b['"])/y)) return { $: 'bytes', v: readBytes(reader) };
  const text = reader.quoted();
  if (text !== null) return unescapeText(text);
  return readNumber(reader) ?? readName(reader);
}
