import { describe, expect, it } from 'vitest';
import { editFor, lineRange } from './editing.ts';

/** The text after a key at `|`. */
function press(key: string, marked: string, language: 'python' | 'javascript' = 'python'): string | null {
  const at = marked.indexOf('|');
  const text = marked.replace('|', '');
  const edit = editFor(key, text, at, at, language);
  return edit && text.slice(0, edit.from) + edit.insert + text.slice(edit.to);
}

describe('Enter', () => {
  it('keeps the indentation and deepens it after an opening', () => {
    expect(press('Enter', 'x = 1|')).toBe('x = 1\n');
    expect(press('Enter', 'def f():|')).toBe('def f():\n    ');
    expect(press('Enter', 'def f():\n    if x:|\n    y')).toBe('def f():\n    if x:\n        \n    y');
    expect(press('Enter', '  const a = [|', 'javascript')).toBe('  const a = [\n    ');
    expect(press('Enter', 'case 1:|', 'javascript')).toBe('case 1:\n');
  });

  it('replaces what is selected', () => {
    expect(editFor('Enter', '  abcd', 3, 5, 'python')).toEqual({ from: 3, to: 5, insert: '\n  ' });
  });
});

describe('Backspace', () => {
  it('takes one level of indentation, and is an ordinary key elsewhere', () => {
    expect(press('Backspace', '        |x')).toBe('    x');
    expect(press('Backspace', '      |x')).toBe('    x');
    expect(press('Backspace', '    |x', 'javascript')).toBe('  x');
    expect(press('Backspace', '    a|x')).toBeNull();
    expect(press('Backspace', '|x')).toBeNull();
    expect(editFor('Backspace', '    x', 1, 4, 'python')).toBeNull();
  });
});

it('leaves Tab to the browser, so that the field can be left', () => {
  expect(press('Tab', '|x')).toBeNull();
});

it('finds a line', () => {
  expect(lineRange('ab\ncde\n', 1)).toEqual({ from: 0, to: 2 });
  expect(lineRange('ab\ncde\n', 2)).toEqual({ from: 3, to: 6 });
  expect(lineRange('ab', 9)).toEqual({ from: 2, to: 2 });
});
