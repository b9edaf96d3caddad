import type { Ref } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { editFor } from './editing.ts';
import type { Language } from '../sandbox/types.ts';
import { highlight } from './highlight.ts';
import './code-editor.css';

interface Props {
  readonly id: string;
  readonly value: string;
  readonly language: Language;
  /** Lines to mark, counted from 1. */
  readonly marked: readonly number[];
  readonly describedBy: string;
  readonly field?: Ref<HTMLTextAreaElement>;
  readonly onChange: (value: string) => void;
}

/** Through the browser's own editing, so that undo still works. */
function apply(field: HTMLTextAreaElement, from: number, to: number, insert: string): void {
  field.setSelectionRange(from, to);
  document.execCommand(insert === '' ? 'delete' : 'insertText', false, insert);
}

/**
 * A program to edit: a text field without ink over the same text in colour. Both have the size of the text and
 * the box around them scrolls, so nothing has to be kept in step.
 */
export function CodeEditor({ id, value, language, marked, describedBy, field, onChange }: Props) {
  const lines = value.split('\n').length;
  const html = highlight(value, language);
  const box = useRef<HTMLDivElement>(null);
  const first = marked[0];
  useLayoutEffect(() => {
    const mark = box.current?.querySelector<HTMLElement>('.marked');
    if (!box.current || !mark) return;
    const { scrollTop, clientHeight } = box.current;
    const { offsetTop, offsetHeight } = mark;
    if (offsetTop < scrollTop || offsetTop + offsetHeight > scrollTop + clientHeight)
      box.current.scrollTop = offsetTop - clientHeight / 3;
  }, [first]);
  const onKeyDown = (event: KeyboardEvent & { readonly currentTarget: HTMLTextAreaElement }): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const { currentTarget: target } = event;
    const edit = editFor(event.key, target.value, target.selectionStart, target.selectionEnd, language);
    if (!edit) return;
    event.preventDefault();
    apply(target, edit.from, edit.to, edit.insert);
  };
  return (
    <div class="editor" ref={box}>
      <div class="editor-gutter" aria-hidden="true">
        {Array.from({ length: lines }, (_, i) => (
          <span key={i} class={marked.includes(i + 1) ? 'marked-number' : ''}>
            {i + 1}
          </span>
        ))}
      </div>
      <div class="editor-text">
        {marked.map((line) => (
          <i key={line} class="marked" style={{ '--line': line - 1 }} aria-hidden="true" />
        ))}
        <pre aria-hidden="true">
          {html === null ? (
            <code>{`${value}\n`}</code>
          ) : (
            <code dangerouslySetInnerHTML={{ __html: `${html}\n` }} />
          )}
        </pre>
        <textarea
          id={id}
          ref={field ?? null}
          value={value}
          wrap="off"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          aria-describedby={describedBy}
          onInput={(event) => onChange(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </div>
    </div>
  );
}
