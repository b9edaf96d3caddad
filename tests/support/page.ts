import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { launch, type Browser, type Page } from 'puppeteer';
import { createServer, type ViteDevServer } from 'vite';
import { findBrowser, launchFlags } from '../../scripts/browser.mjs';

/** A real browser on an empty page of a development server, from which any module can be imported. */
export interface TestPage {
  readonly page: Page;
  readonly browser: Browser;
  readonly url: string;
  /** Every path that the server was asked for, oldest first. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const BLANK = '/blank-test-page.html';

async function serve(requests: string[], intercept: Intercept): Promise<ViteDevServer> {
  const server = await createServer({
    root: fileURLToPath(new URL('../..', import.meta.url)),
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    plugins: [
      {
        name: 'test-page',
        // Before the project's own plugins, so that it sees and may answer every request.
        enforce: 'pre',
        configureServer({ middlewares, config }) {
          middlewares.use((request, response, next) => {
            requests.push(request.url ?? '');
            if (intercept(request, response)) return;
            if (request.url !== BLANK) return next();
            for (const [name, value] of Object.entries(config.server.headers ?? {})) {
              if (value !== undefined) response.setHeader(name, value);
            }
            response.setHeader('Content-Type', 'text/html');
            response.end(
              '<!doctype html><title>Test page</title><link rel="icon" href="data:,"><body></body>',
            );
          });
        },
      },
    ],
  });
  return server.listen();
}

/** Answers a request in the server's place, or returns false. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface TestPageOptions {
  /** Lets a software adapter serve WebGPU. */
  readonly webgpu?: boolean;
  /** Further flags of the browser. */
  readonly flags?: readonly string[];
  readonly intercept?: Intercept;
}

/** Opens the page; `close` ends browser and server and removes the browser's profile. */
export async function openTestPage({
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
    args: [...launchFlags({ webgpu }), ...flags],
    userDataDir,
    headless: true,
  });
  const page = await browser.newPage();
  const url = server.resolvedUrls?.local[0] ?? '';
  await page.goto(new URL(BLANK, url).href);
  return {
    page,
    browser,
    url,
    requests,
    close: async () => {
      await browser.close();
      await server.close();
      await rm(userDataDir, { recursive: true, force: true });
    },
  };
}
