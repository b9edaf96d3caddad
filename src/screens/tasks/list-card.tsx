import { useState } from 'preact/hooks';
import { Icon, type IconName } from '../../views/icons.tsx';
import { useTasks } from './state.ts';
import { isFound, nameOf, type Row } from './state/rows.ts';
import { text } from './text.ts';
import './list-card.css';

const words = text.list;
/** Tasks that are listed at once. */
const PAGE = 100;

type Known = 'usable' | 'unusable' | 'unchecked';

const knownOf = ({ outcome }: Row): Known =>
  outcome === null ? 'unchecked' : outcome.usable ? 'usable' : 'unusable';

const ICONS: Readonly<Record<Known, IconName>> = { usable: 'pass', unusable: 'fail', unchecked: 'none' };

function Item({ row, at, current }: { readonly row: Row; readonly at: number; readonly current: boolean }) {
  const { tasks } = useTasks();
  const known = knownOf(row);
  return (
    <li>
      <button
        type="button"
        class={`task-item ${known}`}
        aria-current={current}
        title={row.outcome?.reason ?? words.outcome[known]}
        onClick={() => tasks.select(row.key)}
      >
        <Icon name={ICONS[known]} />
        <span class="visually-hidden">{words.outcome[known]}: </span>
        <span class="task-name">{nameOf(row, at)}</span>
        <span class="task-family">{row.content.fields.family}</span>
      </button>
    </li>
  );
}

/** The tasks of the open list. */
export function ListCard() {
  const { tasks } = useTasks();
  const { open, selected, checkingAll, importing } = tasks.state.value;
  const [query, setQuery] = useState('');
  const [pages, setPages] = useState(1);
  const rows = open?.rows ?? [];
  const found = rows.map((row, at) => ({ row, at })).filter(({ row }) => isFound(row, query));
  const chosen = found.findIndex(({ row }) => row.key === selected);
  const drawn = Math.max(pages * PAGE, chosen + 1);
  const count = (known: Known): number => rows.filter((row) => knownOf(row) === known).length;
  return (
    <section class="card tasks-card tasks-choice" aria-label={words.label}>
      <header class="list-head">
        <h2>{words.heading(rows.length)}</h2>
        <button type="button" onClick={tasks.addTask}>
          {words.add}
        </button>
      </header>
      {rows.length > 8 && (
        <input
          type="search"
          class="list-filter"
          aria-label={words.filter}
          placeholder={words.filter}
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
      )}
      <ol class="task-list" aria-label={words.label}>
        {found.slice(0, drawn).map(({ row, at }) => (
          <Item key={row.key} row={row} at={at} current={row.key === selected} />
        ))}
      </ol>
      {rows.length > 0 && found.length === 0 && <p class="hint">{words.none}</p>}
      {drawn < found.length && (
        <button type="button" class="link" onClick={() => setPages(pages + 1)}>
          {words.more(Math.min(PAGE, found.length - drawn))}
        </button>
      )}
      <p class="hint number">{words.counts(count('usable'), count('unusable'), count('unchecked'))}</p>
      <div class="tasks-buttons">
        <button
          type="button"
          disabled={checkingAll !== null || importing !== null}
          onClick={() => void tasks.checkAll()}
        >
          {words.checkAll}
        </button>
        {checkingAll && (
          <button type="button" onClick={tasks.cancel}>
            {words.stop}
          </button>
        )}
      </div>
      <div role="status">
        {checkingAll && (
          <>
            <p class="hint number">{words.checkingAll(checkingAll.done, checkingAll.total)}</p>
            <progress
              aria-label={words.checkAll}
              value={checkingAll.done}
              max={Math.max(1, checkingAll.total)}
            />
          </>
        )}
      </div>
    </section>
  );
}
