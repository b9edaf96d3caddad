import { afterAll, beforeAll, expect, it } from 'vitest';

const Native = Date;
const zone = process.env['TZ'];
let rewindClock: () => void;
let monotonicMs: () => number;
let sleepClockMs: () => number;

beforeAll(async () => {
  process.env['TZ'] = 'America/New_York';
  ({ rewindClock, monotonicMs, sleepClockMs } = await import('./clock.ts'));
});
afterAll(() => {
  globalThis.Date = Native;
  Reflect.deleteProperty(performance, 'now');
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

it('is UTC whatever the machine is', () => {
  expect(new Native(2020, 6, 1).getTimezoneOffset()).toBe(240);
  const date = new Date(2020, 6, 1, 12, 30, 15, 250);
  expect(date.getTime()).toBe(Native.UTC(2020, 6, 1, 12, 30, 15, 250));
  expect(date.getTimezoneOffset()).toBe(0);
  expect([date.getFullYear(), date.getMonth(), date.getDate(), date.getDay()]).toEqual([2020, 6, 1, 3]);
  expect([date.getHours(), date.getMinutes(), date.getSeconds()]).toEqual([12, 30, 15]);
  expect(new Date(0).getHours()).toBe(0);
});

it('begins at the same instant each time and goes on in steps', async () => {
  rewindClock();
  const began = Date.now();
  expect(new Native(began).toISOString()).toBe('2026-01-01T00:00:00.000Z');
  expect(new Date().getTime()).toBe(began);
  await new Promise((resolve) => setTimeout(resolve, 250));
  const later = Date.now() - began;
  expect(later).toBeGreaterThanOrEqual(200);
  expect(later % 100).toBe(0);
  rewindClock();
  expect(Date.now()).toBe(began);
});

it('counts sleep to the millisecond, and waking time between sleeps in steps', async () => {
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  rewindClock();
  const began = monotonicMs();
  await pause(20);
  sleepClockMs();
  await pause(30);
  sleepClockMs();
  await pause(5);
  const slept = monotonicMs() - began;
  expect(slept % 100).toBeGreaterThanOrEqual(29);
  expect(slept % 100).toBeLessThan(90);
  // Looking at the clock ends a sleep: what follows is the first question of the next one.
  sleepClockMs();
  expect(monotonicMs() - began).toBe(slept);
  rewindClock();
  expect(monotonicMs()).toBe(began);
});
