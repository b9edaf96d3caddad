import { useState } from 'preact/hooks';
import { useTasks } from './state.ts';
import type { DomainName } from './state/fields.ts';
import type { TaskSet } from './state/rows.ts';
import { text } from './text.ts';

const words = text.sets;

/** The list on view, its name, and the way to others. */
export function SetsCard({ open }: { readonly open: TaskSet }) {
  const { tasks } = useTasks();
  const { sets, status, unsaved } = tasks.state.value;
  const [domain, setDomain] = useState<DomainName>('code');
  return (
    <section class="card tasks-card tasks-choice" aria-label={words.heading}>
      <h2>{words.heading}</h2>
      <div class="field">
        <label for="tasks-set">{words.label}</label>
        <select
          id="tasks-set"
          value={open.id}
          disabled={status !== 'ready'}
          onChange={(event) => void tasks.open(event.currentTarget.value, '')}
        >
          {sets.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="tasks-name">{words.name}</label>
        <input
          key={open.id}
          id="tasks-name"
          type="text"
          autocomplete="off"
          maxLength={80}
          value={open.name}
          onChange={(event) => {
            tasks.rename(event.currentTarget.value);
            // A name that is blank is not taken.
            event.currentTarget.value = tasks.state.peek().open?.name ?? '';
          }}
        />
        <p class="hint">{text.domain[open.domain]}</p>
      </div>
      <p class="field-error" role="status">
        {unsaved && words.unsaved}
      </p>
      <div class="tasks-buttons">
        <button type="button" title={words.removeAbout(open.name)} onClick={() => void tasks.removeSet()}>
          {words.remove}
        </button>
      </div>
      <div class="tasks-buttons tasks-new">
        <select
          aria-label={words.kind}
          value={domain}
          onChange={(event) => setDomain(event.currentTarget.value as DomainName)}
        >
          {(['code', 'maths'] as const).map((name) => (
            <option key={name} value={name}>
              {text.domain[name]}
            </option>
          ))}
        </select>
        <button type="button" onClick={() => tasks.createSet(domain)}>
          {words.add}
        </button>
      </div>
    </section>
  );
}
