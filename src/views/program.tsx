import type { Language } from '../sandbox/types.ts';
import { highlight } from './highlight.ts';

interface Props {
  readonly source: string;
  /** What it is coloured as; null for plain text. */
  readonly language: Language | null;
  /** Line to mark, counted from 1. */
  readonly line: number | null;
}

/** Source, coloured, with the line of an error marked. */
export function Program({ source, language, line }: Props) {
  const trimmed = source.replace(/\s+$/, '');
  const html = language === null ? null : highlight(trimmed, language);
  return (
    <pre class="code">
      {line !== null && <i class="marked" style={{ '--line': line - 1 }} aria-hidden="true" />}
      {html === null ? <code>{trimmed}</code> : <code dangerouslySetInnerHTML={{ __html: html }} />}
    </pre>
  );
}
