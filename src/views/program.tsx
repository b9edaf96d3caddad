import { highlight } from './highlight.ts';

interface Props {
  readonly source: string;
  /** Line to mark, counted from 1. */
  readonly line: number | null;
}

/** Python source, coloured, with the line of an error marked. */
export function Program({ source, line }: Props) {
  const trimmed = source.replace(/\s+$/, '');
  const html = highlight(trimmed, 'python');
  return (
    <pre class="code">
      {line !== null && <i class="marked" style={{ '--line': line - 1 }} aria-hidden="true" />}
      {html === null ? <code>{trimmed}</code> : <code dangerouslySetInnerHTML={{ __html: html }} />}
    </pre>
  );
}
