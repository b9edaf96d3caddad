import { describe, expect, it } from 'vitest';
import type { Terminal } from './command.ts';
import { bar, duration, progressLine, Stopwatch } from './progress.ts';
import { StatusLine } from './status-line.ts';

describe('duration', () => {
  it.each([
    [0.4, '0 s'],
    [59.6, '1 min 00 s'],
    [65, '1 min 05 s'],
    [3_720, '1 h 02 min'],
    [-3, '0 s'],
  ])('%d s is %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe('bar', () => {
  it.each([
    [0, '░░░░'],
    [0.5, '██░░'],
    [1, '████'],
    [1.5, '████'],
  ])('%d', (fraction, text) => {
    expect(bar(fraction, 4)).toBe(text);
  });
});

describe('Stopwatch', () => {
  it('knows no time before two marks', () => {
    const watch = new Stopwatch(() => 0);
    watch.mark(0);
    expect(watch.secondsLeft(10)).toBeNull();
  });

  it('forgets a slow start', () => {
    let now = 0;
    const watch = new Stopwatch(() => now);
    watch.mark(0);
    now = 100;
    for (let done = 1; done <= 20; done++) {
      watch.mark(done);
      now += 1;
    }
    // The last mark is one second old.
    expect(watch.secondsLeft(30)).toBeCloseTo(9);
  });
});

function terminal(interactive: boolean): { text: string; terminal: Terminal } {
  const written = {
    text: '',
    terminal: { out: () => undefined, log: (text: string) => void (written.text += text), interactive },
  };
  return written;
}

describe('StatusLine', () => {
  it('keeps the status below lines that stay', () => {
    const written = terminal(true);
    const line = new StatusLine(written.terminal);
    line.show(progressLine(1, 4, 'sample', null));
    line.print('stays');
    const clear = '\r\u001b[2K';
    const status = '██████░░░░░░░░░░░░░░░░░░  1/4  sample';
    expect(written.text).toBe(`${clear}${status}${clear}stays\n${clear}${status}`);
  });

  it('writes to a log file only now and then, without control characters', () => {
    const written = terminal(false);
    let now = 0;
    const line = new StatusLine(written.terminal, () => now);
    for (; now < 40_000; now += 1000) line.show(`at ${now}`);
    line.clear();
    expect(written.text).toBe('at 15000\nat 30000\n');
  });
});
