import { Icon } from './icons.tsx';
import './tasks-report.css';

/** Reasons that are shown at once: a file may have thousands of records at fault. */
const SHOWN = 50;

interface Props {
  /** What came of a file of tasks that was just opened. */
  readonly report: {
    readonly name: string;
    /** Number of tasks that can be used. */
    readonly count: number;
    readonly unit: string;
    readonly leftOut: readonly { readonly line: number; readonly id?: string; readonly reason: string }[];
  };
  readonly words: {
    readonly report: (name: string, count: number, leftOut: number) => string;
    readonly reasons: string;
    readonly place: (unit: string, line: number, id: string | undefined) => string;
    readonly more: (n: number) => string;
  };
  /** Absent where it stands until another file takes its place. */
  readonly close?: { readonly label: string; readonly onClick: () => void };
}

/** How many tasks of a file can be used, and why the others were left out. */
export function TasksReport({ report: { name, count, unit, leftOut }, words, close }: Props) {
  const more = leftOut.length - SHOWN;
  return (
    <div class="tasks-report" data-kept={count}>
      <p>{words.report(name, count, leftOut.length)}</p>
      {close && (
        <button type="button" class="quiet" aria-label={close.label} onClick={close.onClick}>
          <Icon name="close" />
        </button>
      )}
      {leftOut.length > 0 && (
        <details class="more">
          <summary>{words.reasons}</summary>
          <ul>
            {leftOut.slice(0, SHOWN).map(({ line, id, reason }) => (
              <li key={`${line} ${id}`}>
                <b>{words.place(unit, line, id)}</b>: {reason}
              </li>
            ))}
            {more > 0 && <li>{words.more(more)}</li>}
          </ul>
        </details>
      )}
    </div>
  );
}
