import type { AutomationEvent } from '../src/headless/requests.ts';
import type { DeviceChoice } from '../src/runtime/device.ts';
import { type Use, withPage } from './browser.ts';
import type { Terminal } from './command.ts';
import { progressLine, Stopwatch } from './progress.ts';
import { StatusLine } from './status-line.ts';
import { tasksLines } from './task-file.ts';

export interface ProgressOptions {
  readonly device: DeviceChoice;
  /** Events also go to stdout, one JSON object a line. */
  readonly json: boolean;
  /** Folder of a browser's profile whose storage is to be used. */
  readonly profile?: string | null;
}

/** Opens the page for one request and shows how far it is, on one line that is gone afterwards. */
export async function withProgress<T>(
  terminal: Terminal,
  { device, json, profile = null }: ProgressOptions,
  use: Use<T>,
): Promise<T> {
  const line = new StatusLine(terminal);
  let watch = { activity: '', stopwatch: new Stopwatch() };
  const show = (activity: string, done: number, total: number): void => {
    if (watch.activity !== activity) watch = { activity, stopwatch: new Stopwatch() };
    watch.stopwatch.mark(done);
    line.show(progressLine(done, total, activity, watch.stopwatch.secondsLeft(total)));
  };
  const onEvent = (event: AutomationEvent): void => {
    if (event.type === 'notice') line.print(event.message);
    if (event.type === 'tasks' && !json) for (const told of tasksLines(event.report)) line.print(told);
    if (event.type !== 'progress' && event.type !== 'reward') return;
    if (json) terminal.out(JSON.stringify(event));
    if (event.type === 'progress') show(event.activity, event.done, event.total);
    else show('Training the reward model', event.step, event.steps);
  };
  try {
    return await withPage({ profile, device, onEvent }, use);
  } finally {
    line.clear();
  }
}
