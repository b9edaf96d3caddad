import type { Language } from '../sandbox/types.ts';

/** One change to a text: `[from, to)` becomes `insert`. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

const UNIT: Readonly<Record<Language, number>> = { python: 4, javascript: 2 };

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

/**
 * What a key does beyond what a text field does by itself, or `null`: Enter keeps the indentation and deepens it
 * after a colon or an opening bracket; Backspace in the indentation takes one level. Tab is left alone, so that it
 * leaves the field.
 */
export function editFor(
  key: string,
  text: string,
  from: number,
  to: number,
  language: Language,
): Edit | null {
  const start = lineStart(text, from);
  const before = text.slice(start, from);
  const indent = /^[ \t]*/.exec(before)?.[0] ?? '';
  const unit = UNIT[language];
  switch (key) {
    case 'Enter': {
      const opens = (language === 'python' ? /[:([{]\s*$/ : /[([{]\s*$/).test(before);
      return { from, to, insert: `\n${indent}${opens ? ' '.repeat(unit) : ''}` };
    }
    case 'Backspace': {
      if (from !== to || before === '' || indent !== before || before.includes('\t')) return null;
      const width = before.length % unit || unit;
      return { from: from - width, to: from, insert: '' };
    }
    default:
      return null;
  }
}

/** Where a line (from 1) begins and ends in the text. */
export function lineRange(text: string, line: number): { readonly from: number; readonly to: number } {
  const lines = text.split('\n');
  const from = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return {
    from: Math.min(from, text.length),
    to: Math.min(from + (lines[line - 1]?.length ?? 0), text.length),
  };
}
