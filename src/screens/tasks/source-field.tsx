import type { Language } from '../../sandbox/types.ts';
import { SourceEditor } from '../../views/source-editor.tsx';
import { About, aboutId, fieldId, useIsWrong, useMarked } from './flaws.tsx';
import { useTasks } from './state.ts';
import { text } from './text.ts';

const words = text.task;

interface Props {
  readonly field: 'visible' | 'heldOut' | 'program';
  readonly value: string;
  readonly language: Language;
  /** What a person has to know to write it, beside what it is. */
  readonly more?: string;
}

/** A program, or tests. */
export function SourceField({ field, value, language, more = '' }: Props) {
  const { tasks } = useTasks();
  const marked = useMarked(field);
  const invalid = useIsWrong(field);
  return (
    <div class="field">
      <span class="field-name" aria-hidden="true">
        {words.field[field]}
      </span>
      <SourceEditor
        id={fieldId(field)}
        label={words.field[field]}
        value={value}
        language={language}
        marked={marked}
        describedBy={aboutId(field)}
        invalid={invalid}
        onChange={(typed) => tasks.edit({ [field]: typed })}
      />
      <About field={field} about={`${words.about[field]}${more === '' ? '' : ` ${more}`}`} />
    </div>
  );
}
