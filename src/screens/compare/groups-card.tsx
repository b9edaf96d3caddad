import { useState } from 'preact/hooks';
import type { Design } from '../../experiment/analysis.ts';
import type { ComparedCell, ExampleCompletion } from '../../experiment/results.ts';
import { type ArmGroups, groupAt, sideBySide } from '../../experiment/side-by-side.ts';
import { REWARDS } from '../../rl/rewards/index.ts';
import { decimal, signed } from '../../views/format.ts';
import { Maths } from '../../views/maths.tsx';
import { VerdictWord } from '../../views/verdict-word.tsx';
import { useCursor } from './state.ts';
import { text } from './text.ts';
import './groups-card.css';

const words = text.groups;

function Completion({
  completion: { text: written, passes, outcome, rewards, reward, advantage },
  open,
  onToggle,
}: {
  readonly completion: ExampleCompletion;
  readonly open: boolean;
  readonly onToggle: () => void;
}) {
  const parts = REWARDS.flatMap(({ name, symbol }) =>
    rewards[name] === undefined ? [] : [`${symbol} ${decimal(rewards[name])}`],
  );
  return (
    <li class="group-completion">
      <button type="button" class="quiet" aria-expanded={open} onClick={onToggle}>
        <VerdictWord outcome={{ tone: passes ? 'pass' : 'fail', word: outcome, count: null }} weak={false} />
        <span class="hint number">
          <Maths text={parts.join(' · ')} /> · {words.numbers(decimal(reward), signed(advantage))}
        </span>
      </button>
      {open && <pre class="code raw">{written}</pre>}
    </li>
  );
}

function Arm({
  arm,
  step,
  opened,
  onToggle,
}: {
  readonly arm: ArmGroups;
  readonly step: number;
  readonly opened: ReadonlySet<number>;
  readonly onToggle: (index: number) => void;
}) {
  const group = groupAt(arm, step);
  return (
    <article class="arm-group">
      <h3>
        <Maths text={arm.label} />
      </h3>
      <p class="hint">{words.of(group.step, group.task)}</p>
      <pre class="code raw">{group.prompt.trimEnd()}</pre>
      <ol>
        {group.completions.map((completion, i) => (
          <Completion key={i} completion={completion} open={opened.has(i)} onToggle={() => onToggle(i)} />
        ))}
      </ol>
    </article>
  );
}

interface Props {
  readonly design: Design;
  /** Of one preset. */
  readonly cells: readonly ComparedCell[];
}

/** The same prompt in every arm, at the step under the cursor. */
export function GroupsCard({ design, cells }: Props) {
  const cursor = useCursor();
  const [opened, open] = useState<ReadonlySet<number>>(new Set());
  const found = sideBySide(design, cells);
  if (found === null) return null;
  const toggle = (index: number): void => {
    const next = new Set(opened);
    if (!next.delete(index)) next.add(index);
    open(next);
  };
  return (
    <section class="card experiment-card" aria-label={words.heading}>
      <h2>{words.heading}</h2>
      <p class="hint">{words.about(found.seed)}</p>
      <div class="arm-groups">
        {found.arms.map((arm) => (
          <Arm key={arm.arm} arm={arm} step={cursor.value ?? Infinity} opened={opened} onToggle={toggle} />
        ))}
      </div>
    </section>
  );
}
