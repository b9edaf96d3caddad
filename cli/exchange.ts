/**
 * Files that go between this process and the page, over the server that the page comes from: to the page from the disk,
 * and from the page to the disk, without ever being held whole here. Every address has a random token of its own, which
 * nobody but the page is told, and only this machine can reach the server at all.
 */
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { OFFSET_HEADER, type ServedModel } from '../src/headless/requests.ts';
import { messageOf } from '../src/errors.ts';
import type { ModelFolder } from './model-folder.ts';

const ROOT = '/exchange/';

/** Files by the name that stands behind the address. */
type Files = ReadonlyMap<string, string>;

export class Exchange {
  readonly #offers = new Map<string, Files>();
  readonly #inboxes = new Map<string, Inbox>();

  /** Address of a file. */
  file(path: string): string {
    return `${this.#offer(new Map([['file', path]]))}file`;
  }

  model({ files, weights, adapter }: ModelFolder): ServedModel {
    const model = { url: this.#offer(files), files: [...files.keys()], weights };
    return adapter ? { ...model, adapter: this.model(adapter) } : model;
  }

  /** Takes files of the page for a folder; they are in their places after `commit`. */
  inbox(folder: string): Inbox {
    const token = newToken();
    const inbox = new Inbox(`${ROOT}${token}/`, folder);
    this.#inboxes.set(token, inbox);
    return inbox;
  }

  /** Answers a request that is for the exchange; false for every other one. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (!pathname.startsWith(ROOT)) return false;
    const [token = '', name = ''] = pathname.slice(ROOT.length).split('/');
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    this.#answer(request, response, token, decoded(name)).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(400, { 'Content-Type': 'text/plain' }).end(messageOf(error));
    });
    return true;
  }

  /** Removes what was handed over but never committed. */
  async close(): Promise<void> {
    for (const inbox of this.#inboxes.values()) await inbox.discard();
  }

  #offer(files: Files): string {
    const token = newToken();
    this.#offers.set(token, files);
    return `${ROOT}${token}/`;
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    token: string,
    name: string,
  ): Promise<void> {
    const path = this.#offers.get(token)?.get(name);
    if (request.method === 'GET' && path !== undefined) {
      await sendFile(path, request.headers.range, response);
      return;
    }
    const inbox = this.#inboxes.get(token);
    if (request.method === 'POST' && inbox) {
      await inbox.receive(name, request, Number(request.headers[OFFSET_HEADER.toLowerCase()] ?? 0));
      response.writeHead(204).end();
      return;
    }
    response.writeHead(404).end();
  }
}

/** The file, or the one range of it that is asked for. */
async function sendFile(path: string, range: string | undefined, response: ServerResponse): Promise<void> {
  const file = await open(path);
  response.setHeader('Content-Type', 'application/octet-stream');
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
  if (first === undefined) return pipeline(file.createReadStream(), response);
  const { size } = await file.stat();
  const [start, end] = [Number(first), Math.min(Number(last), size - 1)];
  if (start > end) {
    await file.close();
    response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end();
    return;
  }
  response.writeHead(206, { 'Content-Range': `bytes ${start}-${end}/${size}` });
  await pipeline(file.createReadStream({ start, end }), response);
}

/** Files on their way into a folder: each beside its place until all have come. */
export class Inbox {
  /** Address that the page posts to, with the path of a file behind it. */
  readonly url: string;
  readonly #folder: string;
  readonly #targets = new Set<string>();

  constructor(url: string, folder: string) {
    this.url = url;
    this.#folder = resolve(folder);
  }

  /**
   * Takes a file, or the next piece of one.
   * @param at where in the file it begins
   * @throws for a path outside the folder, one that has come before, or a piece that is not the next
   */
  async receive(path: string, content: AsyncIterable<Uint8Array>, at = 0): Promise<void> {
    const target = resolve(this.#folder, path);
    if (!target.startsWith(this.#folder + sep))
      throw new Error(`The page wants to write outside ${this.#folder}: ${target}.`);
    const file = `${target}.new`;
    if (at === 0) {
      if (this.#targets.has(target)) throw new Error(`${path} was handed over before.`);
      this.#targets.add(target);
      await mkdir(dirname(target), { recursive: true });
    } else if (!this.#targets.has(target) || (await stat(file)).size !== at)
      throw new Error(`The piece of ${path} at ${at} is not the next.`);
    await pipeline(content, createWriteStream(file, { flags: at === 0 ? 'w' : 'a' }));
  }

  /** Moves everything to its place. */
  async commit(): Promise<void> {
    for (const target of this.#targets) await rename(`${target}.new`, target);
    this.#targets.clear();
  }

  async discard(): Promise<void> {
    for (const target of this.#targets) await rm(`${target}.new`, { force: true });
    this.#targets.clear();
  }
}

const newToken = (): string => randomBytes(24).toString('hex');

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return '';
  }
}
