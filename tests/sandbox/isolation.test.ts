/** What a program that had escaped its engine could still reach, by the word of those who would have been reached. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, openSandboxPage, type Listener, type SandboxPage } from '../support/sandbox-page.ts';

let sandbox: SandboxPage;
let server: Listener;

beforeAll(async () => {
  server = await listen();
  sandbox = await openSandboxPage();
});
afterAll(async () => {
  await sandbox?.close();
  server?.close();
});

/** Everything that the page's origin keeps, read by the page itself. */
const STORED = `(async () => {
  const open = (name, version, upgrade) => new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => upgrade?.(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await open('posterior', 1, (made) => made.createObjectStore('runs').put('untouched', 'key'));
  const records = await settled(database.transaction('runs').objectStore('runs').getAll());
  database.close();
  const files = [];
  for await (const [name, handle] of await navigator.storage.getDirectory()) files.push([name, (await (await handle.getFile()).text())]);
  const held = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) held.push([name, request.url]);
  }
  return JSON.stringify({
    databases: (await indexedDB.databases()).map(({ name, version }) => [name, version]).sort(),
    records, files, held: held.sort(), local: { ...localStorage }, session: { ...sessionStorage }, cookie: document.cookie,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    locks: (await navigator.locks.query()).held.length,
  });
})()`;

const SEED = `(async () => {
  await (await caches.open('posterior')).put('/kept', new Response('untouched'));
  const file = await (await navigator.storage.getDirectory()).getFileHandle('kept', { create: true });
  const writable = await file.createWritable();
  await writable.write('untouched');
  await writable.close();
  localStorage.setItem('kept', 'untouched');
  sessionStorage.setItem('kept', 'untouched');
  document.cookie = 'kept=untouched';
})()`;

/**
 * A script in the place of an engine's worker, in the engine's own frame: the whole of what a program could do after a
 * complete escape. It says what it believes to have done, which decides nothing.
 */
function escaped(port: number): string {
  const http = `http://127.0.0.1:${port}`;
  return `
    const http = '${http}', ws = '${http.replace('http', 'ws')}';
    const within = (action) => Promise.race([action(), new Promise((_, reject) => setTimeout(reject, 400, new Error('silence')))]);
    const heard = (target) => new Promise((resolve, reject) => {
      target.onopen = target.onload = target.onmessage = resolve;
      target.onerror = (event) => { event.preventDefault(); reject(event); };
    });
    const nested = (code) => new Worker(URL.createObjectURL(new Blob([code])));
    const database = (name) => new Promise((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onupgradeneeded = () => request.result.createObjectStore('stolen');
      request.onsuccess = resolve;
      request.onerror = reject;
    });
    const attempts = {
      fetch: () => fetch(http + '/fetch', { mode: 'no-cors' }),
      'fetch with keepalive': () => fetch(http + '/keepalive', { mode: 'no-cors', keepalive: true, method: 'POST', body: 'x' }),
      'fetch of the page': () => fetch('${'{{PAGE}}'}', { mode: 'no-cors' }),
      XMLHttpRequest: () => { const r = new XMLHttpRequest(); r.open('GET', http + '/xhr'); r.send(); return heard(r); },
      'XMLHttpRequest, synchronous': () => { const r = new XMLHttpRequest(); r.open('GET', http + '/sync', false); r.send(); },
      WebSocket: () => heard(new WebSocket(ws + '/ws')),
      EventSource: () => heard(new EventSource(http + '/events')),
      WebTransport: () => new WebTransport(http.replace('http', 'https') + '/transport').ready,
      RTCPeerConnection: () => new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:${port}' }] }),
      beacon: () => { if (!navigator.sendBeacon(http + '/beacon', 'x')) throw 0; },
      importScripts: () => WorkerGlobalScope.prototype.importScripts?.call(self, http + '/scripts') ?? importScripts(http + '/scripts'),
      import: () => import(http + '/import.js'),
      'import of data': () => import('data:text/javascript,export default 1'),
      worker: () => heard(new Worker(http + '/worker.js')),
      'shared worker': () => heard(new SharedWorker(http + '/shared.js').port),
      'nested fetch': () => heard(nested('fetch("' + http + '/nested", { mode: "no-cors" }).then(() => postMessage(1))')),
      'nested importScripts': () => heard(nested('importScripts("' + http + '/nested-scripts"); postMessage(1)')),
      'nested twice': () => heard(nested('const w = new Worker(URL.createObjectURL(new Blob([\\'fetch("' + http + '/twice", { mode: "no-cors" }).then(() => postMessage(1))\\']))); w.onmessage = () => postMessage(1)')),
      font: () => new FontFace('x', 'url(' + http + '/font)').load(),
      image: () => createImageBitmap(new Blob(['<svg xmlns="http://www.w3.org/2000/svg"><image href="' + http + '/image"/></svg>'], { type: 'image/svg+xml' })),
      eval: () => (0, eval)('1'),
      Function: () => new Function('return 1')(),
      'the database': () => database('posterior'),
      'a database': () => database('stolen'),
      'the list of databases': async () => { if ((await indexedDB.databases()).length === 0) throw 0; },
      'deleting the database': () => new Promise((resolve, reject) => { const r = indexedDB.deleteDatabase('posterior'); r.onsuccess = resolve; r.onerror = reject; }),
      caches: async () => (await caches.open('posterior')).keys(),
      'deleting caches': async () => { for (const name of await caches.keys()) await caches.delete(name); await caches.has('posterior') },
      'private files': async () => (await navigator.storage.getDirectory()).removeEntry('kept'),
      'private files, written': async () => (await (await navigator.storage.getDirectory()).getFileHandle('stolen', { create: true })).createSyncAccessHandle(),
      localStorage: () => localStorage.clear(),
      cookies: () => cookieStore.set('stolen', '1'),
      broadcast: () => new BroadcastChannel('posterior').postMessage('forged'),
      locks: () => navigator.locks.request('posterior', () => new Promise(() => {})),
      'service worker': () => navigator.serviceWorker.register(http + '/sw.js'),
    };
    onmessage = async ({ data: { port } }) => {
      const open = [];
      await Promise.all(Object.entries(attempts).map(async ([name, attempt]) => {
        try { await within(async () => attempt()); open.push(name); } catch {}
      }));
      port.postMessage(open.sort());
    };`;
}

