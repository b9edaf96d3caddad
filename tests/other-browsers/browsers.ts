/** Browsers other than the one that the other tests use, behind the little that a smoke test needs of them. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer';
import { findBrowser, launchFlags } from '../../scripts/browser.mjs';

export interface TestBrowser {
  goto(url: string): Promise<void>;
  /** The value of an expression in the page, as JSON carries it. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Where the first of these commands is. */
function onPath(...names: string[]): string | null {
  for (const name of names) {
    const { status, stdout } = spawnSync('which', [name], { encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  return null;
}

async function withPuppeteer(browser: 'chrome' | 'firefox', executablePath: string): Promise<TestBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'posterior-browser-'));
  const opened = await launch({
    browser,
    executablePath,
    headless: true,
    userDataDir: profile,
    args: browser === 'chrome' ? launchFlags({ webgpu: false }) : [],
    protocolTimeout: 0,
  });
  const page = await opened.newPage();
  return {
    goto: async (url) => void (await page.goto(url)),
    evaluate: (expression) => page.evaluate(expression),
    close: async () => {
      await opened.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });

/** Where Debian has WebKitGTK's little browser. */
function miniBrowser(): string | undefined {
  for (const machine of existsSync('/usr/lib') ? readdirSync('/usr/lib') : []) {
    for (const version of ['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0']) {
      const path = join('/usr/lib', machine, version, 'MiniBrowser');
      if (existsSync(path)) return path;
    }
  }
  return undefined;
}

/** WebKitGTK through WebDriver (https://www.w3.org/TR/webdriver2/), on a screen that nobody sees. */
async function withWebKit(binary: string): Promise<TestBrowser> {
  const port = await freePort();
  const driver = spawn('xvfb-run', ['-a', 'dbus-run-session', '--', 'WebKitWebDriver', `--port=${port}`], {
    detached: true,
    stdio: 'ignore',
    // The process runs as root here, where the browser's own sandbox cannot start. No language is set, as in many a
    // container: the page must open all the same.
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      LC_ALL: 'C',
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
      LIBGL_ALWAYS_SOFTWARE: '1',
    },
  });
  const end = (): void => {
    if (driver.pid !== undefined) process.kill(-driver.pid, 'SIGTERM');
  };
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) throw new Error(`WebDriver: ${JSON.stringify(value).slice(0, 500)}`);
    return value;
  };
  const options = { binary, args: ['--automation'] };
  const capabilities = { alwaysMatch: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options } };
  let session = '';
  for (let tries = 0; session === ''; tries++) {
    try {
      const { sessionId } = (await call('POST', '/session', { capabilities })) as { sessionId: string };
      session = `/session/${sessionId}`;
    } catch (error) {
      if (tries === 30) {
        end();
        throw error;
      }
      await new Promise((later) => setTimeout(later, 1000));
    }
  }
  await call('POST', `${session}/timeouts`, { script: 600_000 });
  return {
    goto: async (url) => void (await call('POST', `${session}/url`, { url })),
    evaluate: async (expression) => {
      const script = `const done = arguments[0];
        Promise.resolve().then(() => eval(${JSON.stringify(expression)})).then(
          (value) => done({ value }), (error) => done({ error: String(error) }));`;
      const told = await call('POST', `${session}/execute/async`, { script, args: [] });
      const { value, error } = told as { value?: unknown; error?: string };
      if (error !== undefined) throw new Error(error);
      return value;
    },
    close: async () => {
      await call('DELETE', session).catch(() => {});
      end();
    },
  };
}

/** Every browser by its name: how to open it, or what to install for it. */
export const BROWSERS: Readonly<Record<string, (() => Promise<TestBrowser>) | string>> = (() => {
  const chromium = findBrowser();
  const firefox = onPath('firefox-esr', 'firefox');
  const webkit =
    onPath('WebKitWebDriver') && onPath('xvfb-run') && onPath('dbus-run-session') && miniBrowser();
  return {
    Chromium: chromium === null ? 'chromium' : () => withPuppeteer('chrome', chromium),
    Firefox: firefox ? () => withPuppeteer('firefox', firefox) : 'firefox-esr',
    WebKit: webkit ? () => withWebKit(webkit) : 'webkit2gtk-driver xvfb dbus-x11',
  };
})();
