import { lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withPage, type PageOptions } from '../../cli/browser.ts';
import { InterruptedError, PageError, RequestError } from '../../cli/errors.ts';
import { type AppServer, serveSite } from '../../scripts/site.mjs';
import type { AutomationEvent, TrainRequest } from '../../src/headless/requests.ts';
import { callCommand } from '../support/call-command.ts';
import { runCommand, startCommand, type Ended } from '../support/command.ts';
import { browserPid } from '../support/processes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'posterior-e2e-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

describe('the command line as a process', () => {
  const formulas = resolve('tests/fixtures/grpo.json');

  it('keeps stdout for results', async () => {
    const { code, out, log } = await runCommand(['verify', 'formulas', formulas]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ok: true });
    expect(log).toContain('within the tolerance');
  });

  it('exits with 1 when one number of the fixture is altered', async () => {
    const fixture = JSON.parse(readFileSync(formulas, 'utf8')) as { losses: Array<{ grad: number[][] }> };
    fixture.losses.at(-1)!.grad[2]![1]! += 2e-6;
    const altered = join(folder, 'altered.json');
    writeFileSync(altered, JSON.stringify(fixture));
    const { code, out } = await runCommand(['verify', 'formulas', altered, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false });
  });

  it('exits with 2 and says what was meant', async () => {
    const { code, out, log } = await runCommand(['train', '--sede', '3']);
    expect([code, out]).toEqual([2, '']);
    expect(log).toContain('Did you mean “--seed”?');
  });

  // Windows has no signal to send: there a process is ended at once.
  it.skipIf(process.platform === 'win32')('stops at Ctrl+C, with code 130', async () => {
    const out = join(folder, 'run');
    const { child, ended, logged } = startCommand(['train', '--steps', '1000', '--out', out]);
    await logged('Opening the page');
    // Chrome links it when it has started.
    await vi.waitFor(() => lstatSync(join(out, 'browser', 'SingletonLock')), 60_000);
    child.kill('SIGINT');
    const { code, log } = await ended;
    expect(code).toBe(130);
    expect(log).toContain('Stopped. What was stored is kept.');
  });
});

const verifyModel = (path: string): Promise<Ended> =>
  callCommand(['verify', 'model', path, '--device', 'wasm']);

/** The qwen2 fixture with its JSON files changed. */
function changedFixture(change: (name: string, text: string) => string): string {
  const from = resolve('tests/fixtures/qwen2_tiny');
  for (const name of ['config.json', 'expected.json']) {
    writeFileSync(join(folder, name), change(name, readFileSync(join(from, name), 'utf8')));
  }
  writeFileSync(join(folder, 'model.safetensors'), readFileSync(join(from, 'model.safetensors')));
  return folder;
}

describe('verify model', () => {
  it.each(['llama_tiny', 'qwen2_tiny'])('finds that %s computes what its reference did', async (name) => {
    const { code, out } = await verifyModel(resolve('tests/fixtures', name));
    expect(JSON.parse(out)).toMatchObject({ ok: true, greedyEqual: true, failures: [] });
    expect(code).toBe(0);
  });

  it('exits with 1 when one number of the reference is altered', async () => {
    const altered = changedFixture((name, text) => {
      if (name !== 'expected.json') return text;
      const expected = JSON.parse(text) as { grad_l2: Record<string, number> };
      expected.grad_l2['lm_head.weight']! *= 1.01;
      return JSON.stringify(expected);
    });
    const { code, out, log } = await verifyModel(altered);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false, greedyEqual: true });
    expect(log).toContain('gradL2');
  });

  it('exits with 2 and a sentence when the model is of a kind it does not know', async () => {
    const { code, out, log } = await verifyModel(
      changedFixture((_, text) => text.replace('"qwen2"', '"gpt2"')),
    );
    expect([code, out]).toEqual([2, '']);
    expect(log).toContain('model_type');
  });
});

describe('serveSite', () => {
  it('serves an isolated page', async () => {
    const server = await serveSite();
    try {
      const response = await fetch(`http://127.0.0.1:${server.port}/`, { headers: { accept: 'text/html' } });
      expect(response.status).toBe(200);
      expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    } finally {
      await server.close();
    }
  });
});

