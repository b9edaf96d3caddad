import type { Language, Value } from '../../../../sandbox/types.ts';
import { readJavaScript } from './javascript-literal.ts';
import { LiteralError, Source } from './literal-error.ts';
import { readPython } from './python-literal.ts';

export { LiteralError } from './literal-error.ts';

function read(text: string, language: Language, outside: string): Value[] {
  const source = new Source(text, language, outside);
  try {
    return language === 'python' ? readPython(source) : readJavaScript(source);
  } catch (error) {
    if (error instanceof RangeError) throw new LiteralError('This is nested too deeply to be read.', 0);
    throw error;
  }
}

/**
 * The value of one literal as the language writes it.
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

/** The values between the parentheses of a call; none for an empty text. Throws as {@link parseValue} does. */
export function parseArguments(text: string, language: Language): Value[] {
  return read(text, language, 'Expected , between two arguments');
}
