import { isPlainKey } from '../../../sandbox/value.ts';
import { messageOf } from '../../../errors.ts';

/**
 * One line of JSON as programs write it. Three things that `JSON.parse` loses are kept, so that what Python's
 * `json.dumps` writes means what it meant: an integer beyond 2⁵³ becomes the tag `int`; a number written as a float
 * (`1.0`, `1e3`) the tag `float`; and an object inside the line with keys of digits, which JavaScript's objects put first,
 * the tag `dict`. Of equal keys the last counts.
 */

/** A line that is not JSON; the message says where or why. */
export class JsonLineError extends Error {
  override readonly name = 'JsonLineError';
}

const NUMBER = /[-+.eE\d]+/y;
const CONSTANT = /-?Infinity|NaN/;
/** Far beyond any value that is graded, and far within the stack of what walks through a line. */
const MAX_NESTING = 500;
/** Of these a tag holds numbers that are already told apart. */
const NUMBER_TAGS: ReadonlySet<unknown> = new Set(['float', 'complex', 'int', 'bigint']);

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/**
 * A record. It is no value itself, whatever its fields are called.
 *
 * @param what names the text in messages
 * @throws {@link JsonLineError}
 */
export function parseJsonLine(text: string, what = 'line'): Json {
  return parseAt(text, what, 0);
}

/** A value of a program by itself, such as an argument. @throws {@link JsonLineError} */
export function parseJsonValue(text: string, what = 'text'): Json {
  return parseAt(text, what, 1);
}

function parseAt(text: string, what: string, depth: number): Json {
  try {
    JSON.parse(text);
  } catch (error) {
    const name = CONSTANT.exec(withoutStrings(text))?.[0];
    if (name !== undefined) {
      const v = { NaN: 'nan', Infinity: 'inf', '-Infinity': '-inf' }[name] ?? '';
      throw new JsonLineError(`${name} is not JSON: write {"$":"float","v":"${v}"} for it.`);
    }
    const reason = messageOf(error);
    throw new JsonLineError(`The ${what} is not JSON: ${reason.slice(0, 200).replace(/\s+/g, ' ')}.`);
  }
  return new LineParser(text).value(depth);
}

function withoutStrings(text: string): string {
  const outside: string[] = [];
  for (let at = 0; at < text.length;) {
    const quote = text.indexOf('"', at);
    outside.push(text.slice(at, quote === -1 ? text.length : quote));
    if (quote === -1) break;
    at = endOfString(text, quote);
  }
  return outside.join(' ');
}

/** The index after the closing quote of the string that opens at `quote`. */
function endOfString(text: string, quote: number): number {
  for (let at = quote + 1; ;) {
    const end = text.indexOf('"', at);
    if (end === -1) return text.length;
    let before = end - 1;
    while (text[before] === '\\') before--;
    if ((end - before) % 2 === 1) return end + 1;
    at = end + 1;
  }
}

/** Walks through a text that is known to be JSON. */
class LineParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The value that comes next, at this depth in the line. */
  value(depth: number): Json {
    if (depth > MAX_NESTING) throw new JsonLineError(`The line is nested more than ${MAX_NESTING} deep.`);
    switch (this.#peek()) {
      case '[':
        return this.#list(() => this.value(depth + 1));
      case '{':
        return this.#object(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  /** The next character that is no space. */
  #peek(): string {
    while (this.#text.charCodeAt(this.#at) <= 0x20) this.#at++;
    return this.#text[this.#at] ?? '';
  }

  /** Items between brackets of either kind. */
  #list<T>(item: () => T): T[] {
    const items: T[] = [];
    this.#at++;
    for (let next = this.#peek(); next !== ']' && next !== '}'; next = this.#peek()) {
      if (next === ',') {
        this.#at++;
        this.#peek();
      }
      items.push(item());
    }
    this.#at++;
    return items;
  }

  #object(depth: number): Json {
    const pairs = this.#list((): [string, Json] => {
      const key = this.#string();
      this.#peek();
      this.#at++;
      return [key, this.value(depth + 1)];
    });
    if (depth > 0 && !pairs.every(([key]) => isPlainKey(key)) && !pairs.some(([key]) => key === '$')) {
      return { $: 'dict', v: [...new Map(pairs)] };
    }
    const object = Object.fromEntries(pairs);
    return NUMBER_TAGS.has(object['$']) ? mapValues(object, untagged) : object;
  }

  #string(): string {
    const from = this.#at;
    this.#at = endOfString(this.#text, from);
    const raw = this.#text.slice(from, this.#at);
    return raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
  }

  #word<T>(word: string, value: T): T {
    this.#at += word.length;
    return value;
  }

  #number(): Json {
    NUMBER.lastIndex = this.#at;
    const literal = NUMBER.exec(this.#text)?.[0] ?? '';
    this.#at = NUMBER.lastIndex;
    const number = Number(literal);
    if (/^-?\d+$/.test(literal)) return Number.isSafeInteger(number) ? number : { $: 'int', v: literal };
    if (!Number.isSafeInteger(number)) return number;
    return { $: 'float', v: Object.is(number, -0) ? '-0.0' : number };
  }
}

function mapValues(object: { [key: string]: Json }, change: (value: Json) => Json): Json {
  return Object.fromEntries(Object.entries(object).map(([key, held]) => [key, change(held)]));
}

/** A number in a tag is only a number: the tag says of what type. */
function untagged(value: Json): Json {
  if (Array.isArray(value)) return value.map(untagged);
  return plainNumber(value) as Json;
}

/** The number that a field holds which is no value of a program, such as a limit. */
export function plainNumber(value: unknown): unknown {
  const tagged = typeof value === 'object' && value !== null && '$' in value && 'v' in value;
  return tagged && (value.$ === 'float' || value.$ === 'int') ? value.v : value;
}

/**
 * What {@link parseJsonLine} reads as the same: as `JSON.stringify`, but a whole float beyond 2⁵³ has an exponent, and is
 * no integer to its reader.
 */
export function writeJsonLine(value: unknown): string {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    return value.toExponential();
  if (Array.isArray(value)) return `[${value.map(writeJsonLine).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, held]) => held !== undefined)
    .map(([name, held]) => `${JSON.stringify(name)}:${writeJsonLine(held)}`);
  return `{${fields.join(',')}}`;
}
