import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { text } from '../text/index.ts';
import type { Rollout } from '../rl/types.ts';
import type { Domain, Task } from '../domains/domain.ts';
import { AdvantageBar } from './advantage-bar.tsx';
import { CompletionDetail } from './completion-detail.tsx';
import { compact, decimal, signed } from './format.ts';
import type { GatedCompletion } from './gate-data.ts';
import { Icon } from './icons.tsx';
import { Maths } from './maths.tsx';
import { RewardBar } from './reward-bar.tsx';
import { VerdictWord } from './verdict-word.tsx';
import './completion-row.css';

interface Props {
  readonly completion: GatedCompletion;
  readonly task: Task | undefined;
  readonly domain: Domain;
  readonly selected: boolean;
  readonly open: boolean;
  /** Scrolls the row into view when it becomes selected. */
  readonly reveal: boolean;
  /** Absent where a program cannot be tried. */
  readonly onTry?: ((rollout: Rollout) => void) | undefined;
  /** What it belongs to, where the rows around it belong to something else. */
  readonly heading?: string;
  /** More of it, below everything that it wrote. */
  readonly more?: ((rollout: Rollout) => ComponentChildren) | undefined;
  readonly onToggle: () => void;
}

function Cell({
  name,
  label,
  value,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: string;
}) {
  return (
    <span class={`cell number ${name}`}>
      <span class="visually-hidden">{label} </span>
      {value}
    </span>
  );
}

/** What the columns of the rows below it hold. */
export function RowHead() {
  const { columns } = text.group;
  return (
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
  );
}

/** One completion: a line that says how it fared, and behind it everything that it wrote. */
export function CompletionRow({
  completion,
  task,
  domain,
  selected,
  open,
  reveal,
  onTry,
  heading,
  more,
  onToggle,
}: Props) {
  const { rollout, opening, total, advantage, ungated, rank } = completion;
  const { columns } = text.group;
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (reveal) item.current?.scrollIntoView({ block: 'nearest' });
  }, [reveal, open]);
  return (
    <li ref={item} class={`completion ${selected ? 'selected' : ''}`}>
      {heading !== undefined && <p class="row-heading">{heading}</p>}
      <button type="button" class="row" aria-expanded={open} aria-current={selected} onClick={onToggle}>
        <Cell name="rank" label={columns.rank} value={String(rank)} />
        <span class="cell verdict-cell">
          <VerdictWord outcome={domain.show(rollout.verification).outcome} weak={rollout.verification.weak} />
        </span>
        <span class="cell bar-cell">
          <RewardBar rewards={rollout.rewards} opening={opening} />
        </span>
        <Cell name="total" label={columns.total} value={decimal(total)} />
        <span class="cell bar-cell advantage-cell">
          <AdvantageBar advantage={advantage} ungated={ungated} />
        </span>
        <Cell name="advantage" label={columns.advantage} value={signed(advantage)} />
        <Cell name="length" label={columns.length} value={String(rollout.tokens.length)} />
        <span class="cell cut">
          {rollout.truncated && <em title={text.group.truncatedAbout}>{text.group.truncated}</em>}
        </span>
        <Cell name="entropy" label={columns.entropy} value={decimal(rollout.entropy)} />
        <Cell name="kl" label={columns.kl} value={rollout.kl === null ? '–' : compact(rollout.kl)} />
        <Icon name="chevron" />
      </button>
      {open && (
        <CompletionDetail
          rollout={rollout}
          task={task}
          domain={domain}
          onTry={onTry && (() => onTry(rollout))}
        />
      )}
      {open && more?.(rollout)}
    </li>
  );
}
