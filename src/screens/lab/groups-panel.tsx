import { GATES } from '../../rl/gate.ts';
import { domainOf } from '../../domains/index.ts';
import { useLab } from './state.ts';
import { text } from './text.ts';
import { look, ui } from './ui.ts';
import { GroupCard } from '../../views/group-card.tsx';
import type { GatedGroup } from '../../views/gate-data.ts';
import { GroupsEmpty } from '../../views/groups-empty.tsx';
import { GroupList } from '../../views/group-list.tsx';
import { WhyPanel } from '../../views/why-panel.tsx';
import { whyOf } from '../../views/why.ts';
import './groups-panel.css';

function Reasons({ group }: { readonly group: GatedGroup }) {
  const { gated, inForce, lens, shown, slice } = useLab();
  const [step, settings] = [gated.value, inForce.value];
  if (!step || !settings) return null;
  const record = slice('steps').find((each) => each.step === shown.value.step);
  const gate = lens.value;
  return (
    <WhyPanel
      why={whyOf(group, step, gate, settings, record?.metrics)}
      otherGate={gate === settings.gate ? null : GATES[gate].label}
    />
  );
}

/** Every completion of the latest step: the groups on one side, the open one beside them. */
export function GroupsPanel() {
  const { gated, shown: onView, slice, tryCompletion } = useLab();
  const { group, completion, open, reveal, held } = ui.value;
  const tasks = slice('tasks');
  const step = gated.value;
  const shown = step?.groups[group];
  const words = text.group;
  return (
    <section class="groups" aria-label={words.heading}>
      <h2>
        {words.heading}
        {step && <small class="number">{words.step(onView.value.step)}</small>}
        {held && (
          <button type="button" class="follow" onClick={() => look({ held: null, open: false })}>
            {words.follow}
          </button>
        )}
      </h2>
      {step && shown ? (
        <div class="card groups-body">
          <GroupList
            groups={step.groups}
            tasks={tasks}
            selected={group}
            onSelect={(g) => look({ group: g, completion: null, open: false, held: null })}
          />
          <GroupCard
            group={shown}
            task={tasks[shown.taskId]}
            domain={domainOf(slice('config') ?? {})}
            selected={completion}
            open={open}
            reveal={reveal}
            note={<Reasons group={shown} />}
            onTry={tryCompletion}
            onSelect={(c, opened) =>
              look({ completion: c, open: opened, reveal: false, held: opened ? onView.value : null })
            }
          />
        </div>
      ) : (
        <GroupsEmpty />
      )}
    </section>
  );
}
