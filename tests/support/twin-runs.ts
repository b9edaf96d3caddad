/** Stored runs of several gates and seeds that nobody had to train: twins are the same until a step, and part there. */
import type { Page } from 'puppeteer';
import { advantages } from '../../src/rl/advantages.ts';
import { type Gate, totalReward } from '../../src/rl/gate.ts';
import { stepMetrics } from '../../src/rl/metrics.ts';
import type { EvalRecord, FullConfig, Rollout, StepRecord } from '../../src/rl/types.ts';
import { groupsOf } from '../../src/statistics/samples.ts';
import { STORED_CONFIG, stepOf } from './stored-run.ts';

export interface MadeRun {
  readonly id: string;
  readonly config: FullConfig;
  readonly steps: readonly StepRecord[];
  readonly evals: readonly EvalRecord[];
  readonly rollouts: readonly Rollout[][];
}

/** The first step whose completions are those of the gate alone. */
export const PARTING = 2;

function rolloutsOf(gate: Gate, seed: number, step: number): Rollout[] {
  const own = step < PARTING || gate === 'posterior' ? 0 : 1000;
  const { groupSize } = STORED_CONFIG;
  const rewarded = stepOf(step + 10_000 * seed * Number(step > 4) + own).map((rollout) => ({
    ...rollout,
    step,
    reward: totalReward(rollout.rewards, gate),
  }));
  const A = groupsOf(
    rewarded.map(({ reward }) => reward),
    groupSize,
  ).flatMap((group) => advantages(group, groupSize, 'group'));
  return rewarded.map((rollout, i) => ({ ...rollout, advantage: A[i]! }));
}

/** A run of so many steps whose held-out pass@1 ends at `end`. */
export function madeRun(id: string, gate: Gate, seed: number, steps: number, end: number): MadeRun {
  const config = { ...STORED_CONFIG, gate, seed, steps };
  const rollouts = Array.from({ length: steps }, (_, i) => rolloutsOf(gate, seed, i + 1));
  const evals = [0, Math.round(steps / 2), steps].map((step) => ({
    step,
    metrics: {
      'eval/pass@1': 0.4 + ((end - 0.4) * step) / steps,
      'eval/visible_pass@1': 0.6 + ((end - 0.4) * step) / steps / 2,
    },
  }));
  return {
    id,
    config,
    steps: rollouts.map((own, i) => ({ step: i + 1, metrics: stepMetrics(own, gate, { kl: 0.01 * i }) })),
    evals,
    rollouts,
  };
}

/** Keeps them in the store of a page from which modules of the sources can be imported. */
export async function storeRuns(page: Page, runs: readonly MadeRun[]): Promise<void> {
  for (const run of runs)
    // As text, because the test runner rewrites an import() in a function and the page could not run it.
    await page.evaluate(`(async () => {
      const { openStore } = await import('/src/store/index.ts');
      const store = await openStore('posterior');
      const run = ${JSON.stringify(run)};
      await store.createRun(run.config, 'wasm, 2 threads', run.id);
      for (const [i, record] of run.steps.entries()) await store.appendStep(run.id, record, run.rollouts[i]);
      for (const record of run.evals) await store.appendEval(run.id, record);
      await store.setStatus(run.id, 'finished');
      store.close();
    })()`);
}
