/** CodeMirror, set up for the programs and tests of this page. Fetched when somebody writes one. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascriptLanguage } from '@codemirror/lang-javascript';
import { pythonLanguage } from '@codemirror/lang-python';
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import type { Language } from '../sandbox/types.ts';

export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly value: string;
  readonly language: Language;
  readonly onChange: (value: string) => void;
}

export interface Editor {
  setLanguage(language: Language): void;
  /** Attributes of the field, such as its name. */
  setAttributes(attributes: Readonly<Record<string, string>>): void;
  /** Lines to mark, from 1. */
  mark(lines: readonly number[]): void;
  /** Puts the focus there, with this selected. */
  focus(from: number, to: number): void;
  destroy(): void;
}

const LANGUAGES: Readonly<Record<Language, Extension>> = {
  python: [pythonLanguage, indentUnit.of('    ')],
  javascript: [javascriptLanguage, indentUnit.of('  ')],
};

const setMarks = StateEffect.define<readonly number[]>();

/** Marked lines stay with their text while it is edited. */
const marks = StateField.define({
  create: () => Decoration.none,
  update(before, transaction) {
    const asked = transaction.effects.find((effect) => effect.is(setMarks));
    if (!asked) return before.map(transaction.changes);
    const { doc } = transaction.state;
    const lines = (asked.value as readonly number[]).filter((line) => line >= 1 && line <= doc.lines);
    const starts = [...new Set(lines)].toSorted((a, b) => a - b).map((line) => doc.line(line).from);
    return Decoration.set(starts.map((from) => Decoration.line({ class: 'cm-marked' }).range(from)));
  },
  provide: (field) => EditorView.decorations.from(field),
});

const theme = EditorView.theme({
  '&': { background: 'var(--sunken)', color: 'var(--ink)', fontSize: '0.8125rem' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-content': { padding: '0.5rem 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 0.625rem' },
  '.cm-gutters': {
    background: 'var(--sunken)',
    color: 'var(--ink-3)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-marked': { background: 'var(--bad-soft)', boxShadow: 'inset 3px 0 var(--bad)' },
  '&.cm-focused .cm-matchingBracket': {
    background: 'var(--accent-soft)',
    outline: '1px solid var(--accent)',
  },
});

export function mountEditor({ parent, value, language, onChange }: EditorOptions): Editor {
  const [written, named] = [new Compartment(), new Compartment()];
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: value,
      extensions: [
        written.of(LANGUAGES[language]),
        named.of([]),
        marks,
        lineNumbers(),
        history(),
        indentOnInput(),
        bracketMatching(),
        syntaxHighlighting(classHighlighter),
        EditorView.lineWrapping,
        // Escape lets the next Tab leave the field.
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        theme,
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setLanguage: (to) => view.dispatch({ effects: written.reconfigure(LANGUAGES[to]) }),
    setAttributes: (attributes) =>
      view.dispatch({ effects: named.reconfigure(EditorView.contentAttributes.of(attributes)) }),
    mark: (lines) => view.dispatch({ effects: setMarks.of(lines) }),
    focus(from, to) {
      view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}
