/** The app in a browser that the tests of one file share, each in a page of its own or not, which must not complain. */
import type { ElementHandle, Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { visit, type VisitOptions } from './lab-page.ts';
import { openTestPage, type TestPage, type TestPageOptions } from './page.ts';

let server: TestPage;
let complaints: readonly string[] = [];
/** The page that was opened last. */
export let page: Page;

export interface AppPageOptions extends TestPageOptions {
  /** A page stays for the next test, until another is opened. Default: false. */
  readonly keepsPage?: boolean;
}

/** Call once in a file of tests. */
export function useBrowser({ keepsPage = false, ...options }: AppPageOptions = {}): void {
  beforeAll(async () => {
    server = await openTestPage(options);
  });
  afterAll(async () => {
    if (page?.isClosed() === false) await page.close();
    await server?.close();
  });
  afterEach(async () => {
    if (!keepsPage) await page.close();
    expect(complaints).toEqual([]);
  });
}

/** Opens an address of the app in a new page, and closes the one before. */
export async function openApp(address: string, options: VisitOptions = {}): Promise<void> {
  if (page?.isClosed() === false) await page.close();
  ({ page, complaints } = await visit(server, address, options));
}

export const appears = (selector: string, timeout = 60_000): Promise<ElementHandle | null> =>
  page.waitForSelector(selector, { timeout });
/** What goes does so when the page is next drawn, which may be after a message has said so. */
export const disappears = (selector: string, timeout = 60_000): Promise<unknown> =>
  page.waitForSelector(selector, { hidden: true, timeout });
export const textOf = (selector: string): Promise<string> =>
  page.$eval(selector, (element) => (element.textContent ?? '').trim());
export const textsOf = (selector: string): Promise<string[]> =>
  page.$$eval(selector, (elements) => elements.map((element) => (element.textContent ?? '').trim()));
export const countOf = async (selector: string): Promise<number> => (await page.$$(selector)).length;
