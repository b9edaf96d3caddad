/** The page as a person has it: a size, a theme, and an ear for what the browser complains of. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page, Viewport } from 'puppeteer';
import type { TestPage } from './page.ts';

export const DESKTOP: Viewport = { width: 1440, height: 900 };
export const PHONE: Viewport = { width: 390, height: 844, isMobile: true, hasTouch: true };
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The part of an address that makes steps and evaluations small: two prompts with four completions each, two tasks. */
export const smallSteps = (more: object = {}): string => {
  const small = { promptsPerStep: 2, groupSize: 4, microBatch: 8, evalTasks: 2, ...more };
  return `set=${encodeURIComponent(JSON.stringify(small))}`;
};

export interface Visit {
  readonly page: Page;
  /** Errors of the page and of its console since it was opened. */
  readonly complaints: readonly string[];
}

export interface VisitOptions {
  readonly viewport?: Viewport;
  readonly scheme?: 'light' | 'dark';
  /** Errors of the console that belong to the test. */
  readonly expected?: (text: string) => boolean;
}

/** Makes a page look for what a test waits for ten times a second: at every frame it would keep the page drawing. */
function looksSeldom(page: Page): Page {
  const wait = page.waitForFunction.bind(page);
  page.waitForFunction = (condition, options, ...values) =>
    wait(condition, { polling: 100, ...options }, ...values);
  return page;
}

/** Opens an address of the served app in a new page; without a place of its own, it is the Lab's. */
export async function visit(
  { browser, url }: TestPage,
  address: string,
  { viewport = DESKTOP, scheme = 'light', expected = () => false }: VisitOptions = {},
): Promise<Visit> {
  const complaints: string[] = [];
  const page = looksSeldom(await browser.newPage());
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.setViewport(viewport);
  await page.goto(new URL(address.includes('#') ? address : `${address}#v=1`, url).href);
  return { page, complaints };
}

/** Rule and place of every accessibility violation, of the page or of a part of it. */
export async function axeViolations(page: Page, part = 'html'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource);
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(part)})`)) as AxeResults;
  return violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.html.slice(0, 120)}`));
}
