import type { DeviceChoice } from '../src/runtime/device.ts';
import { type Call, withPage } from './browser.ts';
import type { Terminal } from './command.ts';
import { progressLine } from './progress.ts';
import { StatusLine } from './status-line.ts';

/** Asks the page of the benchmarks for something, with its progress on a line that goes again. */
export function withBench<T>(
  terminal: Terminal,
  device: DeviceChoice,
  use: (call: Call) => Promise<T>,
): Promise<T> {
  const line = new StatusLine(terminal);
  const page: Parameters<typeof withPage>[0] = {
    entry: 'bench',
    profile: null,
    device,
    onEvent: (event) => {
      if (event.type === 'progress') line.show(progressLine(event.done, event.total, event.activity, null));
    },
  };
  return withPage(page, use).finally(() => line.clear());
}
