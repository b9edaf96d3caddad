import type { Language, Value } from '../../../../sandbox/types.ts';
import { readJavaScript } from './javascript-literal.ts';
import { readPython } from './python-literal.ts';
import { Reader } from './reader.ts';

export { LiteralError } from './reader.ts';

const readers: Readonly<Record<Language, (reader: Reader) => Value>> = {
  python: readPython,
  javascript: readJavaScript,
};

/**
 * The value of one literal as the language writes it.
 * @throws {@link LiteralError} for anything that is not a literal, such as an expression or a name.
 */
export function parseValue(text: string, language: Language): Value {
  const reader = new Reader(text);
  if (reader.done) reader.fail('A value is missing');
  const value = readers[language](reader);
  if (!reader.done) reader.fail('The value ends before its text does,');
  return value;
}

/** The values between the parentheses of a call; none for an empty text. Throws as {@link parseValue} does. */
export function parseArguments(text: string, language: Language): Value[] {
  const reader = new Reader(text);
  const values: Value[] = [];
  while (!reader.done) {
    if (values.length > 0) reader.expect(',', 'between two arguments');
    if (reader.done) break;
    values.push(readers[language](reader));
  }
  return values;
}
