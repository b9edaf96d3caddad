import type { Command } from '../../app/commands.ts';
import type { Page } from '../../app/page.ts';
import { benchmarksOf } from './state.ts';
import type { BenchmarkRun } from './state/benchmark-run.ts';
import { text } from './text.ts';

const runOn = (page: Page): BenchmarkRun | null => benchmarksOf(page).run.value;

/** Whether it is evaluated, or waits for that. */
export const works = ({ status }: BenchmarkRun): boolean => ['queued', 'running'].includes(status.value);

const move = (page: Page, by: number): void => benchmarksOf(page).looking.move(by);
const hasTasks = (page: Page): boolean => benchmarksOf(page).looking.shown.value.length > 0;

/** What can be done with the benchmark on view, in the order of the help. */
export const commands = {
  runStop: {
    id: 'benchmarkRunStop',
    label: text.command.runStop,
    keys: [' '],
    enabled: (page) => {
      const run = runOn(page);
      return run !== null && run.status.value !== 'done';
    },
    perform: (page) => {
      const run = runOn(page);
      if (run && works(run)) void run.stop();
      else run?.resume();
    },
  },
  previousTask: {
    id: 'benchmarkPreviousTask',
    label: text.command.previousTask,
    keys: ['['],
    enabled: hasTasks,
    perform: (page) => move(page, -1),
  },
  nextTask: {
    id: 'benchmarkNextTask',
    label: text.command.nextTask,
    keys: [']'],
    enabled: hasTasks,
    perform: (page) => move(page, 1),
  },
} as const satisfies Record<string, Command>;
