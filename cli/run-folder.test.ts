import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Rollout } from '../src/rl/types.ts';
import { RunFolder, type RunRequest } from './run-folder.ts';
import { rolloutOf } from '../tests/support/rollout.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'posterior-run-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const REQUEST: RunRequest = {
  preset: 'default',
  gate: 'posterior',
  steps: 4,
  seed: 1,
  device: 'wasm',
  overrides: {},
  resume: false,
  policy: null,
  tasks: null,
  reward: null,
};

const rollout = (step: number, index: number, text = 'text'): Rollout => {
  // `step` last, as nothing promises where it stands.
  const { step: _, ...rest } = rolloutOf({ index, taskId: 'a', text });
  return { ...rest, step };
};

const lines = (name: string): Array<Record<string, unknown>> =>
  readFileSync(join(root, 'run', name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const addStep = (folder: RunFolder, step: number, reward: number, text?: string): void =>
  folder.addStep({ step, metrics: { reward } }, [rollout(step, 0, text), rollout(step, 1, text)]);

describe('RunFolder', () => {
  it('writes what comes, in order', async () => {
    const folder = await RunFolder.create(join(root, 'run'));
    folder.addEval({ step: 0, metrics: { 'eval/pass@1': 0.5 } });
    addStep(folder, 1, 1.5);
    expect(lines('metrics.jsonl')).toEqual([
      { type: 'eval', step: 0, 'eval/pass@1': 0.5 },
      { type: 'step', step: 1, reward: 1.5 },
    ]);
    expect(lines('rollouts.jsonl').map(({ step, index }) => [step, index])).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  it('replaces steps that come again after a kill, and heals a line cut in two', async () => {
    const folder = await RunFolder.create(join(root, 'run'));
    folder.saveConfig({ request: REQUEST });
    folder.addEval({ step: 0, metrics: {} });
    for (const step of [1, 2, 3]) addStep(folder, step, step);
    appendFileSync(join(root, 'run', 'metrics.jsonl'), '{"type":"step","st');
    appendFileSync(join(root, 'run', 'rollouts.jsonl'), '{"step":4,"gro');

    const { folder: again, file } = RunFolder.open(join(root, 'run'));
    expect(file.request).toEqual(REQUEST);
    for (const step of [2, 3, 4]) addStep(again, step, 10 * step, 'again');

    expect(lines('metrics.jsonl').map(({ type, step, reward }) => [type, step, reward])).toEqual([
      ['eval', 0, undefined],
      ['step', 1, 1],
      ['step', 2, 20],
      ['step', 3, 30],
      ['step', 4, 40],
    ]);
    expect(lines('rollouts.jsonl').map(({ step, text }) => `${String(step)} ${String(text)}`)).toEqual([
      '1 text',
      '1 text',
      '2 again',
      '2 again',
      '3 again',
      '3 again',
      '4 again',
      '4 again',
    ]);
    expect(again.steps).toHaveLength(4);
    expect(again.rollouts[0]?.step).toBe(4);
  });

  it('cuts where a step begins, also behind more than one megabyte', async () => {
    const folder = await RunFolder.create(join(root, 'run'));
    folder.saveConfig({ request: REQUEST });
    for (const step of [1, 2, 3]) addStep(folder, step, 0, 'x'.repeat(400_000));
    const { folder: again } = RunFolder.open(join(root, 'run'));
    addStep(again, 3, 0, 'short');
    expect(lines('rollouts.jsonl').map(({ step, text }) => [step, String(text).length])).toEqual([
      [1, 400_000],
      [1, 400_000],
      [2, 400_000],
      [2, 400_000],
      [3, 5],
      [3, 5],
    ]);
  });
});
