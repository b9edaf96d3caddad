import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launch, type Browser, type Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/rl/config.ts';
import { findBrowser, launchFlags } from '../../scripts/browser.mjs';
import { openTestPage, type TestPage } from '../support/page.ts';
import type { Loaded } from '../support/store-page.ts';

const CHUNKS_PER_SAVE = 16;
let server: TestPage;
const profiles: string[] = [];
let browser: Browser;

/** Starts the browser where it was stopped, with all that the profile holds. */
async function startBrowser(): Promise<void> {
  const executablePath = findBrowser();
  const userDataDir = profiles.at(-1);
  if (executablePath === null) throw new Error('No Chrome or Chromium was found: `npm test` installs one.');
  if (userDataDir === undefined) throw new Error('No profile was made.');
  browser = await launch({ executablePath, args: launchFlags(), userDataDir, headless: true });
}

async function startWithFreshProfile(): Promise<void> {
  profiles.push(await mkdtemp(join(tmpdir(), 'posterior-store-')));
  await startBrowser();
}

/** As a crash or a power cut does it: nothing gets to finish. */
async function killBrowser(): Promise<void> {
  const process = browser.process();
  const exited = new Promise((resolve) => process?.once('exit', resolve));
  process?.kill('SIGKILL');
  await exited;
}

/** A new tab with the store of this name open. */
async function openTab(name: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(new URL('/blank-test-page.html', server.url).href);
  // As text, because the test runner rewrites an import() in a function and the page could not run it.
  await page.evaluate(
    `import('/tests/support/store-page.ts').then(({ open }) => open(${JSON.stringify(name)}))`,
  );
  return page;
}

const save = (page: Page, step: number): Promise<void> =>
  page.evaluate((at) => window.storePage.save(at), step);
const load = (page: Page): Promise<Loaded | null> => page.evaluate(() => window.storePage.load());
const countChunks = (page: Page): Promise<number> => page.evaluate(() => window.storePage.countChunks());

beforeAll(async () => {
  server = await openTestPage();
});
afterAll(async () => {
  await server?.close();
  await Promise.all(profiles.map((profile) => rm(profile, { recursive: true, force: true, maxRetries: 20 })));
});
// Each from nothing, so that neither leftovers nor a changed quota reach the next test.
beforeEach(startWithFreshProfile);
afterEach(() => browser.close());

describe('a 64 MB checkpoint in a real browser', () => {
  it('comes back whole, after a restart too', async () => {
    const page = await openTab('whole');
    await save(page, 1);
    expect(await load(page)).toEqual({ step: 1, weightsStep: 1, notice: null });
    expect(await countChunks(page)).toBe(CHUNKS_PER_SAVE);
    await browser.close();
    await startBrowser();
    expect(await load(await openTab('whole'))).toEqual({ step: 1, weightsStep: 1, notice: null });
  });

  it('keeps the previous generation when the browser is killed between chunks and manifest', async () => {
    const page = await openTab('killed');
    await save(page, 1);
    await page.evaluate(() => window.storePage.saveUntilReadBack(2));
    await killBrowser();
    await startBrowser();
    const again = await openTab('killed');
    expect(await load(again)).toEqual({ step: 1, weightsStep: 1, notice: null });
    // The start collected what the interrupted save had written.
    expect(await countChunks(again)).toBe(CHUNKS_PER_SAVE);
    await save(again, 3);
    expect(await load(again)).toEqual({ step: 3, weightsStep: 3, notice: null });
  });

  it.each([20, 150, 400])(
    'is the old one or the new one when the browser is killed %d ms into a save',
    async (ms) => {
      const name = `killed-${ms}`;
      const page = await openTab(name);
      await save(page, 1);
      const saving = save(page, 2).catch(() => undefined);
      await sleep(ms);
      await killBrowser();
      await saving;
      await startBrowser();
      const again = await openTab(name);
      const loaded = await load(again);
      expect([1, 2]).toContain(loaded?.step);
      expect(loaded).toEqual({ step: loaded?.step, weightsStep: loaded?.step, notice: null });
      expect(await countChunks(again)).toBe(loaded!.step * CHUNKS_PER_SAVE);
    },
  );

  it('falls back one generation when a chunk is damaged, and says so', async () => {
    const page = await openTab('damaged');
    await save(page, 1);
    await save(page, 2);
    await page.evaluate(() => window.storePage.damageChunk(2, 9));
    expect(await load(page)).toEqual({
      step: 1,
      weightsStep: 1,
      notice: expect.stringMatching(/step 2 was damaged/),
    });
  });
});

describe('a full disk', () => {
  // Chromium's estimate() no longer shows the true quota, so that only the write itself meets it here; the check
  // before writing has its own unit test.
  it('leaves the previous checkpoint, says what to do, and saves again when there is room', async () => {
    // Before the store is opened, because Chromium remembers for a while how much room a site had.
    const { origin } = new URL(server.url);
    const session = await (await browser.newPage()).createCDPSession();
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 100 * 2 ** 20 });
    const page = await openTab('full');
    await save(page, 1);
    const failure = await page.evaluate(() => window.storePage.saveFailure(2));
    expect(failure).toMatch(
      /^StorageFullError: The browser’s storage is full.*is kept.*Delete a run, a model, an experiment or a benchmark/,
    );
    expect(await load(page)).toEqual({ step: 1, weightsStep: 1, notice: null });
    expect(await countChunks(page)).toBe(CHUNKS_PER_SAVE);
    await session.send('Storage.overrideQuotaForOrigin', { origin });
    await save(page, 2);
    expect((await load(page))?.weightsStep).toBe(2);
  });
});

describe('two tabs', () => {
  it('share what is stored, and only one holds a run until it goes away', async () => {
    const [first, second] = [await openTab('tabs'), await openTab('tabs')];
    const id = await first.evaluate(async (config) => {
      const run = await window.storePage.store.createRun(config, 'wasm');
      await window.storePage.store.appendStep(run.id, { step: 1, metrics: { reward: 1 } }, []);
      return run.id;
    }, DEFAULT_CONFIG);
    const hold = (page: Page): Promise<boolean> => page.evaluate((run) => window.storePage.hold(run), id);
    expect(await hold(first)).toBe(true);
    expect(await hold(second)).toBe(false);
    expect(await second.evaluate((run) => window.storePage.store.steps(run), id)).toEqual([
      { step: 1, metrics: { reward: 1 } },
    ]);
    await first.close();
    await vi.waitFor(async () => expect(await hold(second)).toBe(true));
  });

  it('do not collect each other’s unfinished saves', async () => {
    const first = await openTab('busy');
    await first.evaluate(() => window.storePage.saveUntilReadBack(1));
    const second = await openTab('busy');
    expect(await countChunks(second)).toBe(CHUNKS_PER_SAVE);
    await first.close();
    expect(await countChunks(await openTab('busy'))).toBe(0);
  });

  it('make way for a newer version, and the old page does not touch what that wrote', async () => {
    const old = await openTab('versions');
    const version = await old.evaluate(() => window.storePage.openAtVersion(99));
    expect(version).toBe(99);
    expect(await old.evaluate(() => window.storePage.notices)).toEqual([
      expect.stringMatching(/newer version/),
    ]);
    await expect(old.evaluate(() => window.storePage.store.listRuns())).rejects.toThrow(/reload this tab/);
    await expect(openTab('versions')).rejects.toThrow(
      /newer version of this page\. They were left untouched/,
    );
  });
});
