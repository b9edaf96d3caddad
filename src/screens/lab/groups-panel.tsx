import { useLab } from '../../app/lab-context.ts';
import { text } from '../../app/messages.ts';
import { look, ui } from '../../app/ui-state.ts';
import { GroupCard } from '../../views/group-card.tsx';
import { GroupList } from '../../views/group-list.tsx';

/** Every completion of the latest step: the groups on one side, the open one beside them. */
export function GroupsPanel() {
  const { gated, slice } = useLab();
  const { group, completion, open } = ui.value;
  const tasks = slice('tasks');
  const step = gated.value;
  const shown = step?.groups[group];
  const words = text.group;
  return (
    <section class="groups" aria-label={words.heading}>
      <h2>
        {words.heading}
        {step && <small class="number">{words.step(slice('steps').at(-1)?.step ?? 0)}</small>}
      </h2>
      {step && shown ? (
        <div class="card groups-body">
          <GroupList
            groups={step.groups}
            tasks={tasks}
            selected={group}
            onSelect={(g) => look({ group: g, completion: null, open: false })}
          />
          <GroupCard
            group={shown}
            task={tasks[shown.taskId]}
            selected={completion}
            open={open}
            onSelect={(c, opened) => look({ completion: c, open: opened })}
          />
        </div>
      ) : (
        <div class="card empty-state">
          <p>
            <strong>{words.empty}</strong>
          </p>
          <p class="hint">{words.emptyAbout}</p>
        </div>
      )}
    </section>
  );
}
