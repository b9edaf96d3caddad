/** How long a step of a large model will take on this machine. */
import { measuredRows } from '../host/speed.ts';
import type { PolicyShape } from '../model/policy-shape.ts';
import { type StepPart, type StepSeconds, stepParts, stepSeconds } from '../rl/step-time.ts';
import type { FullConfig } from '../rl/types.ts';
import type { OpenPolicy } from './workspace.ts';

/** Seconds of each part of a step, by what the engines were measured to do at its sizes. */
export async function predictStep(
  { api, device }: Pick<OpenPolicy, 'api' | 'device'>,
  shape: PolicyShape,
  run: FullConfig,
): Promise<StepSeconds> {
  const parts = stepParts(shape, run);
  const speeds = new Map<number, number>();
  for (const rows of new Set(parts.map((part) => measuredRows(part.rows))))
    speeds.set(rows, await api.speed(rows, device.threads));
  return stepSeconds(parts, device.threads, (rows) => speeds.get(measuredRows(rows))!);
}

const seconds = (s: number): string => (s < 9.95 ? `${s.toFixed(1)} s` : `${Math.round(s)} s`);

/** What it takes, for a person. */
export const timeSentence = ({
  sample,
  score,
  update,
}: Readonly<Record<StepPart['phase'], number>>): string =>
  `A step will take about ${seconds(sample + score + update)} on this machine where completions are as long as they may be: ` +
  `${seconds(sample)} to sample them and ${seconds(score + update)} to learn from them.`;
