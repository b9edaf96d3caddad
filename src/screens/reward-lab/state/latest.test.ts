import { expect, it } from 'vitest';
import { Latest } from './latest.ts';

it('does what was asked for first and last, one at a time', async () => {
  const done: number[] = [];
  let release: () => void = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  const latest = new Latest();
  latest.run(async () => {
    await gate;
    done.push(1);
  });
  latest.run(async () => void done.push(2));
  latest.run(async () => void done.push(3));
  expect(done).toEqual([]);
  release();
  await new Promise((resolve) => setTimeout(resolve));
  expect(done).toEqual([1, 3]);
  latest.run(async () => void done.push(4));
  expect(done).toEqual([1, 3, 4]);
});