/** Serves one page whose automation is `methods`, an object literal in JavaScript. */
function serving(methods: string): () => Promise<AppServer> {
  const html = `<!doctype html><title>page</title><script>window.posterior = ${methods}</script>`;
  return async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, {
        'Content-Type': 'text/html',
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      });
      response.end(html);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return {
      port: (server.address() as AddressInfo).port,
      close: async () => {
        server.closeAllConnections();
        server.close();
      },
    };
  };
}

const REQUEST: TrainRequest = {
  preset: 'default',
  gate: 'posterior',
  steps: 3,
  seed: 1,
  device: 'wasm',
  overrides: {},
  resume: false,
  policy: null,
  tasks: null,
  reward: null,
  upload: null,
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const options = (methods: string, more: Partial<PageOptions> = {}): PageOptions => ({
  profile: join(folder, 'browser'),
  device: 'wasm',
  onEvent: () => undefined,
  serve: serving(methods),
  ...more,
});
const train = (settings: PageOptions): Promise<unknown> =>
  withPage(settings, (call) => call('train', REQUEST));

describe('withPage', () => {
  it('passes the request, the events in order, and the answer', async () => {
    const events: AutomationEvent[] = [];
    const page = options(
      `{ train: async (request) => {
          for (let step = 1; step <= request.steps; step++) posteriorEmit({ type: 'checkpoint', step });
          return { request, isolated: crossOriginIsolated };
        } }`,
      { onEvent: (event) => void events.push(event) },
    );
    expect(await train(page)).toEqual({ request: REQUEST, isolated: true });
    expect(events).toEqual([1, 2, 3].map((step) => ({ type: 'checkpoint', step })));
  });

  it('gives the page the same storage next time, though the port is another', async () => {
    const page = `{ train: async () => {
      const database = await new Promise((done, fail) => {
        const open = indexedDB.open('runs', 1);
        open.onupgradeneeded = () => open.result.createObjectStore('steps', { autoIncrement: true });
        open.onsuccess = () => done(open.result);
        open.onerror = () => fail(open.error);
      });
      return new Promise((done) => {
        const steps = database.transaction('steps', 'readwrite').objectStore('steps');
        steps.add('one');
        const count = steps.count();
        count.onsuccess = () => done(count.result);
      });
    } }`;
    expect(await train(options(page))).toBe(1);
    expect(await train(options(page))).toBe(2);
  });

  it('hands on what the page says went wrong', async () => {
    const failing = train(options(`{ train: async () => { throw new RangeError('No such preset.') } }`));
    await expect(failing).rejects.toThrow(RequestError);
    await expect(failing).rejects.toThrow(/^No such preset\.$/);
  });

  it('says why a page does not come up', async () => {
    const failing = train(options('undefinedName', { startupTimeoutMs: 1500 }));
    await expect(failing).rejects.toThrow(PageError);
    await expect(failing).rejects.toThrow(/did not come up[\s\S]*undefinedName is not defined/);
  });

  it('notices that the browser was killed', async () => {
    const page = options(
      `{ train: () => { posteriorEmit({ type: 'checkpoint', step: 0 }); return new Promise(() => {}) } }`,
      {
        onEvent: () => process.kill(browserPid(join(folder, 'browser')), 'SIGKILL'),
      },
    );
    const failing = train(page);
    await expect(failing).rejects.toThrow(PageError);
    await expect(failing).rejects.toThrow(/closed[\s\S]*--resume/);
  });

  it('cancels the work and ends the browser at an interruption', async () => {
    const events: AutomationEvent[] = [];
    const controller = new AbortController();
    let pid = 0;
    const page = options(
      `{ train: () => { posteriorEmit({ type: 'checkpoint', step: 0 }); return new Promise(() => {}) },
         cancel: async () => posteriorEmit({ type: 'notice', message: 'cancelled' }) }`,
      {
        signal: controller.signal,
        onEvent(event) {
          events.push(event);
          if (event.type !== 'checkpoint') return;
          pid = browserPid(join(folder, 'browser'));
          controller.abort();
        },
      },
    );
    await expect(train(page)).rejects.toThrow(InterruptedError);
    expect(events.at(-1)).toEqual({ type: 'notice', message: 'cancelled' });
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 10_000);
  });

  it('refuses a profile that another run is using', async () => {
    const page = options(`{ train: async () => 'first' }`);
    const first = withPage(page, async (call) => {
      await expect(train(page)).rejects.toThrow(/Another run is using the browser profile/);
      return call('train', REQUEST);
    });
    expect(await first).toBe('first');
  });
});
