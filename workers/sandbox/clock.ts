/**
 * Must be evaluated before an engine's modules: the clock and the time zone that programs see. Each program begins at the
 * same instant, in UTC, and time passes in steps, so that what a program makes of the date is a function of the program.
 */

const START_MS = Date.UTC(2026, 0, 1);
const STEP_MS = 100;

const elapsed = performance.now.bind(performance);
let beganAt = elapsed();

Date.now = () => START_MS + Math.floor((elapsed() - beganAt) / STEP_MS) * STEP_MS;

/** Puts the clock back to the instant at which every program begins. */
export function rewindClock(): void {
  beganAt = elapsed();
}

const own = Date.prototype;
own.getTimezoneOffset = () => 0;
own.getDate = own.getUTCDate;
own.getDay = own.getUTCDay;
own.getFullYear = own.getUTCFullYear;
own.getHours = own.getUTCHours;
own.getMinutes = own.getUTCMinutes;
own.getMonth = own.getUTCMonth;
own.getSeconds = own.getUTCSeconds;
