/**
 * Must be evaluated before an engine's modules: the clocks and the time zone that programs see. Each program begins at the
 * same instant, in UTC, and time passes in steps, so that what a program makes of a clock is a function of the program.
 */

/** The instant at which every program begins. */
export const START_MS = Date.UTC(2026, 0, 1);
/** What a clock without a date shows at that instant: a machine that has run for a day. */
const UPTIME_MS = 86_400_000;
const STEP_MS = 100;

/** The worker's own clock, in milliseconds: for deadlines and for what is measured, never for programs. */
export const elapsedMs = performance.now.bind(performance);

let beganAt = elapsedMs();
let sleptMs = 0;
let polledAt: number | null = null;

/** Puts the clocks back to the instant at which every program begins. */
export function rewindClock(): void {
  beganAt = elapsedMs();
  sleptMs = 0;
  polledAt = null;
}

/** How long the program has run, in steps; what it slept counts to the millisecond, so that a sleep is never too short. */
export function programMs(): number {
  polledAt = null;
  const awakeMs = elapsedMs() - beganAt - sleptMs;
  return Math.floor(awakeMs / STEP_MS) * STEP_MS + Math.floor(sleptMs);
}

/** The clock that an engine asks over and over until a sleep is done. Between two sleeps it looks at another one. */
export function sleepClockMs(): number {
  const now = elapsedMs();
  if (polledAt !== null) sleptMs += now - polledAt;
  polledAt = now;
  return now;
}

/** A clock without a date, as programs see it. */
export const monotonicMs = (): number => UPTIME_MS + programMs();

const now = (): number => START_MS + programMs();

type Fields = Parameters<typeof Date.UTC>;

/** A `Date` whose local time is UTC: Emscripten makes an engine's time zone out of it. */
class UniversalDate extends Date {
  static override now = now;

  constructor(...given: [] | [number | string | Date] | Fields) {
    if (given.length === 0) super(now());
    else if (given.length === 1) super(given[0]);
    else super(Date.UTC(...(given as Fields)));
  }

  override getTimezoneOffset = (): number => 0;
  override getDate = this.getUTCDate;
  override getDay = this.getUTCDay;
  override getFullYear = this.getUTCFullYear;
  override getHours = this.getUTCHours;
  override getMinutes = this.getUTCMinutes;
  override getMonth = this.getUTCMonth;
  override getSeconds = this.getUTCSeconds;
}

Reflect.set(globalThis, 'Date', UniversalDate);
Reflect.set(performance, 'now', monotonicMs);
