/** The Reward lab in a browser, on a model that each page opens anew. */
import type { ElementHandle } from 'puppeteer';
import { afterEach } from 'vitest';
import { appears, type AppPageOptions, openApp, page, useBrowser } from './app-page.ts';
import { DESKTOP } from './lab-page.ts';

export const MINUTE = 60_000;
/** Path that is answered as missing. */
let missing: string | null = null;

/** Call once in a file of tests. @param options whether a page stays for the next test */
export function useRewardLab(options: Pick<AppPageOptions, 'keepsPage'> = {}): void {
  useBrowser({
    compiler: 'hot',
    ...options,
    intercept: ({ url }, response) => {
      if (missing === null || !url?.includes(missing)) return false;
      response.statusCode = 404;
      response.end();
      return true;
    },
  });
  afterEach(() => withhold(null));
}

/** Answers a path as missing, until it is put back with null. */
export function withhold(path: string | null): void {
  missing = path;
}

export const openScreen = (
  address: string,
  viewport = DESKTOP,
  scheme: 'light' | 'dark' = 'light',
): Promise<void> => openApp(address, { viewport, scheme, expected: (text) => text.includes('404') });

/** Opens a tab and waits until the model is on the desk. */
export async function openTab(
  tab: string,
  viewport = DESKTOP,
  scheme: 'light' | 'dark' = 'light',
): Promise<void> {
  await openScreen(`?demo#v=1&screen=reward&tab=${tab}`, viewport, scheme);
  await appears('#reward-choice:not(:disabled)', MINUTE);
}

/** Gives a field the file at this path. */
export async function upload(selector: string, path: string): Promise<void> {
  const input = (await appears(selector)) as ElementHandle<HTMLInputElement>;
  await input.uploadFile(path);
}

export const press = async (label: string, within = 'body'): Promise<void> => {
  const button = await page.waitForSelector(`${within} ::-p-xpath(.//button[normalize-space(.)='${label}'])`);
  await button!.click();
};

/** The raw score on view, once what is in the fields was scored. */
export async function rawScore(): Promise<number> {
  await page.waitForFunction(() => document.querySelector('.score-result:not(.stale) [data-raw]') !== null, {
    timeout: MINUTE,
  });
  return page.$eval('[data-raw]', (element) => Number(element.getAttribute('data-raw')));
}

/** The text that is scored. */
export const reasoning = (): Promise<string> =>
  page.$eval('#score-reasoning', (field) => (field as HTMLTextAreaElement).value);

/** The raw score on view, once it is another than this one. */
export async function rawScoreOtherThan(before: number): Promise<number> {
  await page.waitForFunction(
    (old) =>
      Number(document.querySelector('.score-result:not(.stale) [data-raw]')?.getAttribute('data-raw')) !==
      old,
    { timeout: MINUTE },
    before,
  );
  return rawScore();
}
