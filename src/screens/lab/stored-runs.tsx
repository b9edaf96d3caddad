import { useLab } from './state.ts';
import { text } from './text.ts';
import { GATES } from '../../rl/gate.ts';
import './stored-runs.css';
import '../../views/messages-list.css';

/** Offers to continue what was interrupted. */
export function StoredRuns() {
  const { controller, slice } = useLab();
  const runs = slice('stored');
  if (runs.length === 0 || !controller.resume) return null;
  return (
    <section class="message offer" aria-label={text.storage.heading}>
      <p>
        <strong>{text.storage.heading}</strong>
      </p>
      <ul>
        {runs.map((run) => (
          <li key={run.id}>
            <span>
              {text.storage.offer(GATES[run.gate].label, run.seed, run.stepsDone, run.steps)}{' '}
              <time dateTime={new Date(run.updatedAt).toISOString()}>
                {new Date(run.updatedAt).toLocaleString()}
              </time>
            </span>
            <button type="button" onClick={() => controller.resume?.(run.id)}>
              {text.storage.resume}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
