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

/** A number that is read when the field is left; what cannot be read stays, with the reason under it. */
export function NumberField({ value, parse, invalid, inputMode, onChange, ...field }: NumberFieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const bad = draft !== null && parse(draft) === null;
  const take = (typed: string): void => {
    const parsed = parse(typed.trim());
    setDraft(parsed === null ? typed : null);
    if (parsed !== null) onChange(parsed);
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
        onChange={(event) => take(event.currentTarget.value)}
      />
    </Field>
  );
}
