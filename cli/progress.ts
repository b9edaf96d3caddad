/** Progress with the time left, as text; drawing it is the caller's business. */

const BAR_WIDTH = 24;
/** Steps that the estimate looks back on: early steps are slow (first use of every graph) and soon forgotten. */
const WINDOW = 12;

export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, '0')} min`;
  if (minutes > 0) return `${minutes} min ${String(rest).padStart(2, '0')} s`;
  return `${rest} s`;
}

export function bar(fraction: number, width = BAR_WIDTH): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** Estimates the time left from when the latest units of work were done. */
export class Stopwatch {
  readonly #marks: Array<{ readonly done: number; readonly seconds: number }> = [];
  readonly #now: () => number;

  /** @param now seconds since some fixed moment */
  constructor(now: () => number = () => performance.now() / 1000) {
    this.#now = now;
  }

  mark(done: number): void {
    this.#marks.push({ done, seconds: this.#now() });
    if (this.#marks.length > WINDOW) this.#marks.shift();
  }

  /** Seconds until `total` units are done, or `null` before a pace is known. */
  secondsLeft(total: number): number | null {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (first === undefined || last === undefined || last.done <= first.done) return null;
    const pace = (last.seconds - first.seconds) / (last.done - first.done);
    return Math.max(0, pace * (total - last.done) - (this.#now() - last.seconds));
  }
}

/** One line such as `████░░░░  12/40  sample  1 min 05 s left`. */
export function progressLine(done: number, total: number, doing: string, secondsLeft: number | null): string {
  const left = secondsLeft === null ? '' : `  ${duration(secondsLeft)} left`;
  return `${bar(total === 0 ? 1 : done / total)}  ${done}/${total}  ${doing}${left}`;
}
