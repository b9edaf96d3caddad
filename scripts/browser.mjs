/**
 * Finds a Chrome or Chromium that runs, or gets one. Imports only built-ins, so that it works before `npm ci`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ROOT, SetupError } from './install.mjs';

const ENVIRONMENT = ['PUPPETEER_EXECUTABLE_PATH', 'CHROME_PATH'];
const COMMANDS = [
  'google-chrome',
  'google-chrome-stable',
  'chromium',
  'chromium-browser',
  'chrome',
  'microsoft-edge',
];
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** Where installers put Chrome, Chromium and Edge, which is a Chromium too. */
function usualPlaces({ platform, env, home }) {
  switch (platform) {
    case 'darwin':
      return ['/Applications', join(home, 'Applications')].flatMap((folder) => [
        join(folder, 'Google Chrome.app/Contents/MacOS/Google Chrome'),
        join(folder, 'Chromium.app/Contents/MacOS/Chromium'),
        join(folder, 'Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing'),
        join(folder, 'Microsoft Edge.app/Contents/MacOS/Microsoft Edge'),
      ]);
    case 'win32': {
      const folders = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
        .map((name) => env[name])
        .filter((folder) => folder !== undefined && folder !== '');
      // Every Windows has Edge, so it comes after what a person installed.
      return [
        'Google/Chrome/Application/chrome.exe',
        'Chromium/Application/chrome.exe',
        'Microsoft/Edge/Application/msedge.exe',
      ].flatMap((program) => folders.map((folder) => join(folder, program)));
    }
    default:
      return [
        '/opt/google/chrome/chrome',
        '/usr/lib/chromium/chromium',
        '/usr/lib64/chromium-browser/chromium-browser',
        '/snap/bin/chromium',
        '/var/lib/flatpak/exports/bin/org.chromium.Chromium',
      ];
  }
}

const list = (folder) => (existsSync(folder) ? readdirSync(folder) : []);

/** `chrome/<platform>-<version>/chrome-<platform>/…` under puppeteer's cache, newest version first. */
function puppeteerCache({ platform, env, home }) {
  const cache = join(env.PUPPETEER_CACHE_DIR ?? join(home, '.cache', 'puppeteer'), 'chrome');
  const program = {
    darwin: 'Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
    win32: 'chrome.exe',
  }[platform];
  return list(cache)
    .sort((a, b) => b.localeCompare(a, undefined, { numeric: true }))
    .flatMap((version) => list(join(cache, version)).map((build) => join(cache, version, build)))
    .map((folder) => join(folder, program ?? 'chrome'));
}

/**
 * Paths of browsers that exist, best first: PATH, the usual places, puppeteer's own cache.
 * @param {{platform?: string, env?: Record<string, string | undefined>, home?: string}} [machine]
 * @returns {string[]}
 */
export function browserCandidates({ platform = process.platform, env = process.env, home = homedir() } = {}) {
  const machine = { platform, env, home };
  const suffix = platform === 'win32' ? '.exe' : '';
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => COMMANDS.map((command) => join(folder, command + suffix)));
  const all = [...onPath, ...usualPlaces(machine), ...puppeteerCache(machine)];
  return [...new Set(all)].filter(isFile);
}

/**
 * Whether the program starts. Ubuntu's `chromium-browser` may be a script that only asks for a snap, and a
 * downloaded Chrome may lack system libraries. On Windows `--version` would open a window, so a file is enough.
 */
export function browserRuns(path) {
  if (!isFile(path)) return false;
  if (process.platform === 'win32') return true;
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 30_000 });
  return status === 0 && /\d+\.\d+\.\d+/.test(stdout);
}

/**
 * The browser to use, or `null` when none is installed.
 * @throws {SetupError} when an environment variable names something that is not a browser
 */
export function findBrowser(machine = {}) {
  const env = machine.env ?? process.env;
  for (const name of ENVIRONMENT) {
    const path = env[name];
    if (path === undefined || path === '') continue;
    if (browserRuns(path)) return path;
    throw new SetupError(
      `${name} is ${path}, which is not a Chrome or Chromium that starts. Correct it, or unset it to search.`,
    );
  }
  return browserCandidates(machine).find(browserRuns) ?? null;
}

/**
 * A driver for Vulkan with which Dawn has an adapter in Node: the one that the environment names, or the software driver
 * that Chrome and Chromium bring along. The file that names it, or `null` where there is none.
 * @param {{platform?: string, env?: Record<string, string | undefined>, home?: string}} [machine]
 * @returns {string | null}
 */
