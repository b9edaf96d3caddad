import { DropZone } from '../../views/drop-zone.tsx';
import { Field } from '../../views/field.tsx';
import { FileButton } from '../../views/file-button.tsx';
import { TasksReport } from '../../views/tasks-report.tsx';
import { Numbers, Prompts, Sampling } from './form-numbers.tsx';
import { useBenchmarks } from './state.ts';
import { type PolicyOption, tasksLabel } from './state/options.ts';
import { cautionsOf, MOST_POLICIES } from './state/plan.ts';
import { text } from './text.ts';
import './form-card.css';

const words = text.form;

function Policy({ option }: { readonly option: PolicyOption }) {
  const { state, change } = useBenchmarks();
  const { policies } = state.value.form;
  const { id, name, domain } = option;
  const place = policies.indexOf(id);
  const toggle = (checked: boolean): void =>
    change({ policies: checked ? [...policies, id] : policies.filter((each) => each !== id) });
  return (
    <li>
      <label class="check">
        <input
          type="checkbox"
          data-policy={id}
          checked={place !== -1}
          onChange={({ currentTarget }) => toggle(currentTarget.checked)}
        />
        <span>
          {name}
          {domain && <small> {domain.label}</small>}
        </span>
        {place !== -1 && policies.length > 1 && (
          <b class="number" title={text.policies.place(place + 1)}>
            <span aria-hidden="true">{place + 1}</span>
            <span class="visually-hidden">{text.policies.place(place + 1)}</span>
          </b>
        )}
      </label>
    </li>
  );
}

function Policies() {
  const { state } = useBenchmarks();
  return (
    <fieldset class="field policies-field">
      <legend class="field-name">{text.policies.heading}</legend>
      <ul>
        {state.value.policies.map((option) => (
          <Policy key={option.id} option={option} />
        ))}
      </ul>
      <p class="hint">{text.policies.about(MOST_POLICIES)}</p>
    </fieldset>
  );
}

function Report() {
  const { state, closeReport } = useBenchmarks();
  const { report } = state.value;
  if (!report) return null;
  const close = { label: text.tasks.closeReport, onClick: closeReport };
  return <TasksReport report={report} words={text.tasks} close={close} />;
}

function Tasks() {
  const { state, change, takeTasks } = useBenchmarks();
  const { form, tasks, checking } = state.value;
  return (
    <>
      <Field id="benchmark-tasks" label={text.tasks.label} about={text.tasks.about} waits={false}>
        <select
          id="benchmark-tasks"
          aria-describedby="benchmark-tasks-about"
          value={form.tasks}
          onChange={({ currentTarget }) => change({ tasks: currentTarget.value })}
        >
          {tasks.map((option) => (
            <option key={option.id} value={option.id}>
              {tasksLabel(option)}
            </option>
          ))}
        </select>
      </Field>
      <div class="field">
        <FileButton
          id="benchmark-file"
          label={text.tasks.open}
          disabled={checking !== null}
          onPick={([file]) => void takeTasks(file!)}
        />
        <p class="hint" role="status">
          {checking
            ? text.tasks.checking(checking.name, checking.done, checking.total)
            : text.tasks.openAbout}
        </p>
      </div>
      <Report />
    </>
  );
}

function Sentences({ of, kind }: { readonly of: readonly string[]; readonly kind: string }) {
  return of.length === 0 ? null : (
    <ul class={kind}>
      {of.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

/** Which policies on which tasks, and how many samples. */
export function FormCard() {
  const { state, start, takeTasks } = useBenchmarks();
  const { form, problems } = state.value;
  const drop = ({ files: [file] }: DataTransfer): void => {
    if (file) void takeTasks(file);
  };
  return (
    <section class="card benchmark-form-card" aria-label={words.heading}>
      <DropZone class="benchmark-form" onDrop={drop}>
        <h2>{words.heading}</h2>
        <Policies />
        <Tasks />
        <Numbers />
        <Sampling />
        <Prompts />
        <Sentences of={cautionsOf(form, state.value)} kind="cautions hint" />
        <div role="alert">
          <Sentences of={problems} kind="field-error" />
        </div>
        <button type="button" class="primary" data-start onClick={() => void start()}>
          {words.start}
        </button>
      </DropZone>
    </section>
  );
}
