import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  browserAdvice,
  browserCandidates,
  browserRuns,
  findBrowser,
  launchFlags,
  vulkanDriver,
} from './browser.mjs';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'posterior-browser-'));
});
afterEach(() => rmSync(home, { recursive: true }));

function program(path: string, script: string): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const CHROME = 'echo Chromium 150.0.1.2';
const mine = (paths: string[]): string[] => paths.filter((path) => path.startsWith(home));

describe('browserCandidates', () => {
  it('searches PATH before puppeteer’s cache', () => {
    const cached = program('.cache/puppeteer/chrome/linux-150.0.1.2/chrome-linux64/chrome', CHROME);
    const onPath = program('bin/chromium', CHROME);
    const found = browserCandidates({ platform: 'linux', env: { PATH: join(home, 'bin') }, home });
    expect(mine(found)).toEqual([onPath, cached]);
  });

  it('prefers the newest of puppeteer’s cache, by number and not by text', () => {
    const old = program('cache/chrome/linux-99.0.1.2/chrome-linux64/chrome', CHROME);
    const recent = program('cache/chrome/linux-150.0.1.2/chrome-linux64/chrome', CHROME);
    const env = { PATH: '', PUPPETEER_CACHE_DIR: join(home, 'cache') };
    expect(mine(browserCandidates({ platform: 'linux', env, home }))).toEqual([recent, old]);
  });

  it('knows the places of Windows and macOS', () => {
    const windows = program('Local/Google/Chrome/Application/chrome.exe', '');
    const env = { PATH: '', LOCALAPPDATA: join(home, 'Local') };
    expect(mine(browserCandidates({ platform: 'win32', env, home }))).toEqual([windows]);
    const edge = program('Programs/Microsoft/Edge/Application/msedge.exe', '');
    const both = { ...env, PROGRAMFILES: join(home, 'Programs') };
    expect(mine(browserCandidates({ platform: 'win32', env: both, home }))).toEqual([windows, edge]);
    const mac = program('Applications/Chromium.app/Contents/MacOS/Chromium', '');
    expect(mine(browserCandidates({ platform: 'darwin', env: { PATH: '' }, home }))).toEqual([mac]);
  });
});

describe.skipIf(process.platform === 'win32')('findBrowser', () => {
  it('takes the one the environment names', () => {
    const chosen = program('chosen', CHROME);
    expect(findBrowser({ env: { CHROME_PATH: chosen, PATH: '' }, home })).toBe(chosen);
  });

  it('refuses a variable that names no browser, instead of silently using another', () => {
    const env = { PUPPETEER_EXECUTABLE_PATH: join(home, 'nothing'), PATH: '' };
    expect(() => findBrowser({ env, home })).toThrow(/PUPPETEER_EXECUTABLE_PATH is .*nothing, which is not/);
  });

  it('passes over a program that does not start', () => {
    program('bin/google-chrome', 'echo "install the snap" >&2; exit 10');
    const good = program('bin/chromium', CHROME);
    expect(findBrowser({ env: { PATH: join(home, 'bin') }, home })).toBe(good);
  });
});

describe.skipIf(process.platform === 'win32')('browserRuns', () => {
  it('wants a version, not only a zero exit code', () => {
    expect(browserRuns(program('silent', 'exit 0'))).toBe(false);
    expect(browserRuns(program('speaks', CHROME))).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')('vulkanDriver', () => {
  it('lies beside the browser, wherever the name that starts it is', () => {
    const chrome = program('opt/chrome/chrome', CHROME);
    const driver = program('opt/chrome/vk_swiftshader_icd.json', '');
    const name = join(home, 'chrome');
    symlinkSync(chrome, name);
    expect(vulkanDriver({ platform: 'linux', env: { CHROME_PATH: name, PATH: '' }, home })).toBe(driver);
  });

  it('is the one that the environment names, where there is one', () => {
    const chrome = program('opt/chrome/chrome', CHROME);
    const brought = program('opt/chrome/vk_swiftshader_icd.json', '');
    const other = program('lvp_icd.json', '');
    const found = (named: string) =>
      vulkanDriver({
        platform: 'linux',
        env: { VK_DRIVER_FILES: named, CHROME_PATH: chrome, PATH: '' },
        home,
      });
    expect(found(other)).toBe(other);
    expect(found(join(home, 'gone.json'))).toBe(brought);
  });

  it('is not asked for where Dawn has an adapter of the system', () => {
    const chrome = program('chrome', CHROME);
    program('vk_swiftshader_icd.json', '');
    expect(vulkanDriver({ platform: 'darwin', env: { CHROME_PATH: chrome, PATH: '' }, home })).toBeNull();
  });
});

describe('launchFlags', () => {
  it('keeps Chrome’s sandbox except for root', () => {
    expect(launchFlags({ root: false })).not.toContain('--no-sandbox');
    expect(launchFlags({ root: true })).toContain('--no-sandbox');
  });

  it('asks for WebGPU only when wanted', () => {
    expect(launchFlags()).not.toContain('--enable-unsafe-webgpu');
    expect(launchFlags({ webgpu: true })).toContain('--enable-unsafe-webgpu');
  });

  it('ends with those that are asked for besides', () => {
    expect(launchFlags({ more: ' --one  --two' }).slice(-2)).toEqual(['--one', '--two']);
  });
});

describe('browserAdvice', () => {
  it.each(['linux', 'darwin', 'win32'] as const)('names a command on %s', (platform) => {
    expect(browserAdvice(platform)).toMatch(/install /);
  });
});
