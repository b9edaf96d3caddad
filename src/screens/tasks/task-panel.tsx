import { CheckCard } from './check-card.tsx';
import { CodeForm } from './code-form.tsx';
import { Icon } from '../../views/icons.tsx';
import { MathsForm } from './maths-form.tsx';
import { useTasks } from './state.ts';
import { nameOf, type Row, type TaskSet } from './state/rows.ts';
import { text } from './text.ts';
import './task-panel.css';

const words = text.task;

interface Props {
  readonly row: Row;
  readonly open: TaskSet;
}

/** The task on view: its fields, which are new ones for another task, and what its check says. */
export function TaskPanel({ row, open }: Props) {
  const { tasks } = useTasks();
  const at = open.rows.indexOf(row);
  const name = nameOf(row, at);
  const { content } = row;
  return (
    <section class="card task-panel" aria-label={words.label}>
      <header class="task-head">
        <h2>{name}</h2>
        <span class="hint number">{words.of(at + 1, open.rows.length)}</span>
        <button
          type="button"
          class="quiet"
          aria-label={words.previous}
          disabled={at === 0}
          onClick={() => tasks.move(-1)}
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          class="quiet"
          aria-label={words.next}
          disabled={at === open.rows.length - 1}
          onClick={() => tasks.move(1)}
        >
          <Icon name="forth" />
        </button>
        <button type="button" title={words.removeAbout(name)} onClick={tasks.removeTask}>
          {words.remove}
        </button>
      </header>
      <CheckCard />
      {content.domain === 'code' ? (
        <CodeForm key={row.key} fields={content.fields} />
      ) : (
        <MathsForm key={row.key} fields={content.fields} />
      )}
    </section>
  );
}
