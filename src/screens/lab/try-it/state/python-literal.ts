import type { Value } from '../../../../sandbox/types.ts';
import { dictOf, strOf } from '../../../../sandbox/value.ts';
import { unescapePoints, type Reader } from './reader.ts';

/**
 * Python literals, and the calls that stand for values without one: `set()`, `frozenset`, `bytearray`, `float`,
 * `complex`, `Fraction`, `Decimal`, `range`, `deque`, `Counter` and `OrderedDict`.
 */

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
  return unescapePoints(raw)
    .map((point) => point.toString(16).padStart(2, '0'))
    .join('');
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
    case 'Fraction': {
      const [top = '0', bottom = '1'] = readIntegers(reader);
      return { $: 'fraction', v: [top, bottom] };
    }
    case 'Decimal': {
      const text = reader.quoted() ?? reader.fail('Expected a quoted number');
      reader.expect(')', 'after Decimal');
      return { $: 'decimal', v: text };
    }
    case 'range': {
      const parts = readIntegers(reader);
      const [start = '0', stop = '0', step = '1'] = parts.length === 1 ? ['0', ...parts] : parts;
      return { $: 'range', v: [start, stop, step].map((digits) => intOf(digits)) };
    }
    case 'deque': {
      const items = reader.take('[') ? reader.list(']', () => readPython(reader)).items : [];
      reader.expect(')', 'after deque');
      return { $: 'deque', v: items };
    }
    case 'Counter':
    case 'OrderedDict': {
      const pairs = reader.take('{') ? readPairs(reader) : [];
      reader.expect(')', `after ${name}`);
      return { $: 'dict', v: pairs, type: name };
    }
    default:
      return reader.refuse(`${name}(…) is a call, not a value.`);
  }
}

/** Whole numbers up to the closing parenthesis, as decimal texts. */
function readIntegers(reader: Reader): string[] {
  const { items } = reader.list(')', () => {
    const number = readNumber(reader);
    if (typeof number === 'number' && Number.isInteger(number)) return String(number);
    const big = number !== null && typeof number === 'object' && '$' in number && number['$'] === 'int';
    return big ? String(number['v']) : reader.refuse('Fraction(…) and range(…) take whole numbers here.');
  });
  return items;
}

/** The entries of a dict, whose opening brace is already taken. */
function readPairs(reader: Reader): [Value, Value][] {
  return reader.list('}', (): [Value, Value] => {
    const key = readPython(reader);
    reader.expect(':', 'after a key');
    return [key, readPython(reader)];
  }).items;
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
  return dictOf(pairs);
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
  if (text !== null) return strOf(unescapePoints(text));
  return readNumber(reader) ?? readName(reader);
}
