import { Icon } from '../../views/icons.tsx';
import { useTasks } from './state.ts';
import type { ImportReport as Report } from './state/importing.ts';
import { text } from './text.ts';
import './import-report.css';

const words = text.files;

/** Reasons that are shown at once: a file may have thousands of lines at fault. */
const SHOWN = 50;

/** What came of a file, and every record that cannot be used. */
export function ImportReport({ report }: { readonly report: Report }) {
  const { tasks } = useTasks();
  const { name, count, unit, faults } = report;
  const taken = faults.filter((fault) => fault.taken).length;
  const more = faults.length - SHOWN;
  return (
    <section class="card import-report" aria-label={words.reportOf(name)}>
      <p role="status">{words.report(name, count, faults.length - taken, taken)}</p>
      {faults.length > 0 && (
        <details open={faults.length <= SHOWN}>
          <summary>{words.reasons}</summary>
          <ul>
            {faults.slice(0, SHOWN).map((fault) => (
              <li key={`${fault.line} ${fault.id}`}>
                <b>{words.place(unit, fault.line, fault.id)}</b>{' '}
                <span class={fault.taken ? 'badge' : 'badge refused'}>
                  {fault.taken ? words.taken : words.refused}
                </span>{' '}
                {fault.reason}
              </li>
            ))}
            {more > 0 && <li>{words.more(more)}</li>}
          </ul>
        </details>
      )}
      <button type="button" class="quiet" aria-label={words.close} onClick={tasks.closeReport}>
        <Icon name="close" />
      </button>
    </section>
  );
}