export function vulkanDriver(machine = {}) {
  const { platform = process.platform, env = process.env } = machine;
  if (platform !== 'linux') return null;
  const { VK_DRIVER_FILES: own } = env;
  if (own !== undefined && isFile(own)) return own;
  const named = ENVIRONMENT.map((name) => env[name]).filter((path) => path !== undefined && isFile(path));
  return (
    [...named, ...browserCandidates(machine)]
      .map((path) => join(dirname(realpathSync(path)), 'vk_swiftshader_icd.json'))
      .find(isFile) ?? null
  );
}

/** Runs a command with its output on stderr; true when it ended well. */
function ran(command, args, env = process.env) {
  const result = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    env,
    timeout: DOWNLOAD_TIMEOUT_MS,
  });
  return result.status === 0;
}

function downloadWithPuppeteer() {
  const cli = join(ROOT, 'node_modules', 'puppeteer', 'lib', 'cjs', 'puppeteer', 'node', 'cli.js');
  if (!existsSync(cli)) return false;
  process.stderr.write('No Chrome or Chromium found; downloading one into puppeteer’s cache …\n');
  const { PUPPETEER_SKIP_DOWNLOAD: _, PUPPETEER_SKIP_CHROME_DOWNLOAD: __, ...env } = process.env;
  return ran(process.execPath, [cli, 'browsers', 'install', 'chrome'], env);
}

const isDebianRoot = () => existsSync('/etc/debian_version') && process.getuid?.() === 0;

function installWithApt() {
  if (!isDebianRoot()) return false;
  process.stderr.write('Installing Debian’s chromium …\n');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return (
    ran('apt-get', ['update'], env) &&
    ran('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], env)
  );
}

/** What to do, for this machine, when no browser could be found or fetched. */
export function browserAdvice(platform = process.platform) {
  switch (platform) {
    case 'darwin':
      return 'Install Google Chrome from https://www.google.com/chrome or run `brew install --cask google-chrome`';
    case 'win32':
      return 'Install Google Chrome from https://www.google.com/chrome or run `winget install Google.Chrome`';
    default:
      return (
        'Install Chrome or Chromium (Debian, Ubuntu: `sudo apt-get install chromium`; ' +
        'Fedora: `sudo dnf install chromium`; Arch: `sudo pacman -S chromium`)'
      );
  }
}

/**
 * A browser that runs: an installed one, else puppeteer's download, else Debian's package when root.
 * @returns {string} path of the executable
 * @throws {SetupError} that says what to install when nothing worked
 */
export function ensureBrowser() {
  const installed = findBrowser();
  if (installed !== null) return installed;
  for (const fetchOne of [downloadWithPuppeteer, installWithApt]) {
    if (!fetchOne()) continue;
    const fetched = findBrowser();
    if (fetched !== null) return fetched;
  }
  throw new SetupError(
    `No Chrome or Chromium was found and none could be downloaded. ${browserAdvice()}, ` +
      'or set PUPPETEER_EXECUTABLE_PATH to the path of one, then run the command again.',
  );
}

/**
 * Command-line flags of a quiet browser. Chrome's own sandbox refuses to start as root; elsewhere it stays on.
 * `POSTERIOR_BROWSER_FLAGS` may name further ones, with spaces between them.
 * @param {{webgpu?: boolean, root?: boolean, more?: string}} [options]
 * @returns {string[]}
 */
export function launchFlags({
  webgpu = false,
  root = process.getuid?.() === 0,
  more = process.env.POSTERIOR_BROWSER_FLAGS ?? '',
} = {}) {
  return [
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // Chrome's own address bar and toolbar are pages, too, made at every start: a third of what a start takes.
    '--disable-features=PreloadTopChromeWebUI,WebUIOmniboxPopup,WebUIOmniboxAimPopup',
    ...(root ? ['--no-sandbox'] : []),
    // Without WebGPU there is nothing for a software GPU to do but to draw, which takes it longer. With it, a software
    // GPU may compute for longer than Chrome lets a GPU be silent.
    ...(webgpu ? ['--enable-unsafe-webgpu', '--disable-gpu-watchdog'] : ['--disable-gpu']),
    ...more.split(' ').filter((flag) => flag !== ''),
  ];
}
