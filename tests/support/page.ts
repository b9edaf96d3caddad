import {
  createServer,
  request as ask,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch, type Browser, type Page } from 'puppeteer';
import { inject } from 'vitest';
import { findBrowser, launchFlags } from '../../scripts/browser.mjs';

/**
 * A real browser on an empty page, from which any module of the sources can be imported; the app at the same address is
 * the built one.
 */
export interface TestPage {
  readonly page: Page;
  readonly browser: Browser;
  readonly url: string;
  /** Every path that the server was asked for, oldest first. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const BLANK = '/blank-test-page.html';
/** What belongs to the built page; everything else is a module of the sources. */
const BUILT = /^\/(?:[?#]|$|assets\/|sandbox\/|starter\/|experiments\/|lesson\/|favicon)/;

/** Passes what is asked on to the shared servers: an address of the test's own, with a page of its own and an ear. */
async function serve(requests: string[], intercept: Intercept): Promise<Server> {
  const { url, headers, site } = inject('server');
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (intercept(request, response)) return;
    if (request.url === BLANK) {
      response.writeHead(200, { ...headers, 'Content-Type': 'text/html' });
      response.end('<!doctype html><title>Test page</title><link rel="icon" href="data:,"><body></body>');
      return;
    }
    const asked = { method: request.method ?? 'GET', headers: request.headers };
    const path = request.url ?? '/';
    const passedOn = ask(new URL(path, BUILT.test(path) ? site : url), asked, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    passedOn.on('error', () => response.destroy());
    response.on('close', () => passedOn.destroy());
    request.pipe(passedOn);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Answers a request in the server's place, or returns false. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * How WebAssembly is compiled; the results are the same bits. `once`: quickly, and not a second time for speed, since most
 * tests are over before that pays. `hot`: a second time what runs for long, which pays where much is trained or scored.
 * `usual`: as the browser does, which pays for long programs.
 */
const COMPILERS = {
  once: ['--js-flags=--liftoff-only'],
  hot: ['--js-flags=--wasm-tiering-budget=1000000000'],
  usual: [],
} as const;
export type Compiler = keyof typeof COMPILERS;

/** Flags of a browser that compiles so. */
export const compilerFlags = (compiler: Compiler): readonly string[] => COMPILERS[compiler];

export interface TestPageOptions {
  /** Default: once. */
  readonly compiler?: Compiler;
  /** Lets a software adapter serve WebGPU. */
  readonly webgpu?: boolean;
  /** Further flags of the browser. */
  readonly flags?: readonly string[];
  readonly intercept?: Intercept;
}

/** Opens the page; `close` ends browser and server and removes the browser's profile. */
export async function openTestPage({
  compiler = 'once',
  webgpu = false,
  flags = [],
  intercept = () => false,
}: TestPageOptions = {}): Promise<TestPage> {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error('No Chrome or Chromium was found: `npm test` installs one.');
  const requests: string[] = [];
  const server = await serve(requests, intercept);
  const userDataDir = await mkdtemp(join(tmpdir(), 'posterior-test-'));
  const browser = await launch({
    executablePath,
    // Nobody watches what only moves.
    args: [
      ...launchFlags({ webgpu }),
      '--force-prefers-reduced-motion',
      ...compilerFlags(compiler),
      ...flags,
    ],
    userDataDir,
    headless: true,
  });
  const page = await browser.newPage();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await page.goto(new URL(BLANK, url).href);
  return {
    page,
    browser,
    url,
    requests,
    close: async () => {
      await browser.close();
      server.closeAllConnections();
      server.close();
      // A file goes a little after the process that had it, above all on Windows.
      await rm(userDataDir, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}
