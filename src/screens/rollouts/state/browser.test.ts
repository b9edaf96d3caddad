import { signal } from '@preact/signals';
import { describe, expect, it, vi } from 'vitest';
import { STORED_CONFIG, stepOf } from '../../../../tests/support/stored-run.ts';
import type { RolloutStep } from '../../../store/index.ts';
import type { Spot } from '../place.ts';
import { createBrowser } from './browser.ts';
import { createDemoLab } from '../../../app/demo/lab.ts';
import { Workspace } from '../../../workspace/workspace.ts';
import { EVERYTHING } from './filter.ts';
import { createHunt } from './hunt.ts';
import { placeIn } from '../../../newest.ts';
import { createPins } from './pins.ts';
import { SLICE_STEPS } from './scan.ts';
import { demonstration, type RunsSource } from './sources.ts';

/** A run of which only the numbers of its steps exist until they are read. */
function madeUp(count: number) {
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  const reads: { readonly from: number; readonly count: number }[] = [];
  const source: { -readonly [K in keyof RunsSource]: RunsSource[K] } = {
    keeps: 'all',
    list: async () => [
      {
        id: 'long',
        config: STORED_CONFIG,
        created: 0,
        lastStep: numbers.at(-1) ?? null,
        training: false,
        growing: true,
      },
    ],
    steps: async (_, after = 0) => numbers.filter((step) => step > after),
    read: async (_, from, many) => {
      reads.push({ from, count: many });
      const last = Math.min(numbers.length, from + many - 1);
      return Array.from({ length: last - from + 1 }, (_, i): RolloutStep => ({
        step: from + i,
        rollouts: stepOf(from + i),
      }));
    },
    tasks: async () => ({}),
    tokenizer: () => Promise.reject(new Error('not here')),
  };
  const spot = signal<Spot>({ run: '', step: null, group: 0, completion: null });
  const browser = createBrowser(source, () => spot.value);
  const go = (change: Partial<Spot>): void => void (spot.value = { ...spot.peek(), ...change });
  return { browser, source, go, reads, numbers };
}

describe('a run of 10,000 steps', () => {
  it('opens on the latest, and reads only what is shown', async () => {
    const { browser, go, reads } = madeUp(10_000);
    await browser.open();
    await vi.waitFor(() => expect(browser.shown.value?.step).toBe(10_000));
    expect(reads).toEqual([{ from: 10_000, count: 1 }]);
    for (let step = 1; step <= 5000; step++) go({ step });
    await vi.waitFor(() => expect(browser.shown.value?.step).toBe(5000));
    expect(reads.length).toBeLessThan(5);
  });

  it('takes in steps that come, and follows them until a step is chosen', async () => {
    const { browser, go, numbers } = madeUp(3);
    await browser.open();
    await vi.waitFor(() => expect(browser.shown.value?.step).toBe(3));
    numbers.push(4);
    await browser.refresh();
    await vi.waitFor(() => expect(browser.shown.value?.step).toBe(4));
    go({ step: 2 });
    numbers.push(5);
    await browser.refresh();
    await vi.waitFor(() => expect(browser.shown.value?.step).toBe(2));
    expect(browser.steps.value?.numbers).toEqual([1, 2, 3, 4, 5]);
  });

  it('shows the nearest step before one that is not stored, and no run in place of an unknown one', async () => {
    const { browser, go } = madeUp(3);
    await browser.open();
    go({ step: 99 });
    expect(browser.wanted.value).toBe(3);
    go({ run: 'gone' });
    expect(browser.run.value).toBeNull();
    expect(browser.shown.value).toBeNull();
  });

  it('says once that its steps cannot be read, and reads them as soon as they can be', async () => {
    const { browser, source } = madeUp(2);
    const { steps } = source;
    source.steps = () => Promise.reject(new Error('The store is closed.'));
    await browser.open();
    for (let i = 0; i < 3; i++) await browser.refresh();
    await vi.waitFor(() => expect(browser.messages.value).toHaveLength(1));
    browser.dismiss(browser.messages.value[0]!.id);
    await browser.refresh();
    expect([browser.messages.value, browser.steps.value]).toEqual([[], null]);
    source.steps = steps;
    await browser.refresh();
    await vi.waitFor(() => expect(browser.shown.value?.step).toBe(2));
  });

  it('says so where the vocabulary cannot be had', async () => {
    const { browser } = madeUp(1);
    await browser.open();
    browser.needTokenizer();
    await vi.waitFor(() => expect(browser.tokenizer.value).toBe('missing'));
    expect(browser.messages.value[0]?.what).toContain('not here');
  });
});

