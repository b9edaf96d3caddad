/** Folders of finished runs, for comparisons of several. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

export const HELD_OUT = 'eval/pass@1';
export const VISIBLE = 'eval/visible_pass@1';
export const THINKING = 'rewards/thinking/mean';

/** The lines of a JSONL file. */
export const readLines = (path) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** What the run in `folder/gate-seed` recorded. */
export function readRun(folder, gate, seed) {
  const path = join(folder, `${gate}-${seed}`);
  const lines = readLines(join(path, 'metrics.jsonl'));
  return {
    path,
    gate,
    seed,
    evals: lines.filter(({ type }) => type === 'eval'),
    steps: lines.filter(({ type }) => type === 'step'),
  };
}
