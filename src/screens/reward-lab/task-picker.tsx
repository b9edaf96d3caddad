import { text } from './text.ts';
import type { TaskSummary } from '../../../workers/study.ts';
import './task-picker.css';

interface Props {
  readonly id: string;
  readonly tasks: readonly TaskSummary[];
  readonly taskId: string | null;
  /** What stands there when the task is none of the world's. */
  readonly own?: string;
  readonly onChoose: (taskId: string) => void;
}

/** The sentence of the docstring, which says what the task is. */
const saidBy = ({ prompt, id }: TaskSummary): string => /"""(.*?)"""/s.exec(prompt)?.[1] ?? id;

/** First the family, then one of its tasks. */
export function TaskPicker({ id, tasks, taskId, own, onChoose }: Props) {
  const chosen = tasks.find((task) => task.id === taskId);
  const families = [...new Set(tasks.map(({ family }) => family))];
  const family = chosen?.family ?? families[0] ?? '';
  return (
    <div class="task-picker">
      <div class="field">
        <label for={`${id}-family`}>{text.family}</label>
        <select
          id={`${id}-family`}
          value={family}
          onChange={(event) => {
            const first = tasks.find((task) => task.family === event.currentTarget.value);
            if (first) onChoose(first.id);
          }}
        >
          {families.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for={`${id}-task`}>{text.task}</label>
        <select
          id={`${id}-task`}
          value={chosen?.id ?? ''}
          onChange={(event) => onChoose(event.currentTarget.value)}
        >
          {!chosen && <option value="">{own ?? ''}</option>}
          {tasks
            .filter((task) => task.family === family)
            .map((task) => (
              <option key={task.id} value={task.id}>
                {saidBy(task)}
              </option>
            ))}
        </select>
      </div>
    </div>
  );
}
