import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer';
import { ensureBrowser, launchFlags } from '../scripts/browser.mjs';
import { SetupError } from '../scripts/install.mjs';
import type { BenchAutomation } from '../bench/types.ts';
import { type Answer, type AppServer, serveSite } from '../scripts/site.mjs';
import type { Automation, AutomationEvent } from '../src/headless/requests.ts';
import type { DeviceChoice } from '../src/runtime/device.ts';
import { InterruptedError, PageError, RequestError } from './errors.ts';
import { Exchange } from './exchange.ts';
import { messageOf } from '../src/errors.ts';

/**
 * The address that the page believes to be at, on whatever port the server got. IndexedDB belongs to an origin,
 * so this is what lets a run resume; `.localhost` counts as secure, which isolation and WebGPU need.
 */
const HOST = 'posterior.localhost';
const STARTUP_TIMEOUT_MS = 120_000;
/** An interrupted command is gone within a second: this long for the page to stop by itself, then it is ended. */
const CANCEL_GRACE_MS = 400;
const CLOSE_GRACE_MS = 200;
/** Without that hurry, the browser may take its time to write its storage to disk. */
const FLUSH_GRACE_MS = 10_000;
const COMPLAINTS_KEPT = 5;

type Offered = Automation & BenchAutomation;
type Request = Exclude<keyof Offered, 'cancel'>;

/** Asks the page for something and waits for its answer. */
export type Call = <R extends Request>(
  request: R,
  argument: Parameters<Offered[R]>[0],
) => Promise<Awaited<ReturnType<Offered[R]>>>;

/** The pages that can be opened: where each is, and under which name it offers what it can do. */
const ENTRIES = {
  app: { path: '/?headless', offer: 'posterior' },
  bench: { path: '/bench/', offer: 'posteriorBench' },
} as const;
type Entry = keyof typeof ENTRIES;

/** Work that is done with the page. */
export type Use<T> = (call: Call, exchange: Exchange) => Promise<T>;

export interface PageOptions {
  /** Default: the app. */
  readonly entry?: Entry;
  /** Folder of the browser's profile, kept afterwards; `null` for one that is thrown away. */
  readonly profile: string | null;
  readonly device: DeviceChoice;
  /** Cores that the page uses at most; all where nothing is said. */
  readonly cores?: number;
  readonly onEvent: (event: AutomationEvent) => void;
  /** Serves the page; the app itself unless a test brings its own. */
  readonly serve?: (answer: Answer) => Promise<AppServer>;
  /** How long the page may take to come up. */
  readonly startupTimeoutMs?: number;
  /** Ends the work as Ctrl+C does. */
  readonly signal?: AbortSignal;
}

/**
 * Opens the app headless, hands `use` a way to ask things of it and to exchange files with it, and closes everything
 * afterwards, however that went.
 * @throws {PageError} when there is no browser, or it or the page ends before `use` does
 * @throws {RequestError} when the page answers a request with an error
 * @throws {InterruptedError} on SIGINT, SIGTERM or an abort of the signal
 */
export async function withPage<T>(options: PageOptions, use: Use<T>): Promise<T> {
  const profile = options.profile ?? (await mkdtemp(join(tmpdir(), 'posterior-browser-')));
  await mkdir(profile, { recursive: true });
  const cleanup = new Cleanup();
  const interruption = listenForInterruption(options.signal);
  try {
    return await Promise.race([
      interruption.happened,
      openAndUse(options, profile, interruption, cleanup, use),
    ]);
  } finally {
    await cleanup.run();
    interruption.stopListening();
    if (options.profile === null) await rm(profile, { recursive: true, force: true, maxRetries: 20 });
  }
}

async function openAndUse<T>(
  options: PageOptions,
  profile: string,
  interruption: Interruption,
  cleanup: Cleanup,
  use: Use<T>,
): Promise<T> {
  const entry = options.entry ?? 'app';
  const exchange = new Exchange();
  await cleanup.add(() => exchange.close());
  const answer: Answer = (request, response) => exchange.handle(request, response);
  const server = await (options.serve ?? ((asked) => serveEntry(entry, asked)))(answer);
  await cleanup.add(() => within(interruption.isPast() ? 0 : CLOSE_GRACE_MS, server.close()));
  const browser = await launch(profile, server.port, options.device);
  await cleanup.add(() => end(browser, interruption.isPast() ? CLOSE_GRACE_MS : FLUSH_GRACE_MS));
  const page = await browser.newPage();
  await cleanup.add(async () => {
    if (interruption.isPast()) await within(CANCEL_GRACE_MS, cancel(page));
  });
  const complaints = collectComplaints(page);
  const failure = watchForFailure(browser, page, complaints, options.profile !== null);
  await page.exposeFunction('posteriorEmit', options.onEvent);
  await Promise.race([failure, open(page, entry, complaints, options)]);
  return use((request, argument) => Promise.race([failure, ask(page, entry, request, argument)]), exchange);
}

/** What has to be undone, newest first. What is added after the end, by work that was overtaken, is undone at once. */
class Cleanup {
  readonly #steps: Array<() => Promise<void>> = [];
  #ended = false;

