import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Language } from '../sandbox/types.ts';
import { text } from '../text/index.ts';
import type { Editor } from './code-mirror.ts';
import './source-editor.css';

type CodeMirror = typeof import('./code-mirror.ts');

let codeMirror: CodeMirror | null = null;
let fetching: Promise<CodeMirror> | null = null;

/** Fetched once; a fetch that failed is tried again by the next editor. */
function fetchCodeMirror(): Promise<CodeMirror> {
  fetching ??= import('./code-mirror.ts').then(
    (loaded) => (codeMirror = loaded),
    (error: unknown) => {
      fetching = null;
      throw error;
    },
  );
  return fetching;
}

interface Props {
  readonly id: string;
  readonly label: string;
  /** What it begins with; afterwards the editor has its own text. Another text is another editor, by its `key`. */
  readonly value: string;
  readonly language: Language;
  /** Lines to mark, from 1. */
  readonly marked: readonly number[];
  readonly describedBy: string;
  readonly invalid: boolean;
  readonly onChange: (value: string) => void;
}

const ROWS = 3;

/** The field that stands in place of the editor until that is there, and where it cannot be loaded. */
function PlainField(props: Props & { readonly field: { current: HTMLTextAreaElement | null } }) {
  const { id, label, value, describedBy, invalid, field, onChange } = props;
  return (
    <textarea
      id={id}
      ref={field}
      class="code"
      aria-label={label}
      aria-describedby={describedBy}
      aria-invalid={invalid}
      spellcheck={false}
      autocomplete="off"
      autocapitalize="off"
      rows={Math.max(ROWS, value.split('\n').length)}
      value={value}
      onInput={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** A program or tests to write, in CodeMirror. */
export function SourceEditor(props: Props) {
  const { id, label, value, language, marked, describedBy, invalid, onChange } = props;
  const [status, setStatus] = useState<'loading' | 'ready' | 'failed'>(codeMirror ? 'ready' : 'loading');
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const selected = useRef<readonly [number, number] | null>(null);
  const editor = useRef<Editor | null>(null);
  const hear = useRef(onChange);
  hear.current = onChange;
  useEffect(() => {
    if (codeMirror) return;
    let here = true;
    const become = (next: typeof status): void => {
      const { current } = field;
      // Who has begun to write goes on in the editor.
      if (current && document.activeElement === current)
        selected.current = [current.selectionStart, current.selectionEnd];
      if (here) setStatus(next);
    };
    fetchCodeMirror().then(
      () => become('ready'),
      () => become('failed'),
    );
    return () => void (here = false);
  }, []);
  useLayoutEffect(() => {
    if (status !== 'ready' || !codeMirror || !box.current) return;
    const mounted = codeMirror.mountEditor({
      parent: box.current,
      value,
      language,
      onChange: (typed) => hear.current(typed),
    });
    editor.current = mounted;
    if (selected.current) mounted.focus(...selected.current);
    return () => {
      editor.current = null;
      mounted.destroy();
    };
  }, [status]);
  useLayoutEffect(() => editor.current?.setLanguage(language), [status, language]);
  useLayoutEffect(
    () =>
      editor.current?.setAttributes({
        id,
        'aria-label': label,
        'aria-describedby': describedBy,
        'aria-invalid': String(invalid),
      }),
    [status, id, label, describedBy, invalid],
  );
  const lines = marked.join(' ');
  useLayoutEffect(() => editor.current?.mark(marked), [status, lines]);
  return (
    <div class="source-editor" ref={box} data-status={status}>
      {status !== 'ready' && <PlainField {...props} field={field} />}
      {status === 'failed' && <p class="field-error">{text.editor.failed}</p>}
    </div>
  );
}
