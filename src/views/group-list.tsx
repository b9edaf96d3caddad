import { text } from '../text/index.ts';
import type { Task } from '../domains/domain.ts';
import { decimal } from './format.ts';
import type { GatedGroup } from './gate-data.ts';
import './group-list.css';

interface Props {
  readonly groups: readonly GatedGroup[];
  readonly tasks: Readonly<Record<string, Task>>;
  readonly selected: number;
  readonly onSelect: (group: number) => void;
}

/** All groups of the step at a glance: one mark per completion, filled when it passes. */
export function GroupList({ groups, tasks, selected, onSelect }: Props) {
  return (
    <nav class="group-list" aria-label={text.group.list}>
      <ol>
        {groups.map((g, i) => (
          <li key={i}>
            <button type="button" aria-current={i === selected} onClick={() => onSelect(i)}>
              <span class="group-name">{tasks[g.taskId]?.label ?? g.taskId}</span>
              <span class="marks">
                <span class="visually-hidden">{text.group.passing(g.passing, g.completions.length)}</span>
                {g.order.map((j, place) => (
                  <i key={place} class={g.completions[j]?.rollout.rewards.outcome === 1 ? 'pass' : 'fail'} />
                ))}
              </span>
              <span class="number" title={text.group.mean}>
                {g.flat ? <span class="flat">{text.group.noGradient}</span> : decimal(g.mean)}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
