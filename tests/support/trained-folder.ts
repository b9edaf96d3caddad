/** Runs of `train` into a folder, to the end or to a kill, and what they left there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callCommand } from './call-command.ts';
import { jsonLines, startCommand } from './command.ts';
import { killAllWith } from './processes.ts';

export type Line = Record<string, number | string>;

const SMALL = [
  'promptsPerStep=2',
  'groupSize=4',
  'microBatch=8',
  'evalTasks=8',
  'evalEvery=2',
  'checkpointEvery=2',
];

/** @param more after the settings of a small run, which it may change */
function trainingIn(folder: string, steps: number, more: readonly string[] = []): string[] {
  const settings = SMALL.flatMap((setting) => ['--set', setting]);
  const fixed = ['train', '--device', 'wasm', '--steps', String(steps), '--seed', '5', '--json'];
  return [...fixed, ...settings, '--out', folder, ...more];
}

/** Runs to the end and returns the lines that it writes. */
export async function trainInto(
  folder: string,
  steps: number,
  more: readonly string[] = [],
): Promise<Line[]> {
  const { code, out, log } = await callCommand(trainingIn(folder, steps, more));
  if (code !== 0) throw new Error(`train ended with ${code}: ${log}`);
  return jsonLines(out) as Line[];
}

/** Ends the command and its browser as a power cut would, once it tells of a step. */
export async function killTraining(
  folder: string,
  steps: number,
  atStep: number,
  more: readonly string[] = [],
): Promise<void> {
  const { child, ended } = startCommand(trainingIn(folder, steps, more));
  child.stdout?.on('data', (data: Buffer) => {
    if (String(data).includes(`"step":${atStep},`)) killAllWith(folder);
  });
  const { code } = await ended;
  if (code === 0) throw new Error('The run ended before it was killed.');
}

const CLOCKS = /^(time\/|step_time$|tokens_per_second$)/;

/** Recorded metrics without what a clock says. */
export function recordsIn(folder: string): Line[] {
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines
    .map((line) => JSON.parse(line) as Line)
    .filter(({ type }) => type === 'step' || type === 'eval')
    .map((line) => Object.fromEntries(Object.entries(line).filter(([name]) => !CLOCKS.test(name))));
}

/** What was sampled, how likely it was, and what it counted. */
export function rolloutsIn(folder: string): string[] {
  const lines = readFileSync(join(folder, 'rollouts.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const { step, group, index, tokens, logprobs, advantage } = JSON.parse(line) as Line;
    return JSON.stringify([step, group, index, tokens, logprobs, advantage]);
  });
}
