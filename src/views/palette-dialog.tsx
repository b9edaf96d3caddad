import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { text } from '../text/index.ts';
import './palette-dialog.css';

export interface PaletteRow {
  readonly id: string;
  /** What it does. */
  readonly label: string;
  /** As printed on the key. */
  readonly key: string;
  /** Whether it can be done now. */
  readonly enabled: boolean;
}

interface Props {
  readonly rows: readonly PaletteRow[];
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onChoose: (id: string) => void;
}

/** The rows that have every word that was typed, those first that begin with it. */
export function matching(rows: readonly PaletteRow[], typed: string): readonly PaletteRow[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const begins = ({ label }: PaletteRow): boolean => label.toLowerCase().startsWith(words[0] ?? '');
  return rows
    .filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)))
    .toSorted((a, b) => Number(begins(b)) - Number(begins(a)));
}

/** Finds a command by its words and does it. */
export function PaletteDialog({ rows, open, onClose, onChoose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  useEffect(() => {
    setTyped('');
    setAt(0);
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const found = matching(rows, typed);
  const chosen = Math.min(at, found.length - 1);
  const choose = (row: PaletteRow | undefined): void => {
    if (!row?.enabled) return;
    onClose();
    onChoose(row.id);
  };
  const move = (by: number): void => setAt((chosen + by + found.length) % Math.max(1, found.length));
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter') choose(found[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog ref={dialog} class="palette" aria-label={text.palette.title} onClose={onClose}>
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
        aria-label={text.palette.label}
        placeholder={text.palette.label}
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <div id={`${id}-list`} role="listbox" aria-label={text.palette.title}>
        {found.map((row, i) => (
          <button
            type="button"
            key={row.id}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === chosen}
            aria-disabled={!row.enabled}
            ref={(element) => {
              if (i === chosen) element?.scrollIntoView({ block: 'nearest' });
            }}
            onPointerMove={() => setAt(i)}
            onClick={() => choose(row)}
          >
            <span>{row.label}</span>
            <kbd>{row.key}</kbd>
          </button>
        ))}
      </div>
      {found.length === 0 && <p role="status">{text.palette.none}</p>}
    </dialog>
  );
}
