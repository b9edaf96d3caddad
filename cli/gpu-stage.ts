import { messageOf } from '../src/errors.ts';
import type { GpuStage, Progress } from '../bench/gpu/stage.ts';
import type { Call } from './browser.ts';
import type { Terminal } from './command.ts';
import { RequestError } from './errors.ts';
import { progressLine } from './progress.ts';
import { StatusLine } from './status-line.ts';
import { withBench } from './with-bench.ts';

export const stageOption = {
  kind: 'choice',
  choices: ['browser', 'node'],
  help: 'where: in the browser, or in this process over Dawn, which needs none',
  default: 'browser',
} as const;

/** Asks a page, or does it here, with progress on a line that goes again. @throws RequestError without an adapter */
export async function onStage<T>(
  terminal: Terminal,
  where: (typeof stageOption.choices)[number],
  {
    inPage,
    here,
  }: {
    readonly inPage: (call: Call) => Promise<T>;
    readonly here: (stage: GpuStage, progress: Progress) => Promise<T>;
  },
): Promise<T> {
  if (where === 'browser') return withBench(terminal, 'webgpu', inPage);
  const line = new StatusLine(terminal);
  const progress: Progress = (activity, done, total) => line.show(progressLine(done, total, activity, null));
  try {
    const { nodeStage } = await import('../bench/gpu/in-node.ts');
    const stage = await nodeStage().catch((error: Error) => {
      throw new RequestError(messageOf(error), error.name);
    });
    return await here(stage, progress);
  } finally {
    line.clear();
  }
}
