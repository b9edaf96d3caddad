import { commands } from './commands.ts';
import { useLab } from './state.ts';
import { text as shared } from '../../text/index.ts';
import { text } from './text.ts';
import { duration } from '../../views/format.ts';
import { PhaseBar } from '../../views/phase-bar.tsx';
import { CommandButton } from '../../app/frame/command-button.tsx';
import './run-panel.css';

function Progress() {
  const { slice } = useLab();
  const loading = slice('loading');
  const status = slice('status');
  const done = slice('steps').length;
  const of = slice('config')?.steps ?? slice('settings').steps;
  const left = slice('timeLeftMs');
  const fraction = loading ? loading.fraction : done / of;
  const words = loading ? loading.label : text.run.progress(done, of);
  return (
    <div class="progress-block">
      <p class="run-status">
        <span class={`status-dot ${status}`} />
        <strong aria-live="polite">{shared.status[status]}</strong>
        <span class="number">{left !== null && status !== 'done' ? text.run.left(duration(left)) : ''}</span>
      </p>
      <progress
        value={fraction ?? undefined}
        max={1}
        aria-label={loading ? text.run.loadingLabel : text.run.heading}
      />
      <p class="hint number">{words}</p>
    </div>
  );
}

/** The buttons of the run, where it is, and what it is doing right now. */
export function RunPanel() {
  const { slice } = useLab();
  const status = slice('status');
  const running = status === 'running' || status === 'pausing';
  const paused =
    status === 'paused' || status === 'holding' || (status === 'idle' && slice('steps').length > 0);
  return (
    <section class="card run-panel" id="run" tabIndex={-1} aria-label={text.run.heading}>
      <div class="buttons">
        <CommandButton
          command={commands.runPause}
          kind="primary"
          icon={running ? 'pause' : 'run'}
          label={running ? text.command.pause : paused ? text.command.resume : text.command.run}
        />
        <CommandButton command={commands.step} icon="step" />
        <CommandButton command={commands.phase} icon="phase" />
        <CommandButton command={commands.queue} icon="queue" label={text.command.queueShort} />
        <CommandButton command={commands.reset} icon="reset" />
        <CommandButton command={commands.cancel} icon="stop" />
      </div>
      <Progress />
      <PhaseBar phase={slice('phase')} />
    </section>
  );
}
