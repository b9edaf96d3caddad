/** What was typed is no literal of the language. `at` counts from 0 in UTF-16 units. */
export class LiteralError extends Error {
  override readonly name = 'LiteralError';
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const SHOWN = 12;

/** Walks over one line of text; the readers of both languages' literals stand on it. */
export class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    this.skip();
    return this.#at >= this.#text.length;
  }

  skip(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  /** Takes `token` if it comes next. */
  take(token: string): boolean {
    this.skip();
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  expect(token: string, inside: string): void {
    if (!this.take(token)) this.fail(`Expected ${token} ${inside}`);
  }

  /** Takes what the sticky pattern matches here. */
  match(pattern: RegExp): RegExpExecArray | null {
    this.skip();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at += found[0].length;
    return found;
  }

  /** Items up to `close`, separated by commas; one comma may follow the last. */
  list<T>(close: string, item: () => T): { readonly items: T[]; readonly comma: boolean } {
    const items: T[] = [];
    let comma = false;
    while (!this.take(close)) {
      if (items.length > 0 && !comma) this.fail(`Expected , or ${close}`);
      items.push(item());
      comma = this.take(',');
    }
    return { items, comma };
  }

  /** The characters of a quoted text, escapes not yet read; `null` when no quote comes next. */
  quoted(): string | null {
    const found = this.match(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/y);
    if (!found) {
      if (this.take("'") || this.take('"')) this.fail('This text has no closing quote');
      return null;
    }
    return found[1] ?? found[2] ?? '';
  }

  /** Ends the reading with a whole sentence, where the place says nothing. */
  refuse(sentence: string): never {
    throw new LiteralError(sentence, this.#at);
  }

  /** Ends the reading with what is wrong and where. */
  fail(what: string): never {
    this.skip();
    const rest = this.#text.slice(this.#at);
    const near = rest === '' ? 'at the end' : `at “${rest.slice(0, SHOWN)}${rest.length > SHOWN ? '…' : ''}”`;
    throw new LiteralError(`${what} ${near}.`, this.#at);
  }
}

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '0': '\0',
};

const ESCAPE =
  /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|u\{([\da-fA-F]{1,6})\}|U([\da-fA-F]{8})|([\s\S]))|[^\\]/gu;

/** The code points of a text: escapes that Python and JavaScript share, and `\U…` of Python, read one by one. */
export function unescapePoints(raw: string): number[] {
  return Array.from(raw.matchAll(ESCAPE), ([whole, x, u, point, long, char]) => {
    const hex = x ?? u ?? point ?? long;
    if (hex !== undefined) {
      const code = parseInt(hex, 16);
      return code <= 0x10ffff ? code : 0xfffd;
    }
    const plain = char === undefined ? whole : (SIMPLE[char] ?? char);
    return plain.codePointAt(0) ?? 0;
  });
}

/** The text as UTF-16 has it, where two surrogates are one character. */
export function unescapeText(raw: string): string {
  return unescapePoints(raw)
    .map((point) => String.fromCodePoint(point))
    .join('');
}
