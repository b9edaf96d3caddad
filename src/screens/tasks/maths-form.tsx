import type { MathsFields } from './state/fields.ts';
import { text } from './text.ts';
import { MoreFields } from './more-fields.tsx';
import { TextField } from './text-field.tsx';
import './form.css';

const MORE = ['id', 'family', 'units', 'tolerance'] as const;

/** The fields of a problem of mathematics. */
export function MathsForm({ fields }: { readonly fields: MathsFields }) {
  return (
    <div class="task-form">
      <div class="task-column">
        <TextField field="prompt" value={fields.prompt} rows={4} />
        <TextField field="answer" value={fields.answer} />
      </div>
      <div class="task-column">
        <TextField field="reasoning" value={fields.reasoning} rows={4} />
        <MoreFields label={text.task.moreMaths} fields={MORE}>
          <div class="task-column">
            <div class="task-pair">
              <TextField field="id" value={fields.id} />
              <TextField field="family" value={fields.family} />
            </div>
            <TextField field="units" value={fields.units} rows={2} />
            <TextField field="tolerance" value={fields.tolerance} />
          </div>
        </MoreFields>
      </div>
    </div>
  );
}