describe('a demonstration', () => {
  it('shows the latest step of the run on view, which is all that it keeps', async () => {
    const lab = createDemoLab('20');
    const browser = createBrowser(demonstration(lab, new Workspace()), () => ({
      run: '',
      step: null,
      group: 0,
      completion: null,
    }));
    await browser.open();
    await vi.waitFor(() => expect(browser.shown.value?.step).toBe(20));
    expect(browser.shown.value?.gated).toMatchObject({ count: 96 });
    expect(browser.steps.value?.numbers).toEqual([20]);
    expect(Object.keys(browser.tasks.value)).not.toEqual([]);
  });
});

describe('a search of the whole run', () => {
  it('goes in slices, counts what it finds, and says where it is', async () => {
    const { browser, reads } = madeUp(3 * SLICE_STEPS + 1);
    await browser.open();
    await vi.waitFor(() => expect(browser.shown.value).not.toBeNull());
    reads.length = 0;
    const hunt = createHunt(browser);
    await hunt.search({ ...EVERYTHING, outcome: 'passes' });
    // One in each group, and another from step 5 on.
    expect(hunt.state.value).toMatchObject({ count: 3 * 4 + 6 * 45, running: false, done: 49, of: 49 });
    expect(hunt.state.value?.hits[0]).toMatchObject({ step: 1, group: 0, index: 0, passes: true });
    expect(reads.map(({ count }) => count)).toEqual([16, 16, 16, 1]);
  });

  it('stops at the first step with a program', async () => {
    const { browser, reads } = madeUp(3 * SLICE_STEPS);
    await browser.open();
    await vi.waitFor(() => expect(browser.shown.value).not.toBeNull());
    reads.length = 0;
    const hunt = createHunt(browser);
    await hunt.first(stepOf(20)[1]!.answer!);
    expect(hunt.state.value?.hits).toMatchObject([{ step: 1, group: 0, index: 0 }]);
    await hunt.first('def never(): ...');
    expect(hunt.state.value).toMatchObject({ count: 0, done: 48 });
  });

  it('keeps what it found when it is stopped', async () => {
    const { browser } = madeUp(3 * SLICE_STEPS);
    await browser.open();
    await vi.waitFor(() => expect(browser.steps.value).not.toBeNull());
    const hunt = createHunt(browser);
    const stop = hunt.state.subscribe((state) => {
      if (state?.done === SLICE_STEPS) hunt.stop();
    });
    await hunt.search({ ...EVERYTHING, outcome: 'malformed' });
    stop();
    expect(hunt.state.value).toMatchObject({ running: false, done: SLICE_STEPS, count: 3 * SLICE_STEPS });
    expect(browser.messages.value).toEqual([]);
  });
});

it('the place of a step is that of the nearest before it', () => {
  expect([0, 1, 4, 5, 9, 20].map((step) => placeIn([1, 5, 9], step))).toEqual([0, 0, 0, 1, 2, 2]);
});

it('two completions are pinned at most: a third takes the place of the older', () => {
  const pins = createPins();
  const of = (index: number) => ({ run: 'r', config: STORED_CONFIG, rollout: stepOf(1)[index]! });
  for (const index of [0, 1, 2]) pins.toggle(of(index));
  expect(pins.pinned.value.map(({ rollout }) => rollout.index)).toEqual([1, 2]);
  pins.toggle(of(1));
  expect(pins.has(of(1))).toBe(false);
  expect(pins.has(of(2))).toBe(true);
});
