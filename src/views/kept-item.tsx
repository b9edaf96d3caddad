import { useEffect, useRef, useState } from 'preact/hooks';
import './kept-item.css';

interface Props {
  readonly title: string;
  /** Whether it is the one on view. */
  readonly shown: boolean;
  /** How much of it is done: in short, and in words. */
  readonly done: { readonly short: string; readonly about: string; readonly running: boolean };
  /** Milliseconds since 1970, where that is of use. */
  readonly created?: number;
  readonly words: {
    readonly remove: string;
    readonly removeAbout: (title: string) => string;
    readonly keep: string;
  };
  /** What is asked before it is deleted. */
  readonly confirm: string;
  readonly onView: () => void;
  readonly onRemove: () => void;
}

/** One of the things that took their time and are kept: a click shows it; deleting it asks once more. */
export function KeptItem({ title, shown, done, created, words, confirm, onView, onRemove }: Props) {
  const [asking, setAsking] = useState(false);
  const [keep, remove] = [useRef<HTMLButtonElement>(null), useRef<HTMLButtonElement>(null)];
  const asked = useRef(false);
  useEffect(() => {
    // The button that was pressed is gone: the keyboard goes on at what stands in its place.
    if (asking) keep.current?.focus();
    else if (asked.current) remove.current?.focus();
    asked.current = asking;
  }, [asking]);
  return (
    <li class="kept-item" aria-current={shown ? 'true' : undefined}>
      <button type="button" class="link" onClick={onView}>
        {title}
      </button>
      <span class="number" title={done.about}>
        {done.running && <span class="status-dot running" />}
        <span class="visually-hidden">{done.about}</span>
        <span aria-hidden="true">{done.short}</span>
      </span>
      {created !== undefined && (
        <time class="hint" dateTime={new Date(created).toISOString()}>
          {new Date(created).toLocaleString()}
        </time>
      )}
      {asking ? (
        <p class="confirm">
          <span>{confirm}</span>
          <button type="button" onClick={onRemove}>
            {words.remove}
          </button>
          <button ref={keep} type="button" onClick={() => setAsking(false)}>
            {words.keep}
          </button>
        </p>
      ) : (
        <button
          ref={remove}
          type="button"
          class="link remove"
          aria-label={words.removeAbout(title)}
          onClick={() => setAsking(true)}
        >
          {words.remove}
        </button>
      )}
    </li>
  );
}
