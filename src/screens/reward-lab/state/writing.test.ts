import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import type { PairSet } from '../../../reward/pairs/build.ts';
import { readPairs } from '../../../reward/pairs/jsonl.ts';
import { COMPLETION_TEMPLATES, INSTRUCTION_TEMPLATES } from '../../../reward/pairs/templates.ts';
import { noDrops, type PreferencePair } from '../../../reward/pairs/types.ts';
import type { TaskSummary } from '../../../../workers/study.ts';
import { type PolicyOption, SITE_ALONE } from '../../benchmark/state/options.ts';
import type { Desk, DeskState } from './desk.ts';
import { createWritingDesk, type PolicyWriting, tasksFor } from './writing.ts';

const tasks = Array.from({ length: 40 }, (_, i): TaskSummary => ({
  id: `t${i}`,
  family: i % 4 === 0 ? 'words' : 'lists',
  split: i % 2 === 0 ? 'train' : 'held-out',
  prompt: `task ${i}`,
}));
const option = (id: string, domain: string | null): PolicyOption => ({
  id,
  name: `Policy ${id}`,
  policy: { place: 'import', id, name: id, trained: null },
  domain: domain === null ? null : { name: domain, label: domain },
  trained: null,
});
const pair = (chosen: string): PreferencePair => ({
  prompt: 'task 0',
  chosen,
  rejected: 'worse',
  taskId: 't0',
  family: 'words',
  dimension: 'logical rigor',
  kind: 'optimized>degraded',
  operation: 'rewritten-rigor',
  writer: 'policy',
});
const made: PairSet = {
  pairs: [pair('better'), pair('best')],
  written: 3,
  dropped: { ...noDrops(), 'no-change': 1 },
};

function bench(
  policies: () => Promise<readonly PolicyOption[]> = async () => [...SITE_ALONE, option('a', null)],
) {
  const asked: PolicyWriting[] = [];
  const shown: string[] = [];
  const said: string[] = [];
  const saved: string[] = [];
  let report: (done: number, of: number) => void = () => {};
  let answer: (given: PairSet | Error) => void = () => {};
  const desk = {
    state: signal({ tasks } as unknown as DeskState),
    say: (kind: string, what: string) => void said.push(`${kind}: ${what}`),
  } as unknown as Desk;
  const show = async (pairs: readonly unknown[], by: string) => void shown.push(`${pairs.length} by ${by}`);
  const writing = createWritingDesk(
    desk,
    { show },
    {
      policies,
      write(request, hear, abort) {
        asked.push(request);
        report = hear;
        return new Promise((resolve, reject) => {
          answer = (given) => (given instanceof Error ? reject(given) : resolve(given));
          abort.addEventListener('abort', () => reject(abort.reason));
        });
      },
      save: (_, content) => void saved.push(content),
    },
  );
  return {
    writing,
    asked,
    shown,
    said,
    saved,
    report: (done: number, of: number) => report(done, of),
    answer: (given: PairSet | Error) => answer(given),
  };
}

it('draws tasks of the chosen kind, the same for the same seed', () => {
  const { settings } = bench().writing.state.value;
  const drawn = tasksFor(tasks, { ...settings, family: 'lists', tasks: 5 });
  expect(drawn).toHaveLength(5);
  expect(drawn.every(({ split, family }) => split === 'train' && family === 'lists')).toBe(true);
  expect(tasksFor(tasks, { ...settings, family: 'lists', tasks: 3 })).toEqual(drawn.slice(0, 3));
  expect(tasksFor(tasks, { ...settings, family: 'lists', tasks: 5, seed: 2 })).not.toEqual(drawn);
  expect(tasksFor(tasks, { ...settings, split: 'held-out', tasks: 99 })).toHaveLength(20);
});

describe('choosing a policy', () => {
  it('gives instructions to imported ones alone, and lets that be changed', async () => {
    const { writing, asked, answer } = bench();
    await writing.list();
    expect(writing.state.value.settings.asking).toBe('task');
    writing.choosePolicy('a');
    expect(writing.state.value.settings.asking).toBe('instructions');
    const first = writing.write();
    answer(made);
    await first;
    writing.configure({ asking: 'task', perTask: 6 });
    const second = writing.write();
    answer(made);
    await second;
    expect(asked).toMatchObject([
      {
        policy: { place: 'import', id: 'a' },
        templates: INSTRUCTION_TEMPLATES,
        asked: null,
        options: { perTask: 3 },
      },
      {
        policy: { place: 'import', id: 'a' },
        templates: COMPLETION_TEMPLATES,
        asked: 'plain',
        options: { perTask: 6 },
      },
    ]);
  });

  it('leaves out those of another domain, and falls back to the site’s', async () => {
    let known: readonly PolicyOption[] | null = [...SITE_ALONE, option('a', 'code'), option('m', 'maths')];
    const { writing } = bench(async () => {
      if (known === null) throw new Error('refused');
      return known;
    });
    await writing.list();
    expect(writing.state.value.policies.map(({ id }) => id)).toEqual(['site', 'a']);
    writing.choosePolicy('a');
    known = null;
    await writing.list();
    expect(writing.state.value.policies).toEqual(SITE_ALONE);
    expect(writing.state.value.settings).toMatchObject({ policy: 'site', asking: 'task' });
  });
});

describe('writing', () => {
  it('tells how far it is, shows what was written, and hands it over as a file', async () => {
    const { writing, report, answer, shown, saved, asked } = bench();
    const done = writing.write();
    expect(writing.state.value.running).toEqual({ done: 0, of: null });
    report(4, 60);
    expect(writing.state.value.running).toEqual({ done: 4, of: 60 });
    await writing.write();
    expect(asked).toHaveLength(1);
    answer(made);
    await done;
    const { by } = writing.state.value.result!;
    expect(writing.state.value).toMatchObject({ running: null, result: { ...made, tasks: 20 } });
    expect(shown).toEqual([`2 by ${by}`]);
    writing.download();
    expect(readPairs(new TextEncoder().encode(saved[0])).pairs).toEqual(made.pairs);
  });

  it('shows nothing where every pair was dropped', async () => {
    const { writing, answer, shown } = bench();
    const done = writing.write();
    answer({ ...made, pairs: [] });
    await done;
    expect(writing.state.value.result?.pairs).toEqual([]);
    expect(shown).toEqual([]);
  });

  it('can be stopped and can fail; what was written before stays', async () => {
    const { writing, answer, said } = bench();
    const first = writing.write();
    answer(made);
    await first;
    const stopped = writing.write();
    writing.stop();
    await stopped;
    const failed = writing.write();
    answer(new Error('Its weights are gone.'));
    await failed;
    expect(said).toEqual([expect.stringMatching(/^notice: .*stopped/), 'error: Its weights are gone.']);
    expect(writing.state.value).toMatchObject({ running: null, result: made });
  });
});
