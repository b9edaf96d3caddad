import type { Language } from '../../sandbox/types.ts';
import { SourceField } from './source-field.tsx';
import { useTasks } from './state.ts';
import type { CodeFields } from './state/fields.ts';
import { text } from './text.ts';
import { MoreFields } from './more-fields.tsx';
import { TextField } from './text-field.tsx';
import './form.css';

const words = text.task;

const MORE = ['id', 'family', 'preamble'] as const;

/** The fields of a task of programs. */
export function CodeForm({ fields }: { readonly fields: CodeFields }) {
  const { tasks } = useTasks();
  const { language } = fields;
  const entry = fields.entry.trim() || 'f';
  return (
    <div class="task-form">
      <div class="task-column">
        <TextField field="prompt" value={fields.prompt} rows={4} code />
        <div class="task-pair">
          <TextField field="entry" value={fields.entry} />
          <div class="field">
            <label for="task-language">{words.field.language}</label>
            <select
              id="task-language"
              value={language}
              onChange={(event) => tasks.edit({ language: event.currentTarget.value })}
            >
              {(['python', 'javascript'] as const).map((name: Language) => (
                <option key={name} value={name}>
                  {words.languages[name]}
                </option>
              ))}
            </select>
          </div>
        </div>
        <SourceField field="program" value={fields.program} language={language} more={words.editorKeys} />
        <TextField field="reasoning" value={fields.reasoning} rows={2} />
      </div>
      <div class="task-column">
        <SourceField
          field="visible"
          value={fields.visible}
          language={language}
          more={words.notation[language](entry)}
        />
        <SourceField field="heldOut" value={fields.heldOut} language={language} />
        <MoreFields label={words.more} fields={MORE}>
          <div class="task-column">
            <div class="task-pair">
              <TextField field="id" value={fields.id} />
              <TextField field="family" value={fields.family} />
            </div>
            <TextField field="preamble" value={fields.preamble} rows={3} code />
          </div>
        </MoreFields>
      </div>
    </div>
  );
}
