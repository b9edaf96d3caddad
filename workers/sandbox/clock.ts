/**
 * Must be evaluated before an engine's modules: the clock and the time zone that programs see. Each program begins at the
 * same instant, in UTC, and time passes in steps, so that what a program makes of the date is a function of the program.
 */

const START_MS = Date.UTC(2026, 0, 1);
const STEP_MS = 100;

const elapsed = performance.now.bind(performance);
let beganAt = elapsed();

const now = (): number => START_MS + Math.floor((elapsed() - beganAt) / STEP_MS) * STEP_MS;

/** Puts the clock back to the instant at which every program begins. */
export function rewindClock(): void {
  beganAt = elapsed();
}

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
