import { signal } from '@preact/signals';
import type { Language, Value } from '../../../sandbox/types.ts';
import { LiteralError, Source } from './literal-error.ts';

export { LiteralError } from './literal-error.ts';

type Read = (source: Source) => Value[];

/** Fetched when they are first wanted: the parsers are as large as all that the page starts with. */
const fetchReader: Readonly<Record<Language, () => Promise<Read>>> = {
  python: async () => (await import('./python-literal.ts')).readPython,
  javascript: async () => (await import('./javascript-literal.ts')).readJavaScript,
};

const readers = signal<Readonly<Partial<Record<Language, Read>>>>({});
const fetching = new Map<Language, Promise<void>>();

/** Fetches what reads the literals of a language. Where that fails, it reads none and says so. */
export function loadLiterals(language: Language): Promise<void> {
  const begun = fetching.get(language) ?? load(language);
  fetching.set(language, begun);
  return begun;
}

async function load(language: Language): Promise<void> {
  const read = await fetchReader[language]().catch((error: unknown): Read => {
    console.warn('Literals cannot be read:', error);
    return () => {
      throw new LiteralError('What reads values could not be loaded. Reload the page to try again.', 0);
    };
  });
  readers.value = { ...readers.value, [language]: read };
}

/** Whether literals of the language can be read by now; asking for it fetches what reads them. */
export function canRead(language: Language): boolean {
  if (readers.value[language]) return true;
  void loadLiterals(language);
  return false;
}

function read(text: string, language: Language, outside: string): Value[] {
  const reader = readers.value[language];
  if (!reader) throw new Error(`The literals of ${language} are read once they are loaded.`);
  try {
    return reader(new Source(text, language, outside));
  } catch (error) {
    if (error instanceof RangeError) throw new LiteralError('This is nested too deeply to be read.', 0);
    throw error;
  }
}

/**
 * The value of one literal as the language writes it, once {@link canRead}.
 * @throws {@link LiteralError} for anything that is not a literal, such as an expression or a name.
 */
export function parseValue(text: string, language: Language): Value {
  const outside = 'The value ends before its text does,';
  const [value, ...more] = read(text, language, outside);
  if (value === undefined) throw new LiteralError('A value is missing.', 0);
  if (more.length > 0)
    throw new LiteralError('Only one value stands here. To return several, put them in brackets.', 0);
  return value;
}

/** The values between the parentheses of a call; none for an empty text. Otherwise as {@link parseValue}. */
export function parseArguments(text: string, language: Language): Value[] {
  return read(text, language, 'Expected , between two arguments');
}
