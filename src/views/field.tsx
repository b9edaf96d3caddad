import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { text } from '../text/index.ts';
import { Maths } from './maths.tsx';

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly about: string;
  /** Marks a change that waits for a reset. */
  readonly waits: boolean;
  readonly error?: string | null;
  readonly children: ComponentChildren;
}

/** A label, a control, and a sentence on what it does. */
export function Field({ id, label, about, waits, error, children }: FieldProps) {
  return (
    <div class="field">
      <label for={id}>
        <Maths text={label} /> {waits && <span class="badge">{text.setting.restart}</span>}
      </label>
      {children}
      <p id={`${id}-about`} class={error ? 'field-error' : 'hint'}>
        <Maths text={error ?? about} />
      </p>
    </div>
  );
}

interface NumberFieldProps extends Omit<FieldProps, 'children' | 'error'> {
  readonly value: string;
  /** The value read from what was typed, or `null` when it cannot be. */
  readonly parse: (typed: string) => number | null;
  readonly invalid: string;
  readonly inputMode: 'numeric' | 'text';
  readonly onChange: (value: number) => void;
}

/**
 * A number that is read when the field is left. What is being typed stays, whatever else the page shows meanwhile; so does
 * what cannot be read, with the reason under it.
 */
export function NumberField({ value, parse, invalid, inputMode, onChange, ...field }: NumberFieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const [isLeft, setLeft] = useState(false);
  const read = (typed: string): number | null => parse(typed.trim());
  const bad = isLeft && draft !== null && read(draft) === null;
  const type = (typed: string): void => {
    setDraft(typed);
    setLeft(false);
  };
  const take = (typed: string): void => {
    const parsed = read(typed);
    setDraft(parsed === null ? typed : null);
    setLeft(true);
    if (parsed !== null && parsed !== read(value)) onChange(parsed);
  };
  return (
    <Field {...field} error={bad ? invalid : null}>
      <input
        id={field.id}
        type="text"
        inputMode={inputMode}
        autocomplete="off"
        spellcheck={false}
        value={draft ?? value}
        aria-invalid={bad}
        aria-describedby={`${field.id}-about`}
        onInput={(event) => type(event.currentTarget.value)}
        onChange={(event) => take(event.currentTarget.value)}
        // What was typed and taken back by hand is no change, and no draft either.
        onBlur={() => setDraft((kept) => (kept !== null && read(kept) === read(value) ? null : kept))}
      />
    </Field>
  );
}
