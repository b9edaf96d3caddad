import { text } from '../text/index.ts';
import type { Rollout } from '../rl/types.ts';
import type { Domain, Task } from '../domains/domain.ts';
import { CompletionRow } from './completion-row.tsx';
import { decimal } from './format.ts';
import type { GatedGroup } from './gate-data.ts';
import { Maths } from './maths.tsx';
import './group-card.css';

interface Props {
  readonly group: GatedGroup;
  readonly task: Task | undefined;
  readonly domain: Domain;
  readonly selected: number | null;
  readonly open: boolean;
  readonly reveal: boolean;
  readonly onTry: (rollout: Rollout) => void;
  readonly onSelect: (completion: number, open: boolean) => void;
}

/** One task with all attempts at it, best reward first. */
export function GroupCard({ group, task, domain, selected, open, reveal, onTry, onSelect }: Props) {
  const { columns } = text.group;
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
      <div class="row row-head" aria-hidden="true">
        <span class="rank">#</span>
        <span>{columns.verdict}</span>
        <span>
          {columns.reward}{' '}
          <small>
            <Maths text="R_f + R_o + R_t" />
          </small>
        </span>
        <span class="number">{columns.total}</span>
        <span class="advantage-head">{columns.advantage}</span>
        <span />
        <span class="number">{columns.length}</span>
        <span />
        <span class="number optional">{columns.entropy}</span>
        <span class="number optional">{columns.kl}</span>
        <span />
      </div>
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
                onToggle={() => onSelect(i, !(open && selected === i))}
              />
            )
          );
        })}
      </ol>
    </article>
  );
}
