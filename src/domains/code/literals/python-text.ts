/** Python's string and bytes literals. */

export interface PythonText {
  readonly kind: 'str' | 'bytes';
  /** Code points of a str, bytes of bytes. */
  readonly points: readonly number[];
}

/** A text that cannot be read; the message goes on with its place. */
export class TextError extends Error {
  override readonly name = 'TextError';
}

const LITERAL = /^([A-Za-z]*)('''|"""|'|")((?:[^\\]|\\[\s\S])*?)\2$/;

/** @throws {@link TextError} */
export function readText(literal: string): PythonText {
  const [, prefix, , body] = LITERAL.exec(literal) ?? [];
  if (prefix === undefined || body === undefined) throw new TextError('This text has no closing quote');
  const letters = prefix.toLowerCase();
  const kind = letters.includes('b') ? 'bytes' : 'str';
  if (!['', 'u', 'r', 'b', 'br', 'rb'].includes(letters))
    throw new TextError(`A text has no prefix ${prefix} here,`);
  if (kind === 'bytes' && pointsOf(body).some((point) => point > 127))
    throw new TextError('Bytes are written in ASCII, and others as \\x and two digits,');
  return { kind, points: letters.includes('r') ? pointsOf(body) : unescape(body, kind) };
}

const pointsOf = (text: string): number[] => Array.from(text, (char) => char.codePointAt(0) ?? 0);

const ESCAPES = {
  str: /\\(?:(?<hex>x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})|(?<octal>[0-7]{1,3})|(?<char>[^]))|[^\\]+/gu,
  bytes: /\\(?:(?<hex>x[\da-fA-F]{2})|(?<octal>[0-7]{1,3})|(?<char>[^]))|[^\\]+/gu,
} as const;

/** Escapes that were not read as one, and why. */
const BROKEN: Readonly<Record<PythonText['kind'], Readonly<Record<string, string>>>> = {
  str: {
    x: 'After \\x come two hexadecimal digits,',
    u: 'After \\u come four hexadecimal digits,',
    U: 'After \\U come eight hexadecimal digits,',
    N: 'Characters are not looked up by name here: write \\u and four digits,',
  },
  bytes: { x: 'After \\x come two hexadecimal digits,' },
};

const SIMPLE: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unescape(body: string, kind: PythonText['kind']): number[] {
  return Array.from(body.matchAll(ESCAPES[kind]), ({ 0: whole, groups = {} }) => {
    const { hex, octal, char } = groups;
    if (hex !== undefined) {
      const point = parseInt(hex.slice(1), 16);
      if (point > 0x10ffff) throw new TextError(`\\${hex} is no character,`);
      return [point];
    }
    if (octal !== undefined) return [parseInt(octal, 8) & (kind === 'bytes' ? 0xff : 0x1ff)];
    if (char === undefined) return pointsOf(whole);
    const why = BROKEN[kind][char];
    if (why !== undefined) throw new TextError(why);
    // As Python has it, the backslash of an unknown escape stays.
    return pointsOf(SIMPLE[char] ?? whole);
  }).flat();
}