describe('what a complete escape reaches', () => {
  const expectUntouched = async (before: string): Promise<void> => {
    expect(JSON.parse((await sandbox.page.evaluate(STORED)) as string)).toEqual(JSON.parse(before));
  };
  let before = '';

  beforeAll(async () => {
    await sandbox.page.evaluate(SEED);
    before = (await sandbox.page.evaluate(STORED)) as string;
  });

  it('would be heard by the listening server, and is seen in what the page keeps', async () => {
    const kept = JSON.parse(before) as Record<string, unknown>;
    expect(kept).toMatchObject({
      databases: [['posterior', 1]],
      records: ['untouched'],
      local: { kept: 'untouched' },
    });
    expect([kept['files'], kept['held']]).toEqual([
      [['kept', 'untouched']],
      [['posterior', new URL('/kept', sandbox.url).href]],
    ]);
    await sandbox.page.evaluate(`(async () => {
      const { port } = ${JSON.stringify({ port: server.port })};
      await fetch('http://127.0.0.1:' + port + '/page', { mode: 'no-cors' }).catch(() => {});
      await new Promise((resolve) => { new WebSocket('ws://127.0.0.1:' + port + '/page-ws').onerror = resolve; });
    })()`);
    const heard = server.heard.map((text) => text.split(' ')[1]);
    expect(heard).toContain('/page');
    expect(heard).toContain('/page-ws');
  });

  it.each(['python', 'javascript'])('is no server and no storage, in the frame of %s', async (language) => {
    const knocks = server.heard.length;
    const requests = sandbox.requests.length;
    const probe = escaped(server.port).replace(
      '{{PAGE}}',
      new URL('/escaped-from-sandbox', sandbox.url).href,
    );
    const result = (await sandbox.page.evaluate(`(async () => {
      const { SandboxFrame } = await import('/src/sandbox/frame.ts');
      const { ${language}: spec } = await import('/src/sandbox/${language}/spec.ts');
      const heard = [];
      const channel = new BroadcastChannel('posterior');
      channel.onmessage = (event) => heard.push(String(event.data));
      addEventListener('message', (event) => heard.push('window: ' + JSON.stringify(event.data)));
      const original = fetch;
      globalThis.fetch = async (resource, options) =>
        String(resource).endsWith('sandbox/' + spec.script) ? new Response(${JSON.stringify(probe)}) : original(resource, options);
      const frame = await SandboxFrame.open(spec);
      globalThis.fetch = original;
      const open = await new Promise((resolve, reject) => {
        const worker = frame.spawn((mishap) => reject(new Error(JSON.stringify(mishap))));
        worker.port.onmessage = (event) => resolve(event.data);
        setTimeout(reject, 10000, new Error('The probe said nothing.'));
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      frame.close();
      channel.close();
      return { open, heard };
    })()`)) as { open: string[]; heard: string[] };
    // The witnesses first: the server, the page's own server, the page, and what the page keeps.
    expect(server.heard.slice(knocks)).toEqual([]);
    expect(sandbox.requests.slice(requests).filter((path) => path.includes('escaped'))).toEqual([]);
    expect(result.heard).toEqual([]);
    await expectUntouched(before);
    // What the probe itself takes for open speaks to nobody but other opaque frames.
    expect(result.open.filter((name) => !['broadcast', 'nested twice'].includes(name))).toEqual([]);
  });
});

