import { useRef, useState } from 'preact/hooks';
import './token-strip.css';

/** A token as a strip shows it. */
export interface StripToken {
  /** Its text, or its number where that is not known. */
  readonly piece: string;
  /** `null` where it is not known. */
  readonly value: number | null;
  /** Nothing is learned from it. */
  readonly masked: boolean;
  /** The clip holds it. */
  readonly clipped?: boolean;
  /** What is said of it after its value. */
  readonly note?: string;
}

interface Props {
  readonly label: string;
  readonly tokens: readonly StripToken[];
  /** Whether values have a direction, so that there are two colours, one on either side of 0. */
  readonly signed: boolean;
  readonly range: readonly [low: number, high: number];
  readonly format: (value: number) => string;
  /** The chosen token, where it is kept outside. */
  readonly chosen?: number;
  readonly onChoose?: (token: number) => void;
  /** The token under the pointer, and `null` when it leaves. */
  readonly onPoint?: (token: number | null) => void;
  readonly words: {
    readonly about: (place: number, of: number, piece: string, value: string) => string;
    readonly masked: string;
    readonly unknown: string;
    readonly keys: string;
  };
}

const VISIBLE: Readonly<Record<string, string>> = { ' ': '·', '\n': '↵', '\t': '→' };

/** Text with white space as marks; after the mark of a line's end the line does end. */
function Visible({ piece }: { readonly piece: string }) {
  return (
    <>
      {piece.split(/([ \n\t])/).map((part, i) =>
        VISIBLE[part] === undefined ? (
          part
        ) : (
          <span key={i}>
            {VISIBLE[part]}
            {part === '\n' && part}
          </span>
        ),
      )}
    </>
  );
}

/** How strong the colour of a value is, in [0, 1]. */
export function strengthOf(
  value: number,
  { signed, range: [low, high] }: Pick<Props, 'signed' | 'range'>,
): number {
  const share = signed
    ? Math.abs(value) / Math.max(Math.abs(low), Math.abs(high))
    : (value - low) / (high - low);
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}

const toneOf = ({ value, masked }: StripToken, signed: boolean): string => {
  if (masked) return 'masked';
  if (value === null) return 'unknown';
  return signed && value < 0 ? 'down' : signed ? 'up' : 'plain';
};

/** What the colours mean: one ramp from low to high, or two that meet at 0. */
function Legend({ signed, range: [low, high], format }: Pick<Props, 'signed' | 'range' | 'format'>) {
  return (
    <p class="strip-legend number">
      <span>{format(low)}</span>
      <i class={signed ? 'both' : 'ramp'} aria-hidden="true" />
      <span>{format(high)}</span>
    </p>
  );
}

/**
 * The tokens of a completion, coloured by one value each. One stop for the Tab key; inside, the arrow keys, Home and End
 * move, and the token that they reach is read out.
 */
export function TokenStrip({
  label,
  tokens,
  signed,
  range,
  format,
  chosen,
  onChoose,
  onPoint,
  words,
}: Props) {
  const [own, setOwn] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const last = tokens.length - 1;
  const place = Math.min(chosen ?? own, Math.max(0, last));
  const choose = (token: number): void => {
    setOwn(token);
    onChoose?.(token);
  };
  const about = ({ piece, value, masked, note }: StripToken, i: number): string => {
    const said = masked ? words.masked : value === null ? words.unknown : format(value);
    return words.about(i + 1, tokens.length, piece, note === undefined ? said : `${said}, ${note}`);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = {
      ArrowRight: place + 1,
      ArrowDown: place + 1,
      ArrowLeft: place - 1,
      ArrowUp: place - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = Math.min(last, Math.max(0, to));
    choose(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  };
  const id = `strip-${label.replaceAll(/\W+/g, '-')}`;
  const focused = tokens[place];
  return (
    <div class="token-strip">
      <div
        class="strip"
        ref={list}
        role="listbox"
        tabIndex={0}
        aria-label={`${label} ${words.keys}`}
        aria-activedescendant={focused && `${id}-${place}`}
        onKeyDown={onKeyDown}
      >
        {tokens.map((token, i) => (
          // The keys of the list choose, too.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <span
            key={i}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === place}
            aria-label={about(token, i)}
            title={about(token, i)}
            class={`${toneOf(token, signed)} ${token.clipped ? 'clipped' : ''}`}
            style={{
              '--strength': token.value === null ? 0 : strengthOf(token.value, { signed, range }).toFixed(3),
            }}
            onClick={() => choose(i)}
            onPointerEnter={() => onPoint?.(i)}
            onPointerLeave={() => onPoint?.(null)}
          >
            <Visible piece={token.piece} />
          </span>
        ))}
      </div>
      <div class="strip-foot">
        <p class="strip-value number" data-token={place}>
          {focused && about(focused, place)}
        </p>
        <Legend signed={signed} range={range} format={format} />
      </div>
    </div>
  );
}
