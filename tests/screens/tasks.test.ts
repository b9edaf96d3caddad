import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElementHandle } from 'puppeteer';
import { afterAll, expect, it } from 'vitest';
import { appears, openApp, page, textOf, textsOf, useBrowser } from '../support/app-page.ts';
import { axeViolations, DESKTOP, PHONE } from '../support/lab-page.ts';
import { press } from '../support/reward-lab-page.ts';

useBrowser();

const MINUTE = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'posterior-own-tasks-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The check of what stands in the fields now. */
const checked = async (words: string): Promise<void> => {
  await page.waitForFunction(
    (said) =>
      document.querySelector('.check-card[data-check=done] .check-status')?.textContent?.includes(said),
    { timeout: MINUTE },
    words,
  );
};
const becomes = (selector: string, words: string): Promise<unknown> =>
  page.waitForFunction(
    (s, w) => document.querySelector(s)?.textContent?.includes(w),
    { timeout: MINUTE },
    selector,
    words,
  );
const count = (selector: string, number: number): Promise<unknown> =>
  page.waitForFunction((s, n) => document.querySelectorAll(s).length === n, {}, selector, number);

/** Writes in an editor in place of what stands there. */
async function write(editor: string, typed: string): Promise<void> {
  await page.focus(`#task-${editor}.cm-content`);
  await page.keyboard.down('Control');
  await page.keyboard.press('a');
  await page.keyboard.up('Control');
  await page.keyboard.type(typed);
}

async function looksRight(): Promise<void> {
  expect(await axeViolations(page)).toEqual([]);
  const [content, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content).toBeLessThanOrEqual(width!);
}

it('writes, checks, tries, keeps, takes in and uses tasks', async () => {
  await openApp('?device=wasm#v=1&screen=tasks', { viewport: DESKTOP, scheme: 'light' });
  await press('Example: programs', '.tasks-empty');
  await checked('It can be used.');
  expect(await textsOf('.trials .test-chips .word')).toEqual(['passed', 'passed', 'passed', 'passed']);

  await write('visible', 'solve([6]) == 6\nsolve([3, 8]) == 9');
  await checked('1 thing keeps');
  expect(await textOf('#task-visible-about')).toContain('Line 2: The reference program fails visible call 2');
  expect(await textOf('#task-visible .cm-marked')).toBe('solve([3, 8]) == 9');
  expect(await textOf('.trials .test-chips .fail')).toBe('solve([3, 8])wrong expected 9got 8');
  // Tab indents; after Escape it leaves the field.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('task-heldOut');

  // A policy answers the task once it can be used.
  await write('visible', 'solve([6]) == 6');
  await checked('It can be used.');
  await page.select('#trial-samples', '4');
  await press('Try it', '#task-trial');
  await appears('.tried', 2 * MINUTE);
  expect(await textOf('.trial-status')).toMatch(/^\d of 4 pass every test/);
  await page.click('.tried summary');
  expect(await textsOf('.tried[open] h3')).toEqual(
    expect.arrayContaining(['Visible tests', 'Held-out tests']),
  );
  await write('heldOut', 'solve([]) == 0\nsolve(xs) == 1');
  await becomes('#task-heldOut-about', 'Line 2: xs is a name');
  await looksRight();

  // Everything is there again.
  await page.waitForFunction(() => /taskset=.+&task=.+/.test(location.hash));
  await page.reload();
  await becomes('#task-heldOut.cm-content', 'solve(xs) == 1');
  await press('Delete the task');
  await count('.task-item', 4);
  await becomes('.task-head h2', 'mean/1');
  await press('Undo');
  await becomes('.task-head h2', 'even-max/1');

  // A file becomes a set; what cannot be used is named.
  const path = join(folder, 'problems.jsonl');
  writeFileSync(
    path,
    '{"id":"a","prompt":"What is 1 + 1?","answer":2}\n{"id":"b","prompt":"Root?","answer":"about one"}\n{"prompt":1}\n{"id":"c","prompt":"What is 1/2 + 1/4?","answer":"3/4"}\n',
  );
  await ((await appears('#tasks-import')) as ElementHandle<HTMLInputElement>).uploadFile(path);
  await appears('.import-report');
  expect(await textsOf('.import-report li')).toEqual([
    expect.stringMatching(/^line 2, b to be corrected The answer “about one”/),
    expect.stringMatching(/^line 3 refused /),
  ]);
  await count('.task-item', 3);

  // A link brings the set along, and whoever opens it is asked before it is kept.
  await page.keyboard.press('s');
  await appears('dialog.share[open]');
  await (await appears("::-p-xpath(//label[contains(., 'With the 3 tasks of “problems”')])"))!.click();
  const linked = () => document.querySelector<HTMLTextAreaElement>('#share-link')?.value ?? '';
  await page.waitForFunction(`(${linked})().includes('bring=1.')`);
  const link = await page.evaluate(linked);
  expect(link).not.toContain('taskset=');
  await looksRight();
  await press('Close', 'dialog.share');
  await page.evaluate((hash) => void (location.hash = hash), new URL(link).hash);
  await becomes('.offer-card', '“problems”: 3 tasks.');
  await looksRight();
  await press('Keep them');
  await becomes('#tasks-set option:checked', 'problems (2)');
  await page.waitForFunction(
    () => !document.querySelector('.offer-card') && !location.hash.includes('bring='),
  );
  await count('.task-item', 3);
  await page.setViewport(PHONE);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  await appears('#task-answer');
  await checked('It can be used.');
  await looksRight();

  await press('Train on this set');
  await becomes('.tasks-report', 'problems-2-.jsonl');
  await page.waitForFunction(() => /&tasks=[\da-f]{64}-id/.test(location.hash));
});
