import { expect, it } from 'vitest';
import { madeRun, PARTING } from '../../../../tests/support/twin-runs.ts';
import { scanTwins, type TwinScan, type TwinStore } from './twins.ts';

const [left, right] = [madeRun('left', 'posterior', 1, 20, 0.8), madeRun('right', 'ungated', 1, 12, 0.7)];
const of = (id: string) => (id === 'left' ? left : right);
/** The left one lost its third step. */
const store: TwinStore = {
  rolloutSteps: async (id) => of(id).steps.map(({ step }) => step).filter((step) => id === 'right' || step !== 3), // prettier-ignore
  rollouts: async (id, step) => of(id).rollouts[step - 1]!,
};

it('are followed through the steps that both have, to where they part', async () => {
  const heard: TwinScan[] = [];
  await scanTwins(store, 'left', 'right', (scan) => heard.push(scan), new AbortController().signal);
  expect(heard.map(({ done }) => done)).toEqual([0, 8, 11]);
  const { steps, report } = heard.at(-1)!;
  expect([steps.both.length, steps.left.length, steps.right]).toEqual([11, 8, [3]]);
  // Another gate gives other sums to the same completions at once; what is written differs after the first update.
  expect(report.partings).toMatchObject({ reward: { step: 1 }, advantage: { step: 1 }, completion: { step: PARTING } }); // prettier-ignore
  expect(report.partings.prompt).toBeUndefined();
  expect(report.steps[0]).toEqual({ step: 1, prompts: 1, completions: 1, tokens: 1 });
});

it('are left alone when somebody goes away', async () => {
  const stop = new AbortController();
  const scan = scanTwins(store, 'left', 'right', ({ done }) => done === 8 && stop.abort(), stop.signal);
  await expect(scan).rejects.toThrow(/abort/i);
});
