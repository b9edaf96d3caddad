import type { HTTPRequest } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { appears, openApp, page, textOf, textsOf, useBrowser } from '../support/app-page.ts';
import { axeViolations, DESKTOP, PHONE, smallSteps } from '../support/lab-page.ts';

/** The panel in a real browser, with the real sandbox: the only thing that is real in a demonstration. */

useBrowser({ keepsPage: true });

/** Whether the page is that of `openExample`. */
let hasExample = false;

async function open(address: string, viewport = DESKTOP, scheme: 'light' | 'dark' = 'light'): Promise<void> {
  hasExample = false;
  await openApp(address, { viewport, scheme });
  await appears('.try-it');
}

/** The first example in the panel, in the page that the test before had where that is one, with its interpreter running. */
async function openExample(): Promise<void> {
  if (hasExample) await page.select('#try-from', 'right');
  else await open('?demo');
  hasExample = true;
}

const valueOf = (selector: string): Promise<string> =>
  page.$eval(selector, (element) => (element as HTMLInputElement | HTMLTextAreaElement).value);
const saidOf = (): Promise<string> => textOf('.try-outcome [role=status]');

async function fill(selector: string, value: string): Promise<void> {
  await page.focus(selector);
  await page.$eval(selector, (field) => (field as HTMLInputElement).select());
  await page.keyboard.press('Backspace');
  // As from the clipboard: hundreds of single keys take seconds.
  if (value.length > 100) await page.keyboard.sendCharacter(value);
  else await page.keyboard.type(value);
}

async function pressRun(): Promise<void> {
  await page.keyboard.down('Control');
  await page.keyboard.press('Enter');
  await page.keyboard.up('Control');
}

/** Runs what is in the panel and waits for what comes of it: a verdict, or a message where one is expected. */
async function run(end = '.try-verdict'): Promise<void> {
  const ends = '.try-verdict, .try-outcome [role=alert]';
  await page.$$eval(ends, (old) => old.forEach((element) => ((element as HTMLElement).dataset['old'] = '')));
  await page.focus('#try-program');
  await pressRun();
  const fresh = await page.waitForSelector(`:is(${ends}):not([data-old])`);
  const text = await fresh?.evaluate((element) => element.textContent);
  expect(await fresh?.evaluate((element, end) => element.matches(end), end), text ?? '').toBe(true);
}

/** The status word and the result of every test. */
async function outcome(): Promise<{ readonly word: string; readonly results: readonly string[] }> {
  return { word: await textOf('.try-word .verdict'), results: await textsOf('.try-test .try-result') };
}

const setCode = (id: string, text: string): Promise<void> =>
  page.$eval(
    id,
    (field, source) => {
      (field as HTMLTextAreaElement).value = source;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    },
    text,
  );
const setProgram = (program: string): Promise<void> => setCode('#try-program', program);
const setCheck = (source: string): Promise<void> => setCode('#try-check', source);

const overflow = (): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

