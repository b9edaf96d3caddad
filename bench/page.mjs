/** An empty page of the development server in a real browser: benchmarks import the app's modules into it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer';
import { findBrowser, launchFlags } from '../scripts/browser.mjs';
import { createDevServer } from '../scripts/dev-server.mjs';

const PATH = '/bench-page.html';
const HTML = '<!doctype html><title>Benchmark</title><link rel="icon" href="data:,"><body></body>';

/** `open` gives a new tab each time; `profile` is the browser's folder, by which its processes are known. */
export async function openBenchmark() {
  const profile = mkdtempSync(join(tmpdir(), 'posterior-bench-'));
  const server = await createDevServer({
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    plugins: [
      {
        name: 'bench-page',
        configureServer({ middlewares, config }) {
          middlewares.use((request, response, next) => {
            if (request.url !== PATH) return next();
            for (const [name, value] of Object.entries(config.server.headers))
              response.setHeader(name, value);
            response.setHeader('Content-Type', 'text/html');
            response.end(HTML);
          });
        },
      },
    ],
  });
  await server.listen();
  const browser = await launch({
    executablePath: findBrowser(),
    args: launchFlags(),
    userDataDir: profile,
    headless: true,
    protocolTimeout: 3_600_000,
  });
  return {
    profile,
    version: await browser.version(),
    open: async () => {
      const tab = await browser.newPage();
      await tab.goto(new URL(PATH, server.resolvedUrls.local[0]).href);
      return tab;
    },
    close: async () => {
      await browser.close();
      await server.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
