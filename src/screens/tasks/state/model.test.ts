import { describe, expect, it, vi } from 'vitest';
import { UNDO_MS } from '../../../app/undo.ts';
import type { CheckedTasks } from '../../../domains/files/check.ts';
import { checkTasks } from '../../../domains/files/check.ts';
import type { CheckedTask } from '../../../domains/files/check-task.ts';
import { exampleText } from '../../../domains/files/template.ts';
import {
  StorageFullError,
  type StoredTask,
  type StoredTaskSet,
  type TaskSetChange,
} from '../../../store/index.ts';
import { enclose } from './enclosed.ts';
import { createTasks, type Tasks } from './model.ts';

/** What the store does, in memory. */
class Kept {
  readonly sets = new Map<string, StoredTaskSet>();
  readonly tasks = new Map<string, StoredTask>();
  full = false;

  listTaskSets = async () => [...this.sets.values()].toReversed();
  tasksOfSet = async (id: string) => {
    const order = this.sets.get(id)?.order ?? [];
    const of = [...this.tasks.values()].filter(({ set }) => set === id);
    return of.toSorted((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
  };
  putTaskSet = async ({ set, put, remove }: TaskSetChange) => {
    if (this.full) throw new StorageFullError('The storage is full.');
    this.sets.delete(set.id);
    this.sets.set(set.id, set);
    for (const task of put) this.tasks.set(`${set.id}/${task.key}`, structuredClone(task));
    for (const key of remove) this.tasks.delete(`${set.id}/${key}`);
  };
  deleteTaskSet = async (id: string) => {
    this.sets.delete(id);
    for (const [key, { set }] of this.tasks) if (set === id) this.tasks.delete(key);
  };
}

const fine: CheckedTask = {
  flaws: [],
  trial: null,
  usable: {
    task: { id: 'x', family: 'own', split: 'train', prompt: 'p' },
    untried: false,
    weak: null,
    withoutHeldOut: false,
    read: null,
  },
};
const wrong = (reason: string): CheckedTask => ({ flaws: [{ reason }], trial: null, usable: null });

function bench(
  kept = new Kept(),
  file: () => Promise<CheckedTasks> = () => Promise.reject(new Error('no file')),
) {
  const timers: { work: () => void; ms: number; off: boolean }[] = [];
  const places: string[][] = [];
  const answers: number[] = [];
  const tasks = createTasks({
    store: async () => kept,
    check: async (_, { record, flaws }) => {
      if (flaws[0]) return wrong(flaws[0].reason);
      return record['prompt'] === undefined ? wrong('prompt is missing.') : fine;
    },
    readFile: () => file(),
    later(work, ms) {
      const timer = { work, ms, off: false };
      timers.push(timer);
      return () => void (timer.off = true);
    },
    moved: (set, task) => void places.push([set, task]),
    answered: () => void answers.push(places.length),
  });
  // The store of the bench needs no longer than the promises that are under way.
  const settled = () => new Promise<void>((resolve) => setTimeout(resolve));
  return {
    kept,
    tasks,
    places,
    answers,
    settled,
    /** Lets timers of up to so many milliseconds end. */
    async pass(ms = 1000) {
      for (const timer of timers.splice(0)) {
        if (timer.off) continue;
        if (timer.ms <= ms) timer.work();
        else timers.push(timer);
      }
      await vi.waitFor(() => expect(tasks.checker.state.value.kind).not.toBe('running'));
      await settled();
    },
  };
}

const rows = (tasks: Tasks) => tasks.state.value.open?.rows ?? [];
const prompts = (tasks: Tasks) => rows(tasks).map(({ content }) => content.fields.prompt);

/** What another visit finds. */
async function again(kept: Kept): Promise<Tasks> {
  const { tasks, pass } = bench(kept);
  await tasks.open('', '');
  await pass();
  return tasks;
}

describe('tasks of one’s own', () => {
  it('are there again after a reload, every key of them, with what their check came to', async () => {
    const { kept, tasks, pass, places } = bench();
    await tasks.open('', '');
    expect(tasks.state.value).toMatchObject({ status: 'ready', open: null, sets: [] });
    tasks.createSet('code');
    tasks.edit({ prompt: 'Add' });
    tasks.edit({ prompt: 'Add one.' });
    await pass();
    tasks.addTask();
    tasks.edit({ language: 'javascript' });
    tasks.rename('Sums');
    tasks.addTask();
    await pass();
    expect(places.at(-1)).toEqual([tasks.state.value.open?.id, rows(tasks)[2]!.key]);
    const back = await again(kept);
    expect(back.state.value.sets.map(({ name }) => name)).toEqual(['Sums']);
    expect(prompts(back)).toEqual(['Add one.', '', '']);
    expect(rows(back).map(({ content }) => content.fields)).toMatchObject([
      { language: 'python' },
      { language: 'javascript' },
      { language: 'javascript' },
    ]);
    expect(rows(back)[0]!.outcome).toEqual({ usable: true, reason: null });
    expect(rows(back)[2]!.outcome).toEqual({ usable: false, reason: 'prompt is missing.' });
  });

  it('and their sets come back when their deletion is taken back, and are gone for good after a while', async () => {
    const { kept, tasks, pass, settled } = bench();
    await tasks.openExample('code');
    await settled();
    const before = prompts(tasks);
    tasks.select(rows(tasks)[2]!.key);
    tasks.removeTask();
    expect(prompts(tasks)).toEqual(before.toSpliced(2, 1));
    expect(tasks.state.value.deleted.map(({ name }) => name)).toEqual(['hypotenuse/1']);
    await tasks.undo(tasks.state.value.deleted[0]!.id);
    await settled();
    expect(prompts(tasks)).toEqual(before);
    expect(prompts(await again(kept))).toEqual(before);

    await tasks.removeSet();
    expect([tasks.state.value.open, kept.tasks.size]).toEqual([null, 0]);
    await tasks.undo(tasks.state.value.deleted[0]!.id);
    await settled();
    expect(prompts(await again(kept))).toEqual(before);
    await tasks.removeSet();
    await pass(UNDO_MS);
    expect([tasks.state.value.deleted, kept.sets.size]).toEqual([[], 0]);
  });

  it('come back into their set also while another is on view, and undo nothing else of it', async () => {
    const { kept, tasks, settled } = bench();
    await tasks.openExample('maths');
    await settled();
    const { id } = tasks.state.value.open!;
    const before = prompts(tasks);
    tasks.select(rows(tasks)[1]!.key);
    tasks.removeTask();
    tasks.rename('Sums');
    tasks.addTask();
    tasks.edit({ prompt: 'Another.' });
    tasks.createSet('code');
    await tasks.undo(tasks.state.value.deleted[0]!.id);
    await settled();
    expect(tasks.state.value.open?.domain).toBe('code');
    const back = bench(kept).tasks;
    await back.open(id, '');
    expect(back.state.value.open?.name).toBe('Sums');
    expect(prompts(back)).toEqual([...before, 'Another.']);
  });

  it('stay on the page when there is no room, and are stored when there is', async () => {
    const { kept, tasks, settled } = bench();
    tasks.createSet('maths');
    await settled();
    kept.full = true;
    tasks.edit({ prompt: 'What is 1 + 1?' });
    await settled();
    expect(tasks.state.value).toMatchObject({
      unsaved: true,
      messages: [
        { kind: 'error', what: 'The storage is full.', kept: expect.stringMatching(/on this page/) },
      ],
    });
    expect(await tasks.file()).toEqual({ name: 'New-set.jsonl', content: '{"prompt":"What is 1 + 1?"}\n' });
    kept.full = false;
    tasks.edit({ answer: '2' });
    await settled();
    expect(tasks.state.value.unsaved).toBe(false);
    expect(rows(await again(kept))[0]!.content.fields).toMatchObject({
      prompt: 'What is 1 + 1?',
      answer: '2',
    });
  });

  it('that cannot be read are told of and left as they are', async () => {
    const { kept, tasks, settled } = bench();
    await tasks.openExample('maths');
    await settled();
    const [key, task] = [...kept.tasks][0]!;
    kept.tasks.set(key, { ...task, content: { fields: { prompt: 7 } } });
    const back = await again(kept);
    expect(rows(back)).toHaveLength(2);
    expect(back.state.value.messages[0]?.what).toBe('1 task of “Example: mathematics” could not be read.');
    back.edit({ prompt: 'Changed.' });
    await settled();
    expect(kept.tasks.get(key)?.content).toEqual({ fields: { prompt: 7 } });
  });

  it('of a link to elsewhere are missed with a sentence', async () => {
    const { tasks, settled } = bench();
    await tasks.openExample('maths');
    await settled();
    await tasks.open('elsewhere', 'x');
    expect(tasks.state.value.messages[0]?.what).toMatch(/not stored in this browser/);
    expect(rows(tasks)).toHaveLength(3);
  });
});

const linesOf = (text: string) => ({
  async *[Symbol.asyncIterator]() {
    yield new TextEncoder().encode(text);
  },
});
const none = { sandbox: () => Promise.reject(new Error('no sandbox is needed')) };

describe('a file', () => {
  const read = (text: string) => () => checkTasks('sums.jsonl', linesOf(text), none);

  it('becomes a set; what a change may mend is in it, and what is refused is named', async () => {
    const text = `${exampleText('maths', true)}{"id":"roots","prompt":"p","answer":"about two"}\n{"prompt":1}\n{broken\n`;
    const { tasks, settled } = bench(new Kept(), read(text));
    await tasks.importFile(new File([], 'sums.jsonl'));
    await settled();
    const { open, report } = tasks.state.value;
    expect(open?.name).toBe('sums');
    expect(rows(tasks).map(({ outcome }) => outcome?.usable)).toEqual([true, true, true, false]);
    expect(rows(tasks)[3]!.content.fields).toMatchObject({ id: 'roots', answer: 'about two' });
    expect(report).toMatchObject({ name: 'sums.jsonl', count: 3, unit: 'line' });
    expect(report?.faults.map(({ line, taken }) => [line, taken])).toEqual([
      [4, true],
      [5, false],
      [6, false],
    ]);
    // What is taken along says the same as what was taken in.
    const { content } = (await tasks.file())!;
    const { file, unusable } = await checkTasks('again.jsonl', linesOf(content), none);
    expect(file?.text).toBe((await read(text)()).file?.text);
    expect(unusable).toHaveLength(1);
  });

  it('that cannot be read leaves everything as it is', async () => {
    const { tasks, settled } = bench(new Kept(), read('\u0089PNG'));
    await tasks.openExample('maths');
    await tasks.importFile(new File([], 'x.png'));
    await settled();
    expect(tasks.state.value.open?.name).toBe('Example: mathematics');
    expect(tasks.state.value.messages[0]).toMatchObject({
      kind: 'error',
      kept: 'Nothing of it was imported.',
    });
    expect(tasks.state.value.importing).toBeNull();
  });

  it('of nothing that can be taken in is reported alone', async () => {
    const { tasks } = bench(new Kept(), read('{"prompt":1}\n'));
    await tasks.importFile(new File([], 'x.jsonl'));
    expect(tasks.state.value).toMatchObject({
      open: null,
      report: { count: 0, faults: [{ line: 1, taken: false }] },
    });
  });
});

describe('tasks that a link brings', () => {
  const lines =
    '{"id":"a","prompt":"What is 1 + 1?","answer":2}\n{"id":"b","prompt":"Root?","answer":"about one"}\n';
  const checkedAs = (name: string) => () => checkTasks(name, linesOf(lines), none);

  it('are offered, and become a list beside one of the same name once they are to be kept', async () => {
    const { kept, tasks, answers, settled } = bench(new Kept(), checkedAs('Sums'));
    await tasks.createSet('code');
    tasks.rename('Sums');
    await settled();
    const before = structuredClone([...kept.sets, ...kept.tasks]);
    await tasks.receive(await enclose({ name: 'Sums', lines }));
    await settled();
    expect(tasks.state.value.offer).toMatchObject({ name: 'Sums', count: 2 });
    expect([...kept.sets, ...kept.tasks]).toEqual(before);
    expect(answers).toEqual([]);
    await tasks.keepOffer();
    await settled();
    expect(tasks.state.value).toMatchObject({ offer: null, open: { name: 'Sums (2)', domain: 'maths' } });
    // Checked as a file is: what cannot be used is named, and there to be mended.
    expect(rows(tasks).map(({ outcome }) => outcome?.usable)).toEqual([true, false]);
    expect(tasks.state.value.report).toMatchObject({ count: 1, faults: [{ line: 2, taken: true }] });
    expect([...kept.sets.values()].map(({ name }) => name)).toEqual(['Sums', 'Sums (2)']);
    expect([...kept.sets, ...kept.tasks]).toEqual(expect.arrayContaining(before));
    expect(answers).toHaveLength(1);
  });

  it('are gone when they are not wanted, and stay offered while nothing could be made of them', async () => {
    let broken = true;
    const failing = () => (broken ? Promise.reject(new Error('no sandbox')) : checkedAs('x')());
    const { kept, tasks, answers, settled } = bench(new Kept(), failing);
    const written = await enclose({ name: 'Sums', lines });
    await tasks.receive(written);
    await tasks.keepOffer();
    expect(tasks.state.value.offer?.name).toBe('Sums');
    expect(tasks.state.value.messages).toMatchObject([{ kind: 'error', what: 'no sandbox' }]);
    broken = false;
    tasks.leaveOffer();
    await tasks.keepOffer();
    await settled();
    expect([tasks.state.value.offer, kept.sets.size, answers.length]).toEqual([null, 0, 1]);
  });

  it('and cannot be read are said to be damaged, or of a newer version, and nothing else is lost', async () => {
    const { tasks, answers } = bench();
    await tasks.createSet('code');
    const { open } = tasks.state.value;
    await tasks.receive((await enclose({ name: 'Sums', lines })).slice(0, -9));
    await tasks.receive('7.abc');
    expect(tasks.state.value).toMatchObject({ offer: null, open });
    expect(tasks.state.value.messages.map(({ what }) => what)).toEqual([
      expect.stringContaining('damaged'),
      expect.stringContaining('newer version'),
    ]);
    expect(answers).toHaveLength(2);
  });
});
