import { text as words } from './text.ts';

interface Props {
  /** Counted from 1; nothing is shown for `null`. */
  readonly line: number | null;
  /** The program has changed, so the line may be another one now. */
  readonly stale: boolean;
  readonly onLine: (line: number) => void;
}

/** The line that an error came from, which leads to it in the editor. */
export function LineButton({ line, stale, onLine }: Props) {
  if (line === null) return null;
  if (stale) return <span>({words.goTo(line)})</span>;
  return (
    <button type="button" class="link" aria-label={words.goToLabel(line)} onClick={() => onLine(line)}>
      {words.goTo(line)}
    </button>
  );
}
