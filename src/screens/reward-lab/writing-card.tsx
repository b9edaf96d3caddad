import { useEffect } from 'preact/hooks';
import { usePage } from '../../app/page.ts';
import { Field, NumberField } from '../../views/field.tsx';
import { FamilyField, SegmentedField } from './fields.tsx';
import { useRewardLab } from './state.ts';
import { type Asking, ASKINGS, MOST_TASKS, PER_TASK } from './state/writing.ts';
import { text } from './text.ts';
import './writing-card.css';

const words = text.writing;

const whole =
  (least: number, most: number) =>
  (typed: string): number | null => {
    const number = Number(typed);
    return /^\d+$/.test(typed) && number >= least && number <= most ? number : null;
  };

function Writer() {
  const { goTo } = usePage();
  const { writing } = useRewardLab();
  const { policies, settings } = writing.state.value;
  return (
    <>
      <div class="field">
        <label for="writing-policy">{words.policy}</label>
        <select
          id="writing-policy"
          value={settings.policy}
          onChange={(event) => writing.choosePolicy(event.currentTarget.value)}
        >
          {policies.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <p class="hint">
          {words.policyAbout}{' '}
          <button type="button" class="link" onClick={() => goTo('models')}>
            {words.import}
          </button>
        </p>
      </div>
      <SegmentedField
        name="writing-asking"
        label={words.asking}
        values={Object.keys(ASKINGS) as Asking[]}
        labels={words.askings}
        value={settings.asking}
        about={words.askingAbout[settings.asking]}
        onChange={(asking) => writing.configure({ asking })}
      />
    </>
  );
}

function Tasks() {
  const { writing } = useRewardLab();
  const { settings } = writing.state.value;
  return (
    <>
      <Field id="writing-split" label={words.split} about={words.splitAbout} waits={false}>
        <select
          id="writing-split"
          value={settings.split}
          onChange={({ currentTarget: { value } }) =>
            writing.configure({ split: value === 'train' ? 'train' : 'held-out' })
          }
        >
          <option value="train">{text.pairs.split.train}</option>
          <option value="held-out">{text.pairs.split['held-out']}</option>
        </select>
      </Field>
      <FamilyField
        id="writing-family"
        about=""
        value={settings.family}
        onChange={(family) => writing.configure({ family })}
      />
      <NumberField
        id="writing-tasks"
        label={words.tasks}
        about={words.tasksAbout}
        waits={false}
        value={String(settings.tasks)}
        parse={whole(1, MOST_TASKS)}
        invalid={words.tasksInvalid(MOST_TASKS)}
        inputMode="numeric"
        onChange={(tasks) => writing.configure({ tasks })}
      />
      <Field id="writing-per-task" label={text.train.perTask} about={words.perTaskAbout} waits={false}>
        <select
          id="writing-per-task"
          value={String(settings.perTask)}
          onChange={(event) => writing.configure({ perTask: Number(event.currentTarget.value) })}
        >
          {PER_TASK.map((count) => (
            <option key={count} value={String(count)}>
              {count}
            </option>
          ))}
        </select>
      </Field>
      <NumberField
        id="writing-seed"
        label={text.seed}
        about={text.seedAbout}
        waits={false}
        value={String(settings.seed)}
        parse={whole(0, 2 ** 32 - 1)}
        invalid={text.train.invalid.seed}
        inputMode="numeric"
        onChange={(seed) => writing.configure({ seed })}
      />
    </>
  );
}

function Progress() {
  const { writing } = useRewardLab();
  const { running } = writing.state.value;
  if (!running) return null;
  const { done, of } = running;
  const doing = of === null ? words.waiting : done === 0 ? words.opening : words.progress(done, of);
  return (
    <div class="train-progress">
      <p class="number">{doing}</p>
      <progress aria-label={doing} {...(of !== null && done > 0 ? { max: of, value: done } : {})} />
    </div>
  );
}

function Result() {
  const { pairs, writing } = useRewardLab();
  const { result, running } = writing.state.value;
  if (!result || running) return null;
  const { source, busy } = pairs.state.value;
  const some = result.pairs.length > 0;
  const reasons = text.dropped(result.dropped);
  return (
    <div class="writing-result">
      <p>
        <strong>{words.result(result.pairs.length, result.tasks, result.by)}</strong>{' '}
        {reasons === '' ? words.noneDropped : words.dropped(reasons)} {some ? words.kept : words.none}
      </p>
      {some && (
        <div>
          <button type="button" onClick={writing.download}>
            {words.download}
          </button>
          {source.kind !== 'policy' && (
            <button type="button" disabled={busy} onClick={() => void writing.judge()}>
              {words.judge}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** A policy writes pairs: who, for which tasks, how far it is, and what came of it. */
export function WritingCard() {
  const { writing } = useRewardLab();
  const { running } = writing.state.value;
  useEffect(() => void writing.list(), [writing]);
  return (
    <details class="card writing-card">
      <summary>{words.heading}</summary>
      <p class="hint">{words.about}</p>
      <form onSubmit={(event) => event.preventDefault()}>
        <Writer />
        <Tasks />
      </form>
      <div class="writing-run">
        {running ? (
          <button type="button" onClick={writing.stop}>
            {text.stop}
          </button>
        ) : (
          <button type="button" class="primary" onClick={() => void writing.write()}>
            {words.start}
          </button>
        )}
        <Progress />
      </div>
      <div role="status">
        <Result />
      </div>
    </details>
  );
}
