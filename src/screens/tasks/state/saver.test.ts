import { expect, it } from 'vitest';
import type { TaskSetChange } from '../../../store/index.ts';
import { createSaver } from './saver.ts';

const change = (prompt: string, key = 'k', set = 'a'): TaskSetChange => ({
  set: { id: set, name: set, domain: 'code', changed: 1, order: [key] },
  put: [{ set, key, content: prompt }],
  remove: [],
});

/** A store whose writings end when the test says so. */
function bench() {
  const begun: { change: TaskSetChange; end: () => void; fail: (error: Error) => void }[] = [];
  const heard: unknown[] = [];
  const saver = createSaver({
    store: async () => ({
      putTaskSet: (written) => new Promise((end, fail) => void begun.push({ change: written, end, fail })),
    }),
    ended: (error) => void heard.push(error),
  });
  const next = async (count: number) => {
    for (let i = 0; i < 20 && begun.length < count; i++) await Promise.resolve();
    return begun[count - 1]!;
  };
  return { saver, begun, heard, next };
}

it('what is typed while something is written is written after it, the newest alone', async () => {
  const { saver, begun, heard, next } = bench();
  saver.save(change('a'));
  (await next(1)).change.put.map(({ content }) => expect(content).toBe('a'));
  saver.save(change('ab'));
  saver.save({ ...change('abc'), remove: ['gone'] });
  begun[0]!.end();
  const second = await next(2);
  expect(second.change).toMatchObject({ put: [{ content: 'abc' }], remove: ['gone'] });
  second.end();
  await saver.written();
  expect([begun.length, heard]).toEqual([2, [null]]);
});

it('what could not be written waits, and goes with the next writing', async () => {
  const { saver, heard, next } = bench();
  saver.save(change('one', 'x'));
  const first = await next(1);
  saver.save(change('newer', 'y'));
  first.fail(new Error('full'));
  await saver.written();
  expect(heard).toEqual([new Error('full')]);
  saver.save(change('newest', 'y'));
  const again = await next(2);
  expect(again.change.put.map(({ key, content }) => [key, content])).toEqual([
    ['x', 'one'],
    ['y', 'newest'],
  ]);
  again.end();
  await saver.written();
  expect(heard.at(-1)).toBeNull();
});

it('what is saved as a writing ends is written, too', async () => {
  const written: unknown[] = [];
  const saver = createSaver({
    store: async () => ({
      putTaskSet: async ({ put }) => void written.push(...put.map(({ content }) => content)),
    }),
    ended: () => {
      if (written.length < 2) saver.save(change('second'));
    },
  });
  saver.save(change('first'));
  await saver.written();
  await saver.written();
  expect(written).toEqual(['first', 'second']);
});

it('what was forgotten is not written', async () => {
  const { saver, begun, next } = bench();
  saver.save(change('one'));
  const first = await next(1);
  saver.save(change('two'));
  saver.forget('a');
  first.end();
  await saver.written();
  expect(begun).toHaveLength(1);
});
