import { bridged, type DiffPart } from './diff.ts';
import './diff-text.css';

/** A text with the words that another lacks marked; lines are kept. */
export function DiffText({ parts }: { readonly parts: readonly DiffPart[] }) {
  return (
    <p class="diff-text">
      {bridged(parts).map(({ text, own }, i) =>
        own && text.trim() !== '' ? <mark key={i}>{text}</mark> : text,
      )}
    </p>
  );
}
