import { computed, signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { settle } from '../../../../tests/support/experiment-bench.ts';
import { DEFAULT_CONFIG } from '../../../rl/config.ts';
import type { StepRecord } from '../../../rl/types.ts';
import type { RunRecord } from '../../../store/index.ts';
import { createChosenRuns, type RunsStore } from './chosen-runs.ts';

const record = (id: string, known: Partial<RunRecord> = {}): RunRecord => ({
  id,
  config: { ...DEFAULT_CONFIG, gate: id === 'a' ? 'posterior' : 'ungated' },
  device: 'wasm',
  created: 0,
  status: 'finished',
  lastStep: 2,
  ...known,
});
const stepsTo = (last: number): StepRecord[] =>
  Array.from({ length: last }, (_, i) => ({ step: i + 1, metrics: { kl: i } }));

function page(records: RunRecord[]) {
  const asked: string[] = [];
  const store: RunsStore = {
    listRuns: async () => [...records],
    steps: async (id) => {
      asked.push(id);
      return stepsTo(records.find((each) => each.id === id)!.lastStep!);
    },
    evals: async () => [],
  };
  const ids = signal<readonly string[]>([]);
  const runs = createChosenRuns({
    store: async () => store,
    chosen: computed(() => ids.value),
    choose: (chosen) => void (ids.value = chosen),
  });
  return { runs, records, asked };
}

it('stand side by side from two on, and each is read once', async () => {
  const { runs, asked } = page([record('a'), record('b'), record('new', { lastStep: null })]);
  await runs.open();
  expect(runs.stored.value!.map(({ id }) => id)).toEqual(['a', 'b']);
  runs.toggle('b');
  await settle();
  expect(runs.comparison.value).toBeNull();
  runs.toggle('a');
  await settle();
  expect(runs.comparison.value!.design.arms.map(({ label }) => label)).toEqual(['Ungated', 'Posterior']);
  expect(asked).toEqual(['b', 'a']);
  runs.toggle('b');
  await settle();
  expect(runs.runs.value.map(({ id }) => id)).toEqual(['a']);
  runs.clear();
  await settle();
  expect([runs.runs.value, asked]).toEqual([[], ['b', 'a']]);
});

it('take in what a run that trains has done since', async () => {
  const { runs, records, asked } = page([record('a', { status: 'running' }), record('b')]);
  await runs.open();
  runs.toggle('a');
  runs.toggle('b');
  await settle();
  records[0] = record('a', { status: 'running', lastStep: 5 });
  await runs.refresh();
  await settle();
  expect(runs.runs.value.map(({ steps }) => steps.length)).toEqual([5, 2]);
  expect(asked).toEqual(['a', 'b', 'a']);
});

it('say which are not stored here, and how one began', async () => {
  const { runs } = page([record('a', { branchedFrom: { name: 'Mine', step: 7 } })]);
  await runs.open();
  runs.toggle('a');
  runs.toggle('gone');
  await settle();
  expect(runs.runs.value).toMatchObject([{ id: 'a', start: '“Mine”, step 7' }]);
  expect(runs.messages.value).toMatchObject([{ kind: 'error', what: expect.stringContaining('not stored in this browser') }]); // prettier-ignore
  runs.dismiss(runs.messages.value[0]!.id);
  expect(runs.messages.value).toEqual([]);
  // What was dismissed does not come back with the next look at the store.
  await runs.open();
  await settle();
  expect(runs.messages.value).toEqual([]);
});
