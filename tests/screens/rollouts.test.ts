import type { Page } from 'puppeteer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axeViolations, DESKTOP, PHONE, visit, type VisitOptions } from '../support/lab-page.ts';
import { openTestPage, type TestPage } from '../support/page.ts';
import { STORED_CONFIG, stepOf, storeRun } from '../support/stored-run.ts';

/** Rollouts as a screen, on a stored run. */

const STEPS = 20;
let server: TestPage;
let run: string;

beforeAll(async () => {
  server = await openTestPage();
  run = await storeRun(
    server.page,
    STORED_CONFIG,
    Array.from({ length: STEPS }, (_, i) => stepOf(i + 1)),
  );
});
afterAll(() => server?.close());

async function open(place: string, options: VisitOptions = {}): Promise<Awaited<ReturnType<typeof visit>>> {
  const visited = await visit(server, `#v=1&screen=rollouts${place}`, options);
  await visited.page.waitForSelector('.completion');
  return visited;
}

const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => (element.textContent ?? '').trim());
const becomes = (page: Page, selector: string, text: string): Promise<unknown> =>
  page.waitForFunction((s, t) => document.querySelector(s)?.textContent?.includes(t), {}, selector, text);
const press = async (page: Page, label: string): Promise<void> => {
  const button = await page.waitForSelector(`::-p-xpath(//main//button[normalize-space(.)='${label}'])`);
  await button!.click();
};

it('shows any stored step, down to the token, and keeps its place in the address', async () => {
  const { page, complaints } = await open('');
  await becomes(page, '.step-head h2', `Step ${STEPS}`);
  await page.focus('.step-bar input[type=range]');
  for (const [key, step] of [
    ['Home', 1],
    ['ArrowRight', 2],
    ['End', STEPS],
    ['ArrowLeft', STEPS - 1],
  ] as const) {
    await page.keyboard.press(key);
    await becomes(page, '.step-head h2', `Step ${step}`);
  }
  await page.type('.go-to-step input', '99');
  await page.keyboard.press('Enter');
  await becomes(page, '.step-bar', `Step 99 is not stored. This is step ${STEPS}.`);
  await page.type('.go-to-step input', String(STEPS - 1));
  await page.keyboard.press('Enter');
  await page.focus('.step-bar input[type=range]');
  await page.keyboard.press(']');
  await page.keyboard.press('j');
  await page.waitForSelector('.token-strip .strip');
  await becomes(page, '.strip-value', 'Token 1 of');
  await page.focus('.token-strip .strip');
  await page.keyboard.press('ArrowRight');
  expect(await textOf(page, '.strip-value')).toMatch(/^Token 2 of \d+, .*: [\d.]+$/);
  expect(await page.$$eval('.token-strip [tabindex="0"]', (stops) => stops.length)).toBe(1);
  const pieces = await page.$$eval('.strip [role=option]', (all) =>
    all.map((each) => each.textContent).join(''),
  );
  expect(pieces.replaceAll('·', ' ').replaceAll('↵', '')).toContain(stepOf(STEPS - 1)[4]!.answer);
  await page.keyboard.press('t');
  await page.keyboard.press('t');
  await becomes(page, '.tokens .gap', 'one update, so every ratio is 1');
  await page.keyboard.press('t');
  await page.waitForSelector('.tokens .clip');
  expect(await textOf(page, '.strip-legend')).toMatch(/^−\d\.\d\d\+\d\.\d\d$/);
  await page.keyboard.press('t');
  await becomes(page, '.tokens', 'stored only its mean over the completion');

  const place = `step=${STEPS - 1}&group=1&completion=0`;
  await page.waitForFunction((p) => location.hash.includes(p), {}, place);
  await page.reload();
  await page.waitForSelector('.completion.selected .detail');
  expect(await textOf(page, '.step-head h2')).toContain(`Step ${STEPS - 1}`);
  expect(await page.$eval('.group-list [aria-current=true]', (group) => group.textContent)).toContain(
    '2 of 4',
  );
  await page.close();
  expect(complaints).toEqual([]);
});

it('finds, sorts, pins, compares and exports', async () => {
  const { page, complaints } = await open(`&run=${run}&step=3`);
  await page.click('input[name=rollouts-scope][value=step]');
  await page.waitForFunction(() => document.querySelectorAll('.completion').length === 12);
  await page.select('#rollouts-sort', 'length');
  const lengths = await page.$$eval('.completion .length', (cells) =>
    cells.map((cell) => Number(cell.lastChild?.textContent)),
  );
  expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
  await page.select('#rollouts-outcome', 'passes');
  await page.waitForFunction(() => document.querySelectorAll('.completion').length === 3);
  await page.type('#rollouts-query', 'def SOLVE');
  await page.keyboard.press('Enter');
  // One of each group in steps 1 to 4, two afterwards.
  await becomes(page, '.hunt', `${3 * 4 + 6 * (STEPS - 4)} completions found.`);
  await page.click('.hits li:last-child button');
  await becomes(page, '.step-head h2', `Step ${STEPS}`);
  await page.waitForSelector('.completion.selected .detail');

  await press(page, 'Pin');
  await press(page, 'First step with this program');
  await becomes(page, '.hunt', 'This program first appeared in step 1.');
  await press(page, 'Clear');
  await page.click('input[name=rollouts-scope][value=groups]');
  await page.waitForSelector('.group-list');
  await page.click('.completion:has(.verdict.fail) .row');
  await page.waitForSelector('.completion.selected .verdict.fail');
  await page.keyboard.press('p');
  await page.waitForFunction(() => document.querySelectorAll('.pin').length === 2);
  expect(await page.$$eval('.pin mark', (marks) => marks.length)).toBeGreaterThan(0);

  await page.evaluate(() => {
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      void (blob as Blob).text().then((text) => (document.body.dataset['saved'] = text));
      return make(blob);
    };
  });
  await page.click('[data-export=run-csv]');
  await page.waitForFunction(() => document.body.dataset['saved'] !== undefined);
  const saved = await page.evaluate(() => document.body.dataset['saved'] ?? '');
  expect(saved.trimEnd().split('\n')).toHaveLength(1 + 12 * STEPS);
  await page.close();
  expect(complaints).toEqual([]);
});

it('has no accessibility violations and fits, in either theme, at any width', async () => {
  for (const [viewport, scheme] of [
    [DESKTOP, 'light'],
    [PHONE, 'dark'],
  ] as const) {
    const { page, complaints } = await open(`&run=${run}&step=7&group=1&completion=2`, { viewport, scheme });
    await page.waitForSelector('.token-strip .strip');
    await page.keyboard.press('p');
    await page.waitForSelector('.pin');
    expect(await axeViolations(page, 'main'), `${viewport.width} ${scheme}`).toEqual([]);
    const [content, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(content).toBeLessThanOrEqual(width!);
    await page.close();
    expect(complaints).toEqual([]);
  }
});

it('says so where the run of the address is not stored', async () => {
  const { page } = await visit(server, '#v=1&screen=rollouts&run=gone');
  await becomes(page, '.nothing', 'not stored in this browser');
  await page.close();
});
