import { CommandButton } from '../../app/frame/command-button.tsx';
import { duration } from '../../views/format.ts';
import { commands, works } from './commands.ts';
import type { BenchmarkRun } from './state/benchmark-run.ts';
import { countsOf, type Evaluation } from './state/stored.ts';
import { text } from './text.ts';
import './run-panel.css';

const words = text.run;

function Policy({ evaluation, doing }: { readonly evaluation: Evaluation; readonly doing: boolean }) {
  const { policy, failure } = evaluation;
  const { done, of } = countsOf(evaluation);
  const said = failure !== null ? words.failed : doing && of === null ? words.begins : words.tasks(done, of);
  return (
    <li aria-current={doing ? 'step' : undefined} data-done={done}>
      <span>{policy.name}</span>
      <span class={failure === null ? 'hint number' : 'field-error'}>{said}</span>
    </li>
  );
}

/** Stopping it and going on, how much is done, and how long the rest takes. */
export function RunPanel({ run }: { readonly run: BenchmarkRun }) {
  const status = run.status.value;
  const { share, secondsLeft } = run.progress.value;
  const working = works(run);
  const running = status === 'running';
  return (
    <section class={`card benchmark-run ${status}`} aria-label={words.heading}>
      {status !== 'done' && (
        <CommandButton
          command={commands.runStop}
          kind={working ? 'plain' : 'primary'}
          icon={working ? 'stop' : 'run'}
          label={working ? text.command.stop : text.command.resume}
        />
      )}
      <div>
        <p class="benchmark-status">
          <span class={`status-dot ${status}`} />
          <strong aria-live="polite" data-status={status}>
            {text.status[status]}
          </strong>
          <span class="number">
            {running && secondsLeft !== null && words.left(duration(secondsLeft * 1000))}
          </span>
        </p>
        <progress
          {...(running && (share ?? 0) === 0 ? {} : { value: share ?? 0, max: 1 })}
          aria-label={words.heading}
        />
      </div>
      <ol>
        {run.evaluations.value.map((evaluation, i) => (
          <Policy key={evaluation.policy.id} evaluation={evaluation} doing={run.doing.value === i} />
        ))}
      </ol>
    </section>
  );
}
