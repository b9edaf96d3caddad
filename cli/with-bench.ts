import type { DeviceChoice } from '../src/runtime/device.ts';
import { type PageOptions, type Use, withPage } from './browser.ts';
import type { Terminal } from './command.ts';
import { progressLine } from './progress.ts';
import { StatusLine } from './status-line.ts';

/** Asks the page of the benchmarks for something, with its progress on a line that goes again. */
export function withBench<T>(
  terminal: Terminal,
  device: DeviceChoice,
  use: Use<T>,
  serve?: PageOptions['serve'],
): Promise<T> {
  const line = new StatusLine(terminal);
  const page: PageOptions = {
    entry: 'bench',
    profile: null,
    device,
    ...(serve && { serve }),
    onEvent: (event) => {
      if (event.type === 'progress') line.show(progressLine(event.done, event.total, event.activity, null));
    },
  };
  return withPage(page, use).finally(() => line.clear());
}
