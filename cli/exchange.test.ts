import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Exchange } from './exchange.ts';

let folder: string;
let server: Server;
let exchange: Exchange;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'posterior-exchange-'));
  exchange = new Exchange();
  server = createServer((request, response) => {
    if (!exchange.handle(request, response)) response.end('page');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (path: string, init?: RequestInit): Promise<Response> =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, init);
const post = (path: string, body: string): Promise<Response> => ask(path, { method: 'POST', body });

describe('what is offered', () => {
  it('can be had at its address, and nothing else of the disk', async () => {
    const path = join(folder, 'config.json');
    writeFileSync(path, '{}');
    writeFileSync(join(folder, 'secret'), 'not for the page');
    const files = new Map([['config.json', path]]);
    const { url, ...listed } = exchange.model({ files, weights: ['model.safetensors'] });
    expect(listed).toEqual({ files: ['config.json'], weights: ['model.safetensors'] });
    expect(await (await ask(`${url}config.json`)).text()).toBe('{}');
    for (const other of ['secret', '..%2Fsecret', '%', ''])
      expect((await ask(`${url}${other}`)).status).toBe(404);
    expect((await ask('/exchange/guessed/config.json')).status).toBe(404);
    expect(await (await ask('/')).text()).toBe('page');
  });

  it('can be had in ranges', async () => {
    const path = join(folder, 'a.gguf');
    writeFileSync(path, '0123456789');
    const address = exchange.file(path);
    const range = async (asked: string) => {
      const answer = await ask(address, { headers: { Range: asked } });
      return [answer.status, answer.headers.get('Content-Range'), await answer.text()];
    };
    expect(await range('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await range('bytes=8-20')).toEqual([206, 'bytes 8-9/10', '89']);
    expect(await range('bytes=10-12')).toEqual([416, 'bytes */10', '']);
    expect(await (await ask(address)).text()).toBe('0123456789');
  });

  it('is at an address of its own for each file', () => {
    expect(exchange.file('a')).not.toBe(exchange.file('a'));
  });

  it('says why a file cannot be read any more', async () => {
    const answer = await ask(exchange.file(join(folder, 'gone')));
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringMatching(/ENOENT.*gone/)]);
  });
});

describe('what is handed over', () => {
  it('is in its place after the commit, and not before', async () => {
    const inbox = exchange.inbox(folder);
    const target = join(folder, 'policy', 'config.json');
    expect((await post(`${inbox.url}policy%2Fconfig.json`, '{}')).status).toBe(204);
    expect(existsSync(target)).toBe(false);
    await inbox.commit();
    expect(readFileSync(target, 'utf8')).toBe('{}');
    expect(existsSync(`${target}.new`)).toBe(false);
  });

  it('stays inside the folder, and comes once', async () => {
    const inbox = exchange.inbox(join(folder, 'inside'));
    const outside = await post(`${inbox.url}..%2Foutside`, 'x');
    expect([outside.status, await outside.text()]).toEqual([400, expect.stringMatching(/outside/)]);
    expect(existsSync(join(folder, 'outside.new'))).toBe(false);
    await post(`${inbox.url}a`, '1');
    expect((await post(`${inbox.url}a`, '2')).status).toBe(400);
    await inbox.commit();
    expect(readFileSync(join(folder, 'inside', 'a'), 'utf8')).toBe('1');
  });

  it('comes in pieces, each the next', async () => {
    const inbox = exchange.inbox(folder);
    const piece = async (at: number, body: string): Promise<number> =>
      (await ask(`${inbox.url}a`, { method: 'POST', body, headers: { 'X-Offset': String(at) } })).status;
    expect([await piece(0, 'abc'), await piece(3, 'de')]).toEqual([204, 204]);
    expect([await piece(3, 'x'), await piece(9, 'x'), await piece(0, 'x')]).toEqual([400, 400, 400]);
    await inbox.commit();
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('abcde');
  });

  it('leaves nothing behind where the work did not end well', async () => {
    const inbox = exchange.inbox(folder);
    await post(`${inbox.url}a`, '1');
    expect(existsSync(join(folder, 'a.new'))).toBe(true);
    await exchange.close();
    expect(existsSync(join(folder, 'a.new'))).toBe(false);
  });

  it('cannot be had back, nor sent without the address', async () => {
    const inbox = exchange.inbox(folder);
    await post(`${inbox.url}a`, '1');
    expect((await ask(`${inbox.url}a`)).status).toBe(404);
    expect((await post('/exchange/guessed/a', '1')).status).toBe(404);
  });
});
