import type { TaskField } from '../../domains/files/draft.ts';
import { About, aboutId, fieldId, useIsWrong } from './flaws.tsx';
import { useTasks } from './state.ts';
import { text } from './text.ts';

const words = text.task;

interface Props {
  readonly field: Exclude<TaskField, 'language' | 'visible' | 'heldOut' | 'program'>;
  readonly value: string;
  /** Lines that it shows at least; one is a field of one line. */
  readonly rows?: number;
  readonly code?: boolean;
}

const LINES = 12;

/** A field of plain text. */
export function TextField({ field, value, rows = 1, code = false }: Props) {
  const { tasks } = useTasks();
  const invalid = useIsWrong(field);
  const shared = {
    id: fieldId(field),
    value,
    autocomplete: 'off',
    spellcheck: !code && rows > 1,
    'aria-invalid': invalid,
    'aria-describedby': aboutId(field),
    onInput: (event: { readonly currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      tasks.edit({ [field]: event.currentTarget.value }),
  } as const;
  return (
    <div class="field">
      <label for={fieldId(field)}>{words.field[field]}</label>
      {rows === 1 ? (
        <input type="text" autocapitalize="off" {...shared} />
      ) : (
        <textarea
          class={code ? 'code' : ''}
          rows={Math.min(LINES, Math.max(rows, value.split('\n').length))}
          {...shared}
        />
      )}
      <About field={field} about={words.about[field]} />
    </div>
  );
}
