import { describe, expect, it } from 'vitest';
import { RedrawQueue } from './redraw.ts';

/** A clock that is moved by hand. */
function manual() {
  let time = 0;
  const timers: { at: number; draw: () => void }[] = [];
  const queue = new RedrawQueue(
    250,
    () => time,
    (draw, ms) => void timers.push({ at: time + ms, draw }),
  );
  const advance = (to: number): void => {
    for (let next = timers.shift(); next; next = timers.shift()) {
      if (next.at > to) {
        timers.unshift(next);
        break;
      }
      time = next.at;
      next.draw();
    }
    time = to;
  };
  return { queue, advance, time: () => time };
}

describe('the redraw queue', () => {
  it('draws at most four times in any second, however often it is asked', () => {
    const { queue, advance, time } = manual();
    const drawnAt: number[] = [];
    const draw = (): void => void drawnAt.push(time());
    for (let now = 0; now < 1000; now += 10) {
      advance(now);
      queue.request(draw);
    }
    expect(drawnAt).toEqual([0, 250, 500, 750]);
  });

  it('draws the same chart once, and a forgotten one not at all', () => {
    const { queue, advance } = manual();
    let [kept, forgotten] = [0, 0];
    const keep = (): void => void kept++;
    const forget = (): void => void forgotten++;
    queue.request(keep);
    queue.request(keep);
    queue.request(forget);
    queue.forget(forget);
    advance(1000);
    expect([kept, forgotten]).toEqual([1, 0]);
    queue.request(keep);
    advance(2000);
    expect(kept).toBe(2);
  });
});