describe('a program', () => {
  it('that is right passes, before any training has started', async () => {
    await openExample();
    expect(await textOf('.run-status strong')).toBe('Ready');
    await run();
    const { word, results } = await outcome();
    expect(word).toBe('passed');
    expect(results).toEqual(Array.from({ length: 6 }, () => 'passed'));
    expect(await saidOf()).toBe('passed. 6 of 6 tests pass.');
    expect(await textOf('.try-facts')).toMatch(/Time.* of 1\.0 s.*Memory.* of 160 MiB.*Engine.*pyodide/s);
    expect(await textOf('.run-status strong')).toBe('Ready');
  });

  it('that is wrong shows what was expected and what came back', async () => {
    await openExample();
    await setProgram('def solve(xs):\n    print("seen", xs)\n    return len(xs)\n');
    await run();
    const { word, results } = await outcome();
    expect(word).toBe('wrong 1/6');
    expect(results[0]).toBe('wrong got 4');
    expect(results[5]).toBe('passed');
    expect(await valueOf('#try-test-0-expected')).toBe('144');
    expect(await valueOf('.try-output')).toContain('seen [3, 8, 5, 12]');
  });

  it('that raises has its line marked, and a way to it', async () => {
    await openExample();
    await page.select('#try-from', 'edge');
    await run();
    const { word, results } = await outcome();
    expect(word).toBe('raised');
    expect(results[4]).toMatch(/^raised ValueError: .* line 5$/);
    expect(await textsOf('.marked-number')).toEqual(['5']);
    await page.click('.try-test:last-child button.link');
    const selected = await page.$eval('#try-program', (field) => {
      const { value, selectionStart, selectionEnd } = field as HTMLTextAreaElement;
      return document.activeElement === field ? value.slice(selectionStart, selectionEnd) : null;
    });
    expect(selected).toMatch(/^ {4}return max\(squares\)/);
    await page.keyboard.type('    return 0');
    expect(await textsOf('.marked-number')).toEqual([]);
    expect(await textOf('.try-word .badge')).toBe('Edited since this run');
    expect((await outcome()).results.every((result) => result === 'not run')).toBe(true);
  });

  it('that cannot be read is told so, with its line', async () => {
    await openExample();
    await setProgram('def solve(xs):\n    return (xs\n');
    await run();
    expect((await outcome()).word).toBe('syntax');
    expect(await textOf('.try-error')).toMatch(/^SyntaxError: .* line 2$/);
    expect(await textsOf('.marked-number')).toEqual(['2']);
  });

  it('that never ends is stopped at its deadline, and the next one runs', async () => {
    await openExample();
    await page.select('#try-from', 'loop');
    await fill('#try-timeout', '400');
    await run();
    expect((await outcome()).word).toBe('too slow');
    expect(await textOf('.try-facts')).toMatch(/of 400 ms/);
    await page.select('#try-from', 'right');
    await run();
    expect((await outcome()).word).toBe('passed');
  });

  it('that takes too much memory, cheats or forges its results gets nowhere', async () => {
    await openExample();
    await fill('#try-timeout', '10000');
    const words: Record<string, string> = {};
    for (const example of ['memory', 'cheat', 'forge']) {
      await page.select('#try-from', example);
      await fill('#try-timeout', '10000');
      await run();
      words[example] = (await outcome()).word;
    }
    expect(words).toEqual({ memory: 'memory', cheat: 'wrong 0/6', forge: 'tampered' });
    expect(await textOf('.try-error')).toMatch(/^What it was caught doing: \w+/);
  });

  it('is checked by code out of its reach, and marked as weak where the code has to run beside it', async () => {
    await openExample();
    await page.select('#try-from', 'checked');
    await run();
    expect((await outcome()).word).toBe('passed');
    await setProgram('def solve(n):\n    return 0\n');
    await run();
    expect(await textOf('.try-check .try-result')).toMatch(/AssertionError: too small for 1/);
    await setCheck('def check(candidate):\n    assert candidate(lambda n: n) == 1\n');
    await setProgram('def solve(f):\n    return f(1)\n');
    await run();
    expect((await outcome()).word).toBe('passed weak');
    expect(await textOf('.try-verdict')).toMatch(/an argument is a value of type function.*proves less/);
  });

  it('in JavaScript is graded as JavaScript', async () => {
    await open('?demo');
    await page.click('input[name=try-language][value=javascript]');
    await appears('.editor .hljs-keyword');
    await run();
    expect((await outcome()).word).toBe('passed');
    expect(await textOf('.try-engine')).toMatch(/quickjs/i);
    await page.select('#try-from', 'edge');
    await run();
    expect((await outcome()).results.at(-1)).toMatch(/^raised TypeError: .* line 4$/);
    await page.select('#try-from', 'cheat');
    await run();
    expect((await outcome()).word).toBe('wrong 0/6');
  });
});

