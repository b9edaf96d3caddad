import { expect, it } from 'vitest';
import { RunQueue } from './queue.ts';

/** Work that ends when it is told to. */
function work() {
  let end: () => void = () => {};
  let fail: (error: Error) => void = () => {};
  let begun = false;
  const run = (): Promise<void> => {
    begun = true;
    return new Promise((resolve, reject) => ([end, fail] = [resolve, reject]));
  };
  return { run, end: () => end(), fail: (error: Error) => fail(error), begun: () => begun };
}
const settle = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await Promise.resolve();
};

it('does one thing at a time, in order, whether the one before ended well or not', async () => {
  const queue = new RunQueue();
  const [first, second, third] = [work(), work(), work()];
  queue.add('first', first.run);
  queue.add('second', second.run);
  queue.add('third', third.run);
  expect([queue.active.value, queue.waiting]).toEqual(['first', ['second', 'third']]);
  expect([first.begun(), second.begun()]).toEqual([true, false]);
  first.end();
  await settle();
  expect([queue.active.value, second.begun(), third.begun()]).toEqual(['second', true, false]);
  second.fail(new Error('lost'));
  await settle();
  expect([queue.active.value, third.begun()]).toEqual(['third', true]);
  third.end();
  await settle();
  expect([queue.active.value, queue.waiting]).toEqual([null, []]);
});

it('never begins what was taken out', async () => {
  const queue = new RunQueue();
  const [first, second] = [work(), work()];
  queue.add('first', first.run);
  queue.add('second', second.run);
  expect([queue.remove('second'), queue.remove('second'), queue.remove('first')]).toEqual([
    true,
    false,
    false,
  ]);
  first.end();
  await settle();
  expect([queue.active.value, second.begun()]).toEqual([null, false]);
});

it('hands back what the work came to, or that it was given up while it waited', async () => {
  const queue = new RunQueue();
  const first = work();
  queue.add('first', first.run);
  const abort = new AbortController();
  const given = queue.turn('given up', async () => 1, abort.signal);
  const kept = queue.turn('kept', async () => 2, new AbortController().signal);
  const failing = queue.turn(
    'failing',
    () => Promise.reject(new Error('lost')),
    new AbortController().signal,
  );
  abort.abort();
  await expect(given).rejects.toThrow(/abort/i);
  await expect(queue.turn('late', async () => 3, abort.signal)).rejects.toThrow(/abort/i);
  expect(queue.waiting).toEqual(['kept', 'failing']);
  first.end();
  expect(await kept).toBe(2);
  await expect(failing).rejects.toThrow('lost');
  expect([queue.active.value, queue.waiting]).toEqual([null, []]);
});
