import { expect, it } from 'vitest';
import { RunQueue } from '../../../run/queue.ts';
import type { Desk } from './desk.ts';
import { createTrainingDesk, type Turn } from './training.ts';

const nothingElse = <T>(name: string): T =>
  new Proxy(
    {},
    {
      get: (_, part) => {
        throw new Error(`${name}.${String(part)} is not for a training that waits.`);
      },
    },
  ) as T;

it('waits for its turn, and can be stopped before it comes', async () => {
  const queue = new RunQueue();
  let end: () => void = () => {};
  queue.add('a run', () => new Promise((resolve) => (end = resolve)));
  const turn: Turn = (work, signal) => queue.turn('reward training', work, signal);
  const desk = createTrainingDesk(
    nothingElse<Desk>('desk'),
    () => {
      throw new Error('A worker was started before its turn.');
    },
    turn,
  );
  const training = desk.start();
  expect(desk.state.value.running).toMatchObject({ waits: true, first: null });
  expect(queue.waiting).toEqual(['reward training']);
  desk.stop();
  await training;
  expect(desk.state.value.running).toBeNull();
  expect(queue.waiting).toEqual([]);
  end();
});
