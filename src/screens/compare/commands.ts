import type { Command } from '../../app/commands.ts';
import type { Page } from '../../app/page.ts';
import { experimentsOf } from './state.ts';
import type { ExperimentRun } from './state/experiment-run.ts';
import { text } from './text.ts';

const runOn = (page: Page): ExperimentRun | null => experimentsOf(page).run.value;

/** Whether it is computed, or waits for that. */
const works = (run: ExperimentRun | null): boolean =>
  run !== null && ['queued', 'running', 'pausing'].includes(run.status.value);

/** What can be done with the experiment on view, in the order of the help. */
export const commands = {
  runPause: {
    id: 'experimentRunPause',
    label: text.command.runPause,
    keys: [' '],
    enabled: (page) => {
      const run = runOn(page);
      if (!run || run.otherVersion.value !== null) return false;
      return !['pausing', 'done'].includes(run.status.value);
    },
    perform: (page) => {
      const run = runOn(page);
      if (works(run)) run?.pause();
      else run?.resume();
    },
  },
  cancel: {
    id: 'experimentCancel',
    label: text.command.cancel,
    keys: ['x'],
    enabled: (page) => works(runOn(page)),
    perform: (page) => void runOn(page)?.cancel(),
  },
} as const satisfies Record<string, Command>;
