/**
 * `npm run screenshots [-- --out DIR] [--only WORD]`: pictures of every screen and of every chapter of the lesson, at
 * 1440 and 390 px, in light and dark, after a short run has been trained in the page. With `--readme`, those that the
 * README shows are written to docs/images.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser, launchFlags } from './browser.mjs';
import { ensureInstalled, exitWith, ROOT, SetupError } from './install.mjs';

/** Not as a touch screen: changing to one loads the page anew, and the run is gone. */
const HEIGHTS = { 1440: 1180, 390: 844 };
const SCHEMES = ['light', 'dark'];
/** Ten steps of the smallest preset, so that no screen is empty. */
const RUN = '?device=wasm#v=1&preset=quick&seed=1&steps=10';
const MINUTE = 60_000;
/** Pictures in the README, by the picture that they are made from; those are of the window, not of the whole page. */
const README = {
  'lab-1440-light': 'lab-light',
  'lab-1440-dark': 'lab-dark',
  'lab-390-light': 'lab-light-phone',
  'reward-1440-light': 'reward-lab',
  'lesson-1440-light': 'lesson',
};

/** What a screen can show only after someone has asked for it. */
const FILLED = {
  compare: async (page) => {
    await (await page.$('[data-site]'))?.click();
  },
  benchmark: async (page) => {
    await (await page.$('[data-quick]'))?.click();
    await page.waitForSelector('[data-status=done]', { timeout: MINUTE });
  },
  tasks: async (page) => {
    await (await page.$('.tasks-empty .primary'))?.click();
    await page.waitForSelector('.check-card[data-check=done]', { timeout: MINUTE });
  },
};

function options() {
  try {
    const { values } = parseArgs({
      options: { out: { type: 'string' }, only: { type: 'string' }, readme: { type: 'boolean' } },
    });
    return values;
  } catch (error) {
    throw new SetupError(
      `${error.message} Usage: npm run screenshots -- [--out DIR] [--only WORD] [--readme]`,
    );
  }
}

/** Loaded, drawn, and with nothing that moves. */
async function settled(page) {
  await page.waitForNetworkIdle({ idleTime: 1000, concurrency: 1, timeout: MINUTE }).catch(() => {});
  await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null, { timeout: MINUTE });
  await page.evaluate(() => document.fonts.ready);
}

async function train(page, url) {
  await page.goto(new URL(RUN, url).href);
  await page.waitForSelector('[data-command=runPause]:not(:disabled)', { timeout: MINUTE });
  await page.click('[data-command=runPause]');
  const ended = () => /Done/.test(document.querySelector('.run-status strong')?.textContent ?? '');
  await page.waitForFunction(ended, { timeout: 10 * MINUTE, polling: 1000 });
}

/** The screens as the navigation has them, and the chapters as the lesson has them: no second list. */
const linksOf = (page, selector, key) =>
  page.$$eval(
    selector,
    (links, name) =>
      links.map((link) => ({
        hash: link.hash,
        id: new URLSearchParams(link.hash.slice(1)).get(name),
      })),
    key,
  );

async function take(page, out, name, of = null) {
  const path = join(out, `${name}.png`);
  await page.evaluate(() => scrollTo(0, 0));
  await (of === null
    ? page.screenshot({ path, fullPage: !Object.hasOwn(README, name) })
    : of.screenshot({ path }));
  process.stdout.write(`${path}\n`);
}

async function inEachLook(page, each) {
  for (const [width, height] of Object.entries(HEIGHTS)) {
    for (const scheme of SCHEMES) {
      await page.setViewport({ width: Number(width), height });
      await page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: scheme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
      await each(`${width}-${scheme}`);
    }
  }
}

async function allPictures(page, url, out, wanted) {
  await train(page, url);
  for (const { hash, id } of await linksOf(page, '.screen-nav a', 'screen')) {
    const screen = id ?? 'lab';
    if (!wanted(screen) && screen !== 'lesson') continue;
    await page.goto(new URL(`?device=wasm${hash}`, url).href);
    await settled(page);
    await FILLED[screen]?.(page);
    await settled(page);
    const chapters = screen === 'lesson' ? await linksOf(page, '.lesson-contents a', 'chapter') : [];
    await inEachLook(page, async (look) => {
      await settled(page);
      if (wanted(screen)) await take(page, out, `${screen}-${look}`);
      for (const chapter of chapters.map(({ id }) => id ?? 'rollout')) {
        if (wanted(`lesson-${chapter}`))
          await take(page, out, `lesson-${chapter}-${look}`, await page.$(`#chapter-${chapter}`));
      }
    });
  }
}

try {
  const { out = 'screenshots', only = '', readme = false } = options();
  ensureInstalled();
  const [{ launch }, { serveSite }] = await Promise.all([import('puppeteer'), import('./site.mjs')]);
  const folder = resolve(process.env.INIT_CWD ?? '.', out);
  mkdirSync(folder, { recursive: true });
  const server = await serveSite();
  const userDataDir = mkdtempSync(join(tmpdir(), 'posterior-screenshots-'));
  const browser = await launch({ executablePath: ensureBrowser(), args: launchFlags({}), userDataDir });
  try {
    const page = await browser.newPage();
    await allPictures(page, `http://127.0.0.1:${server.port}/`, folder, (name) => name.includes(only));
  } finally {
    await browser.close();
    await server.close();
    rmSync(userDataDir, { recursive: true, force: true, maxRetries: 20 });
  }
  if (readme) {
    for (const [from, to] of Object.entries(README))
      copyFileSync(join(folder, `${from}.png`), join(ROOT, 'docs', 'images', `${to}.png`));
  }
} catch (error) {
  exitWith(error);
}
