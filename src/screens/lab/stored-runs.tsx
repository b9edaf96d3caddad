import type { StoredRun } from '../../app/controller-types.ts';
import { useLab } from './state.ts';
import { text } from './text.ts';
import { GATES } from '../../rl/gate.ts';

import './stored-runs.css';
import '../../views/messages-list.css';

const words = text.storage;

function Run({ run }: { readonly run: StoredRun }) {
  const { controller } = useLab();
  const updated = new Date(run.updatedAt);
  return (
    <li>
      <span>
        {run.name !== undefined && <strong>{run.name}: </strong>}
        {words.offer(GATES[run.gate].label, run.seed, run.stepsDone, run.steps, run.tasks)}{' '}
        <time dateTime={updated.toISOString()}>{updated.toLocaleString()}</time>
      </span>
      {run.status === 'unfinished' && (
        <button type="button" onClick={() => controller.resume(run.id)}>
          {words.resume}
        </button>
      )}
      <button type="button" onClick={() => controller.look(run.id)}>
        {words.look}
      </button>
    </li>
  );
}

/** The runs besides the one on view: those that train or wait, those to continue, and those that have ended. */
export function StoredRuns() {
  const { slice } = useLab();
  const runs = slice('stored');
  const listOf = (...statuses: readonly StoredRun['status'][]) => {
    const shown = runs.filter(({ status }) => statuses.includes(status));
    return shown.length === 0 ? null : (
      <ul>
        {shown.map((run) => (
          <Run key={run.id} run={run} />
        ))}
      </ul>
    );
  };
  const [training, unfinished, finished] = [
    listOf('training', 'queued'),
    listOf('unfinished'),
    listOf('finished'),
  ];
  return (
    <>
      {training && (
        <section class="message offer" data-runs="training" aria-label={words.training}>
          <p>
            <strong>{words.training}</strong>
          </p>
          {training}
        </section>
      )}
      {unfinished && (
        <section class="message offer" data-runs="unfinished" aria-label={words.heading}>
          <p>
            <strong>{words.heading}</strong>
          </p>
          {unfinished}
        </section>
      )}
      {finished && (
        <details class="card offer" data-runs="finished">
          <summary>{words.finished}</summary>
          {finished}
        </details>
      )}
    </>
  );
}
