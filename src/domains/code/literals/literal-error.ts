import type { Language } from '../../../sandbox/types.ts';

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
const shortened = (text: string): string => `“${text.slice(0, SHOWN)}${text.length > SHOWN ? '…' : ''}”`;

/** Text that is read as arguments of a call, so that line breaks and braces mean in it what they mean in values. */
export class Source {
  readonly text: string;
  readonly language: Language;
  /** What is wrong with a text that goes on after a value. */
  readonly #outside: string;

  constructor(text: string, language: Language, outside: string) {
    this.text = text;
    this.language = language;
    this.#outside = outside;
  }

  /** The call; what stands in it at `i` stands in the text at `i - Source.offset`. */
  get call(): string {
    return `_(${this.text}\n)`;
  }
  static readonly offset = 2;

  /** Ends the reading with what is wrong and where. */
  fail(what: string, at: number): never {
    const rest = this.text.slice(at).trimStart();
    throw new LiteralError(`${what} ${rest === '' ? 'at the end' : `at ${shortened(rest)}`}.`, at);
  }

  /** Ends the reading at code that stands for a value and is not one. */
  refuse(code: string, at: number): never {
    throw new LiteralError(`${shortened(code)} is not a literal. Write the value itself.`, at);
  }

  /** Ends the reading at a name. */
  refuseName(name: string, at: number): never {
    throw new LiteralError(`${name} is a name, not a value. Texts stand in quotes.`, at);
  }

  /**
   * Ends the reading where a parser could not go on: the tokens before that place say what it expected.
   * @param tokens those of the call, in order; some may follow after the place
   * @param at the place, in the text
   */
  explain(tokens: Iterable<Token>, at: number): never {
    const open: Bracket[] = [];
    let last = '';
    for (const { text, from } of tokens) {
      const place = from - Source.offset;
      if (place < 0) continue;
      if (place >= at) break;
      const inside = open.at(-1);
      const close = CLOSING.get(text);
      if (close !== undefined) open.push({ close, item: '', colon: false, isDict: false });
      else if (/^[)\]}]$/.test(text) && open.pop() === undefined) this.fail(this.#outside, place);
      if (inside) take(inside, text);
      last = text;
    }
    this.fail(this.#expected(open.at(-1), last), at);
  }

  #expected(inside: Bracket | undefined, last: string): string {
    const javascript = this.language === 'javascript';
    const entry = inside?.close === '}' && !inside.colon ? inside : null;
    if (!/[\p{L}\p{N}_$"'`)\]}]$/u.test(last))
      return javascript && entry?.item === '' ? 'Expected a key' : 'Expected a value';
    if (!inside) return this.#outside;
    if (entry && javascript) return 'Expected : after a key';
    return entry?.isDict ? 'A dict needs a value for every key' : `Expected , or ${inside.close}`;
  }
}

export interface Token {
  readonly text: string;
  /** Where it begins in the call. */
  readonly from: number;
}

const CLOSING = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);

/** A bracket that is open, and what stands in it after its last comma. */
interface Bracket {
  readonly close: string;
  item: string;
  colon: boolean;
  /** Whether an item before had a colon. */
  isDict: boolean;
}

function take(bracket: Bracket, token: string): void {
  bracket.colon = token !== ',' && (bracket.colon || token === ':');
  bracket.isDict ||= bracket.colon;
  bracket.item = token === ',' ? '' : bracket.item + token;
}
