import { useRef, useState } from 'preact/hooks';
import { changeOf, type Passes, type TaskRow } from '../../evaluation/task-rows.ts';
import { SAMPLES_ID } from './ids.ts';
import { useBenchmarks } from './state.ts';
import type { BenchmarkRun } from './state/benchmark-run.ts';
import { taskName } from './task-name.ts';
import { text } from './text.ts';

const words = text.matrix;

interface Spot {
  readonly row: number;
  readonly column: number;
}

/** Where a key leads; null for a key that leads nowhere. */
function moved({ row, column }: Spot, key: string, last: Spot): Spot | null {
  switch (key) {
    case 'ArrowUp':
      return { row: Math.max(0, row - 1), column };
    case 'ArrowDown':
      return { row: Math.min(last.row, row + 1), column };
    case 'ArrowLeft':
      return { row, column: Math.max(0, column - 1) };
    case 'ArrowRight':
      return { row, column: Math.min(last.column, column + 1) };
    case 'Home':
      return { row: 0, column };
    case 'End':
      return { row: last.row, column };
    default:
      return null;
  }
}

interface CellProps {
  readonly passes: Passes | null;
  /** Of the task and the policy. */
  readonly names: readonly [task: string, policy: string];
  readonly spot: Spot;
  /** Whether the grid's one tab stop is here. */
  readonly stop: boolean;
  readonly open: boolean;
  readonly onOpen: () => void;
}

function Cell({ passes, names: [task, policy], spot, stop, open, onOpen }: CellProps) {
  const { looking } = useBenchmarks();
  const { suite } = looking.look.value;
  const spoken = passes
    ? words.spoken(task, policy, passes.strict, passes.visible, passes.samples)
    : words.missing(task, policy);
  const more = passes && suite === 'strict' ? passes.visible - passes.strict : 0;
  return (
    <td>
      <button
        type="button"
        class="passes"
        data-cell={`${spot.row},${spot.column}`}
        tabIndex={stop ? 0 : -1}
        aria-pressed={open}
        style={passes ? { '--share': passes[suite] / passes.samples } : {}}
        onClick={onOpen}
      >
        <span class="visually-hidden">{spoken}</span>
        <span aria-hidden="true" class="number">
          {passes ? words.cell(passes[suite], passes.samples) : '–'}
        </span>
        {more > 0 && <small aria-hidden="true">{words.visibleToo(more)}</small>}
      </button>
    </td>
  );
}

interface Props {
  readonly run: BenchmarkRun;
  readonly rows: readonly TaskRow[];
  /** Whether there are two policies to compare. */
  readonly compared: boolean;
}

/** Task × policy: a colour and a number a cell, with one tab stop and arrow keys inside. */
export function TaskGrid({ run, rows, compared }: Props) {
  const { looking, tasks } = useBenchmarks();
  const { policies } = run.plan;
  const { suite, pair, open } = looking.look.value;
  const grid = useRef<HTMLTableElement>(null);
  const [spot, setSpot] = useState<Spot>({ row: 0, column: 0 });
  const last: Spot = { row: rows.length - 1, column: policies.length - 1 };
  const stop: Spot = { row: Math.min(spot.row, last.row), column: spot.column };
  const move = (event: KeyboardEvent): void => {
    const to = moved(stop, event.key, last);
    if (!to) return;
    event.preventDefault();
    setSpot(to);
    grid.current?.querySelector<HTMLElement>(`[data-cell="${to.row},${to.column}"]`)?.focus();
  };
  const show = (task: string, policy: number): void => {
    looking.change({ open: { task, policy } });
    requestAnimationFrame(() => document.getElementById(SAMPLES_ID)?.focus());
  };
  return (
    <div class="task-grid">
      {/* A grid is a table with one tab stop. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role */}
      <table ref={grid} role="grid" aria-label={words.grid} onKeyDown={move}>
        <thead>
          <tr>
            <th scope="col">{words.task}</th>
            {policies.map(({ id, name }) => (
              <th key={id} scope="col">
                {name}
              </th>
            ))}
            {compared && <th scope="col">{words.changeColumn}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => {
            const { task, family, passes } = row;
            const name = taskName(task, tasks.value, run);
            const change = compared ? changeOf(row, pair, suite) : null;
            return (
              <tr key={task}>
                <th scope="row">
                  <span>{name}</span>
                  <small>{family}</small>
                </th>
                {passes.map((each, column) => (
                  <Cell
                    key={column}
                    passes={each}
                    names={[name, policies[column]!.name]}
                    spot={{ row: r, column }}
                    stop={stop.row === r && stop.column === column}
                    open={open?.task === task && open.policy === column}
                    onOpen={() => {
                      setSpot({ row: r, column });
                      show(task, column);
                    }}
                  />
                ))}
                {compared && (
                  <td class={`change ${change ?? ''}`}>
                    {change && (
                      <>
                        <span aria-hidden="true">{words.changeMark[change]}</span> {words.changes[change]}
                      </>
                    )}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
