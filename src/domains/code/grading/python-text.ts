/**
 * The little that is read of Python source here, by its tokens: what a program defines at its top level.
 * Names are what the language takes for names, in any script, in the normal form that Python compares.
 */

export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'operator' | 'newline';
  readonly text: string;
  /** Index of its first character, and the one after its last. */
  readonly start: number;
  readonly end: number;
  /** Whether it begins a statement that is not indented. */
  readonly outermost: boolean;
}

const SPACE = /(?:[ \t\f\uFEFF]|\\\r?\n|#[^\r\n]*)+/y;
const NEWLINE = /\r?\n|\r/y;
const STRING = /(?:[rR][bBfFtT]?|[bBfFtT][rR]?|[uU])?("""|'''|"|')/y;
const NAME = /[\p{XID_Start}_]\p{XID_Continue}*/uy;
const COMPARISON = /[=!<>]=/y;
const NUMBER = /\.?\d[\w.]*/y;

export function* tokensOf(source: string): Generator<Token> {
  let depth = 0;
  let fresh = true;
  for (let at = 0; at < source.length;) {
    const match = (pattern: RegExp): RegExpExecArray | null => {
      pattern.lastIndex = at;
      return pattern.exec(source);
    };
    const space = match(SPACE);
    if (space) {
      at += space[0].length;
      continue;
    }
    const newline = match(NEWLINE);
    if (newline) {
      const end = at + newline[0].length;
      if (depth === 0) {
        if (!fresh) yield { kind: 'newline', text: newline[0], start: at, end, outermost: false };
        fresh = true;
      }
      at = end;
      continue;
    }
    const outermost = fresh && depth === 0 && (at === 0 || /[\r\n\uFEFF]/.test(source[at - 1] ?? ''));
    fresh = false;
    const opening = match(STRING);
    const name = opening ? null : match(NAME);
    const number = opening || name ? null : match(NUMBER);
    const start = at;
    if (opening) {
      at = endOfString(source, at + opening[0].length, opening[1] ?? '"');
      yield { kind: 'string', text: source.slice(start, at), start, end: at, outermost };
    } else if (name) {
      at += name[0].length;
      yield { kind: 'name', text: name[0].normalize('NFKC'), start, end: at, outermost };
    } else if (number) {
      at += number[0].length;
      yield { kind: 'number', text: number[0], start, end: at, outermost };
    } else {
      const text = match(COMPARISON)?.[0] ?? String.fromCodePoint(source.codePointAt(at) ?? 0);
      if ('([{'.includes(text)) depth++;
      if (')]}'.includes(text)) depth = Math.max(0, depth - 1);
      at += text.length;
      yield { kind: 'operator', text, start, end: at, outermost };
    }
  }
}

/** Where a string ends that is not closed: with its line, or with the source for triple quotes. */
function endOfString(source: string, from: number, quote: string): number {
  for (let at = from; at < source.length; at++) {
    const character = source[at];
    if (character === '\\') at++;
    else if (source.startsWith(quote, at)) return at + quote.length;
    else if (character === '\n' && quote.length === 1) return at;
  }
  return source.length;
}

/** A statement that is not indented, by its first tokens. */
interface Statement {
  readonly tokens: readonly Token[];
  readonly start: number;
  readonly end: number;
}

/** The statements at the top level, each with all that is indented under it. */
function statementsOf(source: string): Statement[] {
  const statements: Statement[] = [];
  let tokens: Token[] = [];
  for (const token of tokensOf(source)) {
    if (token.outermost) {
      tokens = [];
      statements.push({ tokens, start: token.start, end: token.end });
    }
    tokens.push(token);
    const last = statements.at(-1);
    if (last) statements[statements.length - 1] = { ...last, end: token.end };
  }
  return statements;
}

/** The name of a `def`, `async def` or `class` statement. */
function definedBy({ tokens }: Statement): string | null {
  const [first, second, third] = tokens.map(({ text }) => text);
  if (first === 'def' || first === 'class') return second ?? null;
  return first === 'async' && second === 'def' ? (third ?? null) : null;
}

/** Every name that a statement at the top level may bind: definitions, assignments, imports. */
function boundBy(statement: Statement): string[] {
  const defined = definedBy(statement);
  if (defined !== null) return [defined];
  const [first] = statement.tokens;
  const line = statement.tokens.slice(
    0,
    Math.max(1, statement.tokens.findIndex(({ kind }) => kind === 'newline') + 1 || Infinity),
  );
  const names = line.filter(({ kind }) => kind === 'name').map(({ text }) => text);
  if (first?.text === 'from' || first?.text === 'import') return names;
  return line[1]?.text === '=' || line[1]?.text === ':' || line[1]?.text === ',' ? names.slice(0, 1) : [];
}

/** Whether a program defines a name at its top level. */
export function defines(source: string, name: string): boolean {
  const wanted = name.normalize('NFKC');
  return statementsOf(source).some((statement) => boundBy(statement).includes(wanted));
}

/** A program with what it may rely on before it; `from __future__` stays first. */
export function withPreamble(preamble: string, program: string): string {
  if (preamble.trim() === '') return program;
  const before = preamble.endsWith('\n') ? preamble : `${preamble}\n`;
  const future = statementsOf(program).findLast(
    ({ tokens }) => tokens[0]?.text === 'from' && tokens[1]?.text === '__future__',
  );
  if (!future) return before + program;
  const rest = program.slice(future.end).replace(/^(?:\r?\n)?/, '');
  return `${program.slice(0, future.end).trimEnd()}\n${before}${rest}`;
}
