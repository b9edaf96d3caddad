import { Fragment } from 'preact';
import { useRef } from 'preact/hooks';
import { words } from './text.ts';
import './token-strip.css';

export interface StripToken {
  readonly text: string;
  /** In [−1, 1]: how strongly it is coloured, and in which direction. */
  readonly value: number;
  /** The number behind the colour, in words. */
  readonly label: string;
  /** Held by the clip. */
  readonly clipped?: boolean;
}

interface Props {
  /** What the colours say. */
  readonly label: string;
  readonly tokens: readonly StripToken[];
  readonly chosen: number | null;
  readonly onChoose: (token: number) => void;
  /** Also where the pointer only rests. */
  readonly onPoint?: (token: number | null) => void;
}

/** White space as it can be seen. */
const shown = (text: string): string =>
  text.replace(/\n/g, '↵').replace(/^ +| +$/g, (spaces) => '·'.repeat(spaces.length));

const spoken = (text: string): string => (text.trim() === '' ? words.newline : text);

/** One completion, token by token: one tab stop, arrow keys inside. */
export function TokenStrip({ label, tokens, chosen, onChoose, onPoint }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const stop = chosen ?? 0;
  const onKey = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(tokens.length - 1, stop + by));
    onChoose(to);
    host.current?.querySelectorAll<HTMLElement>('button')[to]?.focus();
  };
  return (
    <div class="token-strip" role="group" aria-label={`${label}. ${words.tokens}`} ref={host}>
      {tokens.map(({ text, value, label: number, clipped = false }, i) => (
        <Fragment key={i}>
          {text.startsWith('\n') && <br />}
          <button
            type="button"
            class={`token ${value < 0 ? 'down' : 'up'} ${clipped ? 'clipped' : ''}`}
            style={{ '--v': Math.min(1, Math.abs(value)) }}
            tabIndex={i === stop ? 0 : -1}
            aria-pressed={i === chosen}
            aria-label={`${spoken(text)}: ${number}`}
            title={number}
            onClick={() => onChoose(i)}
            onKeyDown={onKey}
            onPointerEnter={() => onPoint?.(i)}
            onPointerLeave={() => onPoint?.(null)}
          >
            {shown(text)}
          </button>
          {text.includes('\n') && !text.startsWith('\n') && <br />}
        </Fragment>
      ))}
    </div>
  );
}
