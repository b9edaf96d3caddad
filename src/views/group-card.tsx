import type { ComponentChildren } from 'preact';
import { text } from '../text/index.ts';
import type { Rollout } from '../rl/types.ts';
import type { Domain, Task } from '../domains/domain.ts';
import { CompletionRow, RowHead } from './completion-row.tsx';
import { decimal } from './format.ts';
import type { GatedGroup } from './gate-data.ts';
import './group-card.css';

interface Props {
  readonly group: GatedGroup;
  readonly task: Task | undefined;
  readonly domain: Domain;
  readonly selected: number | null;
  readonly open: boolean;
  readonly reveal: boolean;
  /** Absent where a program cannot be tried. */
  readonly onTry?: (rollout: Rollout) => void;
  /** Between its head and its rows. */
  readonly note?: ComponentChildren;
  /** More of the open completion, below everything that it wrote. */
  readonly more?: (rollout: Rollout) => ComponentChildren;
  readonly onSelect: (completion: number, open: boolean) => void;
}

/** One task with the attempts at it, in the order of the group: usually best reward first. */
export function GroupCard({
  group,
  task,
  domain,
  selected,
  open,
  reveal,
  onTry,
  note,
  more,
  onSelect,
}: Props) {
  return (
    <article class="group-card">
      <header>
        <div>
          <h3>{task ? domain.titleOf(task) : group.taskId}</h3>
          <p class="hint">
            {text.group.passing(group.passing, group.completions.length)}
            {task && ` · ${task.family}`}
          </p>
        </div>
        <dl class="group-stats">
          {group.flat && (
            <div>
              <dt class="visually-hidden">{text.group.noGradient}</dt>
              <dd class="badge warn" title={text.group.noGradientAbout}>
                {text.group.noGradient}
              </dd>
            </div>
          )}
          <div>
            <dt>{text.group.mean}</dt>
            <dd class="number">{decimal(group.mean)}</dd>
          </div>
          <div>
            <dt>{text.group.deviation}</dt>
            <dd class="number">{decimal(group.deviation)}</dd>
          </div>
        </dl>
      </header>
      {note}
      <RowHead />
      <ol class="completions">
        {group.order.map((i, place) => {
          const completion = group.completions[i];
          return (
            completion && (
              <CompletionRow
                key={place}
                completion={completion}
                task={task}
                domain={domain}
                selected={selected === i}
                reveal={reveal && selected === i}
                open={open && selected === i}
                onTry={onTry}
                more={more}
                onToggle={() => onSelect(i, !(open && selected === i))}
              />
            )
          );
        })}
      </ol>
    </article>
  );
}