describe('a running program', () => {
  it('is stopped by Escape and by the button, and leaves the focus where it was', async () => {
    await openExample();
    await run();
    for (const stop of ['Escape', 'button']) {
      await page.select('#try-from', 'loop');
      await fill('#try-timeout', '20000');
      await page.focus('#try-program');
      await pressRun();
      await appears('[data-command=tryStop]');
      expect(await saidOf()).toBe('Running…');
      if (stop === 'Escape') await page.keyboard.press('Escape');
      else await page.click('[data-command=tryStop]');
      await appears('[data-command=tryRun]');
      expect(await saidOf()).toBe('Stopped. No verdict.');
      if (stop === 'button') {
        const focused = await page.evaluate(() => (document.activeElement as HTMLElement).dataset['command']);
        expect(focused).toBe('tryRun');
      }
    }
    await page.select('#try-from', 'right');
    await run();
    expect((await outcome()).word).toBe('passed');
  });
});

describe('opened from a completion', () => {
  it('holds its program and every test of its task', async () => {
    await open('?demo=20');
    await page.keyboard.press('j');
    await page.keyboard.press('o');
    await appears('.detail .link');
    const [program, shown] = await page.evaluate(() => [
      document.querySelector('.detail section:nth-child(2) .code')?.textContent?.trim(),
      [...document.querySelectorAll('.detail .test-chips .call')].map((call) => call.textContent),
    ]);
    await page.click('.detail .link');
    expect((await valueOf('#try-program')).trim()).toBe(program);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('try-it');
    expect(await textOf('#try-from option:checked')).toBe('A completion of step 20');
    expect(await textOf('.try-asked')).toMatch(/^Its task: \w+/);
    const suites = await textsOf('.try-suite');
    expect(suites.filter((suite) => suite === 'visible')).toHaveLength(shown!.length);
    expect(suites.filter((suite) => suite === 'held-out')).toHaveLength(1);
    const args = await page.$$eval('.try-call input', (inputs) =>
      inputs.map((input) => `solve(${(input as HTMLInputElement).value})`),
    );
    expect(args.slice(0, shown!.length)).toEqual(shown);
    await run();
    expect((await outcome()).results.slice(0, shown!.length).every((result) => result === 'passed')).toBe(
      true,
    );
  });

  it('by its key puts an edited program aside, which can be brought back', async () => {
    await open('?demo=20');
    await setProgram('def solve(xs):\n    return "mine"\n');
    await page.keyboard.press('j');
    await page.keyboard.press('e');
    await appears('.try-asked');
    expect(await valueOf('#try-program')).not.toContain('mine');
    await page.click('.try-program .link');
    expect(await valueOf('#try-program')).toContain('mine');
  });
});

describe('editing', () => {
  it('takes keys that are commands elsewhere as what they are', async () => {
    await openExample();
    await setProgram('');
    await page.focus('#try-program');
    await page.keyboard.type('def solve(xs):');
    await page.keyboard.press('Enter');
    await page.keyboard.type('return "R . ? g"');
    expect(await valueOf('#try-program')).toBe('def solve(xs):\n    return "R . ? g"');
    expect(await textOf('.run-status strong')).toBe('Ready');
    expect(await page.$('dialog[open]')).toBeNull();
    await page.keyboard.down('Control');
    await page.keyboard.press('z');
    await page.keyboard.up('Control');
    expect((await valueOf('#try-program')).length).toBeLessThan(46);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).not.toBe('try-program');
  });

  it('says which value cannot be read, and does not run until it can', async () => {
    await openExample();
    await fill('#try-test-1-args', '[4, -6');
    expect(await textOf('#try-test-1-result')).toMatch(/^Expected , or \]/);
    await appears('#try-test-1-args[aria-invalid=true]');
    expect(await page.$('[data-command=tryRun]:disabled')).not.toBeNull();
    await fill('#try-test-1-args', '[4, -6]');
    await fill('#try-test-1-expected', '36');
    await fill('#try-memory', '9');
    expect(await textOf('#try-memory-error')).toBe('A whole number from 64 to 512.');
    await fill('#try-memory', '100');
    await run();
    expect((await outcome()).word).toBe('passed');
    expect(await textOf('.try-facts')).toMatch(/of 100 MiB/);
  });

  it('adds and removes tests, with the focus following', async () => {
    await openExample();
    await page.click('.try-add');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Arguments of test 7',
    );
    await page.keyboard.type('[10]');
    await page.keyboard.press('Tab');
    await page.keyboard.type('100.0');
    await run();
    expect((await outcome()).results.at(-1)).toBe('wrong got 100');
    await page.click('.try-test:nth-child(7) button');
    await run();
    expect((await outcome()).results).toHaveLength(6);
    expect((await outcome()).word).toBe('passed');
  });
});