describe('messages from elsewhere', () => {
  it('posted by other windows are ignored by page and frame', async () => {
    const slow = {
      id: 'slow', program: 'import time\ndef f(x):\n    time.sleep(0.2)\n    return 0\n', entry: 'f', tests: [{ args: [1], expected: 1 }],
    }; // prettier-ignore
    const verdict = await sandbox.page.evaluate(`(async () => {
      const running = sandbox.grade([${JSON.stringify(slow)}]);
      await sandbox.warm();
      for (let i = 0; i < 20; i++) {
        postMessage({ type: 'done', nonce: '0'.repeat(32), report: '{}' }, '*');
        for (const frame of document.querySelectorAll('iframe')) {
          frame.contentWindow.postMessage({ type: 'terminate', worker: i }, '*');
          frame.contentWindow.postMessage({ type: 'connect' }, '*');
        }
      }
      return (await running)[0];
    })()`);
    expect(verdict).toMatchObject({ status: 'wrong', passed: 0 });
  });

  it('of a worker that forges, repeats or invents replies are tampering', async () => {
    const report = {
      outcome: 'ran',
      error: null,
      calls: [{ returned: 1 }],
      output: '',
      timeMs: 1,
      memoryBytes: 0,
      heldBytes: 0,
    };
    const kinds = await sandbox.page.evaluate(`(async () => {
      const { Engine } = await import('/src/sandbox/engine.ts');
      const { python } = await import('/src/sandbox/python/spec.ts');
      const done = (nonce, report = ${JSON.stringify(JSON.stringify(report))}) => ({ type: 'done', nonce, report });
      const started = (nonce) => ({ type: 'started', nonce });
      const idle = (nonce) => ({ type: 'idle', nonce });
      const scripts = {
        honest: (n) => [started(n), done(n), idle(n)],
        'wrong nonce': (n) => [started(n), done('f'.repeat(32))],
        twice: (n) => [started(n), done(n), done(n), idle(n)],
        'started twice': (n) => [started(n), started(n)],
        unasked: (n) => [done(n)],
        'idle without a reply': (n) => [started(n), idle(n)],
        shapeless: () => [{ type: 'started' }],
        'a field too many': (n) => [{ ...started(n), extra: 1 }],
        'ready again': (n) => [started(n), { type: 'ready', engine: 'double' }],
        'no report': (n) => [started(n), done(n, 'null'), idle(n)],
        'no JSON': (n) => [started(n), done(n, '{'), idle(n)],
        'a report with a verdict': (n) => [started(n), done(n, JSON.stringify({ ...${JSON.stringify(report)}, status: 'pass' })), idle(n)],
        'nine million characters': (n) => [started(n), done(n, ' '.repeat(9e6)), idle(n)],
      };
      const kinds = {};
      for (const [name, script] of Object.entries(scripts)) {
        const channel = new MessageChannel();
        const frame = { spawn: () => ({ port: channel.port1, terminate: () => channel.port1.close() }) };
        const engine = new Engine(python, frame, () => {});
        channel.port2.onmessage = ({ data }) => {
          for (const message of script(data.nonce)) channel.port2.postMessage(message);
        };
        channel.port2.postMessage({ type: 'ready', engine: 'double' });
        await engine.ready;
        kinds[name] = (await engine.run('{}', 1000, 64)).kind;
      }
      return kinds;
    })()`);
    const { honest, ...others } = kinds as Record<string, string>;
    expect(honest).toBe('report');
    expect(Object.entries(others).filter(([, kind]) => kind !== 'tamper')).toEqual([]);
  });

  it('of a worker to its frame, even one, end that worker and nothing else', async () => {
    const ends = await sandbox.page.evaluate(`(async () => {
      const { SandboxFrame } = await import('/src/sandbox/frame.ts');
      const { javascript } = await import('/src/sandbox/javascript/spec.ts');
      const original = fetch;
      const noisy = "onmessage = ({ data: { port } }) => { if (self.name === '') for (let i = 0; i < 1000; i++) postMessage(i); };";
      globalThis.fetch = async (resource, options) =>
        String(resource).endsWith('sandbox/javascript.js') ? new Response(noisy) : original(resource, options);
      const frame = await SandboxFrame.open(javascript);
      globalThis.fetch = original;
      const mishaps = [];
      await new Promise((resolve) =>
        frame.spawn((mishap) => {
          mishaps.push(mishap.kind);
          resolve();
        }),
      );
      // Long enough for the rest of the thousand.
      await new Promise((resolve) => setTimeout(resolve, 500));
      frame.close();
      return mishaps;
    })()`);
    expect(ends).toEqual(['noise']);
  });
});
