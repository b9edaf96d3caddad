/** The completions of a run with the rewards that Posterior gave them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrlRow } from '../src/export/tasks.ts';
import type { Rollout } from '../src/rl/types.ts';

export const lines = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

/** Each with the exported row of its task. */
export function recordedRollouts(exported: string, run: string) {
  const rows = lines(join(exported, 'tasks', 'train.jsonl')) as TrlRow[];
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  return (lines(join(run, 'rollouts.jsonl')) as Rollout[]).map((rollout) => {
    const { taskId, text, tokens, reasoning, rewards, verification, reward } = rollout;
    const row = rowOf.get(taskId);
    if (row === undefined) throw new Error(`The task ${taskId} was not exported.`);
    const { passed, total, detail } = verification;
    const { status } = detail as { readonly status: string };
    return { row, text, tokens, reasoning, rewards, reward, passed, total, status };
  });
}
