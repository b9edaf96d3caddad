/** A sweep over gates and seeds, with a table of means and intervals at the end. */
import { type Gate, maths, mathsTasks, meanInterval, type Metrics, train } from 'posterior';
import { starter } from './starter.ts';

const METRICS = ['rewards/outcome/mean', 'rewards/thinking/mean', 'completions/mean_length'];

export async function sweep({
  gates = ['posterior', 'ungated', 'outcome'] as Gate[],
  seeds = [1, 2, 3],
  steps = 5,
} = {}) {
  const [policy, reasoning, tasks] = await Promise.all([starter('policy'), starter('reward'), mathsTasks()]);
  const size = { promptsPerStep: 4, groupSize: 4, maxCompletionTokens: 64, evalTasks: 8, evalEvery: 0 };
  const rows = [['gate', ...METRICS]];
  for (const gate of gates) {
    const ends: Metrics[] = [];
    for (const seed of seeds) {
      const run = await train({
        domain: maths,
        tasks,
        policy,
        reasoning,
        settings: { ...size, gate, seed, steps },
      });
      ends.push(run.steps.at(-1)!.metrics);
    }
    const cell = (name: string) => {
      const { mean, interval } = meanInterval(ends.map((metrics) => metrics[name]!));
      return interval === null
        ? mean.toFixed(3)
        : `${mean.toFixed(3)} ± ${(interval.high - mean).toFixed(3)}`;
    };
    rows.push([gate, ...METRICS.map(cell)]);
  }
  return rows;
}

export async function main(): Promise<void> {
  for (const row of await sweep()) console.log(row.map((cell) => cell.padEnd(26)).join(''));
}