  async add(step: () => Promise<void>): Promise<void> {
    if (this.#ended) await step();
    else this.#steps.push(step);
  }

  async run(): Promise<void> {
    this.#ended = true;
    for (const step of this.#steps.reverse()) await step();
  }
}

/** @throws {PageError} when it cannot be built */
const serveEntry = (entry: Entry, answer: Answer): Promise<AppServer> =>
  serveSite(entry, answer).catch((error: unknown) => {
    throw error instanceof SetupError ? new PageError(error.message) : error;
  });

async function launch(profile: string, port: number, device: DeviceChoice): Promise<Browser> {
  // Only here: it takes longer to load than many a mistake takes to find.
  const { launch: launchBrowser } = await import('puppeteer');
  try {
    return await launchBrowser({
      executablePath: ensureBrowser(),
      headless: true,
      userDataDir: profile,
      args: [
        ...launchFlags({ webgpu: device !== 'wasm' }),
        `--host-resolver-rules=MAP ${HOST} 127.0.0.1:${port}`,
      ],
      // Over a pipe the browser ends with this process, even when that is killed.
      pipe: true,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      // Training is one call that takes as long as it takes.
      protocolTimeout: 0,
    });
  } catch (error) {
    if (error instanceof SetupError) throw new PageError(error.message);
    const words = messageOf(error);
    if (words.includes('already running')) {
      throw new PageError(
        `Another run is using the browser profile in ${profile}. Wait for it to end, or choose another --out.`,
      );
    }
    throw new PageError(
      `The browser did not start: ${words} Set PUPPETEER_EXECUTABLE_PATH to use another Chrome or Chromium.`,
    );
  }
}

async function open(
  page: Page,
  entry: Entry,
  complaints: readonly string[],
  { startupTimeoutMs: timeout = STARTUP_TIMEOUT_MS, cores }: PageOptions,
): Promise<void> {
  const { path, offer } = ENTRIES[entry];
  const limited = cores === undefined ? path : `${path}&cores=${cores}`;
  try {
    await page.goto(`http://${HOST}${limited}`, { timeout });
    await page.waitForFunction(`window.${offer} !== undefined`, { timeout });
  } catch (error) {
    throw new PageError(`The page did not come up: ${messageOf(error)}${listed(complaints)}`);
  }
}

async function ask<R extends Request>(
  page: Page,
  entry: Entry,
  request: R,
  argument: Parameters<Offered[R]>[0],
): Promise<Awaited<ReturnType<Offered[R]>>> {
  // An error is sent as plain data: puppeteer would wrap its message in the stack of the page.
  const answer = (await page.evaluate(
    (offer, name, input) =>
      ((window[offer] as Automation)[name as 'train'](input as never) as Promise<unknown>).then(
        (value) => ({ ok: true as const, value }),
        (error: unknown) =>
          error instanceof Error
            ? { ok: false as const, message: error.message, kind: error.name }
            : { ok: false as const, message: String(error), kind: 'unknown' },
      ),
    ENTRIES[entry].offer,
    request as string,
    argument as unknown,
  )) as { ok: true; value: unknown } | { ok: false; message: string; kind: string };
  if (!answer.ok) throw new RequestError(answer.message, answer.kind);
  return answer.value as Awaited<ReturnType<Offered[R]>>;
}

/** The latest errors on the page's console, kept as they come. */
function collectComplaints(page: Page): string[] {
  const complaints: string[] = [];
  const keep = (text: string): void => {
    complaints.push(text);
    if (complaints.length > COMPLAINTS_KEPT) complaints.shift();
  };
  page.on('console', (message) => {
    if (message.type() === 'error') keep(message.text());
  });
  page.on('pageerror', (error) => keep(messageOf(error)));
  page.on('requestfailed', (request) =>
    keep(`${request.url()} failed: ${request.failure()?.errorText ?? ''}`),
  );
  return complaints;
}

/** Rejects when the page crashes or leaves, or the browser goes away. */
function watchForFailure(
  browser: Browser,
  page: Page,
  complaints: readonly string[],
  resumable: boolean,
): Promise<never> {
  const kept = resumable ? ' What was stored is kept; a run continues with --resume.' : '';
  const failure = new Promise<never>((_, reject) => {
    const fail = (what: string): void => {
      reject(new PageError(`${what}${kept}${listed(complaints)}`));
    };
    page.on('error', (error) => fail(`The page crashed (${messageOf(error)}).`));
    page.on('close', () => fail('The page was closed.'));
    browser.on('disconnected', () => fail('The browser was closed or crashed.'));
  });
  // Nobody may be waiting any more when the browser is closed in the ordinary way.
  failure.catch(() => undefined);
  return failure;
}

interface Interruption {
  /** Rejects when it happens. */
  readonly happened: Promise<never>;
  isPast(): boolean;
  stopListening(): void;
}

function listenForInterruption(signal: AbortSignal | undefined): Interruption {
  const controller = new AbortController();
  const interrupt = (): void => controller.abort();
  const happened = new Promise<never>((_, reject) => {
    const error = new InterruptedError('Stopped. What was stored is kept.');
    controller.signal.addEventListener('abort', () => reject(error));
  });
  happened.catch(() => undefined);
  if (signal?.aborted) interrupt();
  signal?.addEventListener('abort', interrupt);
  // `on`, not `once`: npm passes on a Ctrl+C that the terminal has already sent.
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    happened,
    isPast: () => controller.signal.aborted,
    stopListening() {
      signal?.removeEventListener('abort', interrupt);
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}

async function cancel(page: Page): Promise<void> {
  if (page.isClosed()) return;
  await page.evaluate(() => window.posterior?.cancel());
}

async function end(browser: Browser, graceMs: number): Promise<void> {
  await within(graceMs, browser.close());
  if (browser.connected) browser.process()?.kill('SIGKILL');
}

/** Waits for work that ends something, but no longer than this; how it failed no longer matters. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([
    work.then(
      () => undefined,
      () => undefined,
    ),
    timeout,
  ]);
  clearTimeout(timer);
}

function listed(complaints: readonly string[]): string {
  return complaints.length === 0
    ? ''
    : `\nThe page’s last errors:\n${complaints.map((text) => `  ${text}`).join('\n')}`;
}
