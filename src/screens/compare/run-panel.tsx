import { version } from '../../../package.json';
import { CommandButton } from '../../app/frame/command-button.tsx';
import { Maths } from '../../views/maths.tsx';
import { about } from './about-time.ts';
import { commands } from './commands.ts';
import type { Doing } from './state/activity.ts';
import type { ExperimentRun } from './state/experiment-run.ts';
import { text } from './text.ts';
import './run-panel.css';

const words = text.run;

function doingText({ activity }: Doing): string {
  if (activity === null) return words.opening;
  if (activity.kind === 'opening') return activity.label;
  return words.activity[activity.kind](activity.done, activity.total);
}

/** The cell that is computed, and what is done of it. */
function Cell({ run }: { readonly run: ExperimentRun }) {
  const doing = run.doing.value;
  if (!doing || run.status.value === 'queued') return null;
  const { arm, seed } = doing.cell;
  const label = run.experiment.arms.find(({ name }) => name === arm)?.label ?? arm;
  return (
    <p class="cell-now">
      <strong>
        <Maths text={words.cell(label, seed)} />
      </strong>
      <span class="hint number">{doingText(doing)}</span>
    </p>
  );
}

/** The buttons of the experiment, how much is done, and what is being computed. */
export function RunPanel({ run }: { readonly run: ExperimentRun }) {
  const status = run.status.value;
  const { done, of, share, secondsLeft } = run.progress.value;
  const other = run.otherVersion.value;
  const works = status === 'running' || status === 'pausing' || status === 'queued';
  const label = works ? text.command.pause : status === 'paused' ? text.command.resume : text.command.run;
  return (
    <section class="card experiment-run" aria-label={words.heading}>
      <div class="experiment-buttons">
        <CommandButton
          command={commands.runPause}
          kind="primary"
          icon={works ? 'pause' : 'run'}
          label={label}
        />
        <CommandButton command={commands.cancel} icon="stop" />
      </div>
      <div>
        <p class="experiment-status">
          <span class={`status-dot ${status}`} />
          <strong aria-live="polite">{text.status[status]}</strong>
          <span class="number">{works && secondsLeft !== null ? words.left(about(secondsLeft)) : ''}</span>
        </p>
        <progress value={share} max={1} aria-label={words.heading} />
        <p class="hint number" data-cells={done}>
          {words.cells(done, of)}
        </p>
      </div>
      <Cell run={run} />
      {other !== null && <p class="hint">{words.otherVersion(other, version)}</p>}
    </section>
  );
}