describe('when the sandbox cannot start', () => {
  it('says what happened, what was kept and what to do; then works once it can', async () => {
    hasExample = false;
    await openApp('?demo', { expected: (text) => text.includes('404') });
    await appears('.try-it');
    let broken = true;
    await page.setRequestInterception(true);
    page.on('request', (request: HTTPRequest) => {
      if (broken && /\/sandbox\/.*\.wasm/.test(request.url()))
        void request.respond({ status: 404, body: '' });
      else void request.continue();
    });
    await run('[role=alert]');
    expect(await textOf('.try-outcome [role=alert]')).toMatch(
      /could not run.*is missing.*Kept:.*as you left them.*To do:.*Run it again/s,
    );
    expect(await axeViolations(page)).toEqual([]);
    broken = false;
    await run();
    expect((await outcome()).word).toBe('passed');
  });
});

describe('on any page', () => {
  // Each width and each theme once: colours do not depend on the width.
  it.each([
    ['1440 px light', DESKTOP, 'light'],
    ['390 px dark', PHONE, 'dark'],
  ] as const)('is accessible and does not scroll sideways: %s', async (_, viewport, scheme) => {
    await open('?demo=20', viewport, scheme);
    await appears('.editor .hljs-keyword');
    expect(await axeViolations(page, '.try-it'), 'before').toEqual([]);
    await page.select('#try-from', 'edge');
    await run();
    await appears('.marked-number');
    expect(await axeViolations(page, '.try-it'), 'exception').toEqual([]);
    await page.keyboard.press('End');
    await page.keyboard.sendCharacter(`#${'long '.repeat(60)}`);
    await fill('#try-test-0-args', '[1, 2');
    await fill('#try-test-1-args', `"${'x'.repeat(300)}"`);
    expect(await axeViolations(page, '.try-it'), 'edited').toEqual([]);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.select('#try-from', 'checked');
    await run();
    expect(await axeViolations(page, '.try-it'), 'checked by code').toEqual([]);
    await page.select('#try-from', 'cheat');
    await run();
    expect(await axeViolations(page, '.try-it'), 'cheat').toEqual([]);
    expect(await overflow()).toBeLessThanOrEqual(0);
  });
});

describe('during training', () => {
  it('runs in a sandbox of its own, and the training goes on', async () => {
    await open(`./#v=1&preset=quick&steps=1000&device=wasm&${smallSteps()}`);
    await page.waitForFunction(() => document.querySelector('.run-status strong')?.textContent === 'Ready');
    await page.click('[data-command=runPause]');
    await page.waitForFunction(
      () => /^Step [1-9]/.test(document.querySelector('.progress-block .hint')?.textContent ?? ''),
      { timeout: 150_000 },
    );
    await fill('#try-timeout', '5000');
    await run();
    expect((await outcome()).word).toBe('passed');
    expect(await textOf('.run-status strong')).toBe('Training');
    await page.click('[data-command=cancel]');
    await page.waitForFunction(() => document.querySelector('.run-status strong')?.textContent === 'Paused');
    await run();
    expect((await outcome()).word).toBe('passed');
  });
});
