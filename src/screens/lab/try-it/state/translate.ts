import type { Language } from '../../../../sandbox/types.ts';
import type { Draft, TestDraft } from './draft.ts';
import { formatLiteral } from '../../../../domains/code/literals/format-literal.ts';
import { LiteralError, parseArguments, parseValue } from '../../../../domains/code/literals/literal.ts';

/** The same tests in literals of the other language; what cannot be read is left as it was typed. */
function translateTest(test: TestDraft, from: Language, to: Language): TestDraft {
  try {
    return {
      ...test,
      args: parseArguments(test.args, from)
        .map((value) => formatLiteral(value, to))
        .join(', '),
      expected: formatLiteral(parseValue(test.expected, from), to),
    };
  } catch (error) {
    if (error instanceof LiteralError) return test;
    throw error;
  }
}

/**
 * The draft with its tests in the other language. The program stays as it is: only its writer can translate it.
 * Tests written as code are Python, so they are left behind.
 */
export function translate(draft: Draft, to: Language): Draft {
  const { language: from, tests } = draft;
  return {
    ...draft,
    language: to,
    tests: tests.map((test) => translateTest(test, from, to)),
    harness: null,
  };
}
