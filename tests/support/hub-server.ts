/** A hub of models on this machine: its API, and a second address that it sends for the content of large files to. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HubRequest {
  readonly at: 'hub' | 'store';
  readonly path: string;
  readonly range: string | null;
  readonly authorization: string | null;
}

/** What a server does with one request in place of answering it. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Sends so many bytes and ends the connection. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Sends so many bytes and then nothing more, until {@link HubServer.release} is called. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** Takes the request and says nothing, until {@link HubServer.release} is called. */
  | { readonly kind: 'silent' }
  /** Answers 200 with the whole file, whatever was asked for. */
  | { readonly kind: 'no-ranges' }
  /** Sends other bytes of the same number. */
  | { readonly kind: 'other-content' }
  | { readonly kind: 'other-total'; readonly totalBytes: number }
  | { readonly kind: 'other-tag' };

export interface HubRepository {
  readonly id: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Who may read it: everybody, or who brings this token. */
  readonly gate?: { readonly kind: 'gated' | 'private'; readonly token: string };
}

export interface HubServer {
  readonly url: string;
  readonly commit: string;
  readonly requests: HubRequest[];
  /** Files from this size on are kept at the second address, under their SHA-256. */
  readonly largeBytes: number;
  /** Faults for the next requests whose path ends so, one for each. */
  readonly faults: Map<string, Fault[]>;
  /** Ends all connections that were left hanging. */
  release(): void;
  close(): Promise<void>;
}

const COMMIT = 'c0ffee'.padEnd(40, '0');
const OPEN = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Headers': 'authorization',
  'Access-Control-Expose-Headers': 'ETag, Link, Content-Range, Retry-After, X-Error-Code',
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const gitHash = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const addressOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

export async function startHub(repository: HubRepository, largeBytes = 10_000): Promise<HubServer> {
  const { id, gate } = repository;
  const files = new Map(Object.entries(repository.files));
  const isLarge = (bytes: Uint8Array): boolean => bytes.byteLength >= largeBytes;
  const requests: HubRequest[] = [];
  const faults: HubServer['faults'] = new Map();
  const hanging = new Set<ServerResponse>();

  const faultOf = (path: string): Fault | undefined => {
    for (const [end, queue] of faults) if (path.endsWith(end) && queue.length > 0) return queue.shift();
    return undefined;
  };
  const hear = (at: HubRequest['at'], { url = '/', headers }: IncomingMessage): string => {
    const path = url;
    const { range = null, authorization = null } = headers;
    requests.push({ at, path, range, authorization });
    return path;
  };
  const end = (
    response: ServerResponse,
    status: number,
    headers: Readonly<Record<string, string>> = {},
    body: string | Uint8Array = '',
  ): void => {
    response.writeHead(status, { ...OPEN, ...headers });
    response.end(body);
  };

  /** Sends a file or the part of it that was asked for, with its fault. */
  const send = (
    request: IncomingMessage,
    response: ServerResponse,
    whole: Uint8Array,
    path: string,
  ): void => {
    const fault = faultOf(path);
    if (fault?.kind === 'status') return end(response, fault.status, fault.headers);
    if (fault?.kind === 'silent') return void hanging.add(response);
    const bytes = fault?.kind === 'other-content' ? whole.map((byte) => byte ^ 1) : whole;
    const total = fault?.kind === 'other-total' ? fault.totalBytes : bytes.byteLength;
    const tag = `"${sha256(whole).slice(0, 16)}${fault?.kind === 'other-tag' ? '-2' : ''}"`;
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const ranged = from !== undefined && fault?.kind !== 'no-ranges';
    const body = ranged ? bytes.subarray(Number(from), Number(to) + 1) : bytes;
    response.writeHead(ranged ? 206 : 200, {
      ...OPEN,
      ETag: tag,
      'Content-Length': fault?.kind === 'other-total' && !ranged ? total : body.byteLength,
      ...(ranged ? { 'Content-Range': `bytes ${from}-${Number(from) + body.byteLength - 1}/${total}` } : {}),
    });
    if (fault?.kind !== 'cut' && fault?.kind !== 'stall') return void response.end(body);
    response.write(body.subarray(0, fault.afterBytes), () => {
      if (fault.kind === 'cut') response.destroy();
      else hanging.add(response);
    });
  };

  const store = await listen((request, response) => {
    const path = hear('store', request);
    const [name, bytes] = [...files].find(([, each]) => path === `/${sha256(each)}`) ?? [];
    if (name === undefined || bytes === undefined) end(response, 404);
    else send(request, response, bytes, name);
  });

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.method === 'OPTIONS') return end(response, 204);
    const path = hear('hub', request);
    const allowed = gate === undefined || request.headers.authorization === `Bearer ${gate.token}`;
    const hidden = gate?.kind === 'private' && !allowed;
    if (!path.includes(id) || hidden)
      return end(response, 401, { 'X-Error-Code': 'RepoNotFound' }, '{"error":"Repository not found"}');
    const fault = path.startsWith('/api/') ? faultOf(path) : undefined;
    if (fault?.kind === 'status') return end(response, fault.status, fault.headers);
    if (fault?.kind === 'silent') return void hanging.add(response);
    const json = (value: unknown, headers = {}): void =>
      end(response, 200, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(value));
    const { pathname, searchParams } = new URL(path, 'http://hub');
    if (pathname.startsWith(`/api/models/${id}/revision/`)) {
      const known = ['main', COMMIT, 'refs/pr/1'].includes(decodeURIComponent(pathname.split('/').at(-1)!));
      return known ? json({ id, sha: COMMIT }) : end(response, 404, { 'X-Error-Code': 'RevisionNotFound' });
    }
    if (pathname === `/api/models/${id}/tree/${COMMIT}`) {
      // In two pages, as long lists are.
      const all = [...files].map(([name, bytes]) => ({
        type: 'file',
        path: name,
        size: bytes.byteLength,
        oid: isLarge(bytes) ? gitHash(new TextEncoder().encode(sha256(bytes))) : gitHash(bytes),
        ...(isLarge(bytes) ? { lfs: { oid: sha256(bytes), size: bytes.byteLength, pointerSize: 130 } } : {}),
      }));
      const half = Math.ceil(all.length / 2);
      if (searchParams.has('cursor')) return json(all.slice(half));
      const folder = { type: 'directory', path: 'onnx', size: 0, oid: gitHash(new Uint8Array()) };
      const next = `<${addressOf(hub)}${pathname}?cursor=2>; rel="next"`;
      return json([folder, ...all.slice(0, half)], { Link: next });
    }
    const [, name = ''] = pathname.split(`/${id}/resolve/${COMMIT}/`);
    const bytes = files.get(decodeURIComponent(name));
    if (bytes === undefined) return end(response, 404, { 'X-Error-Code': 'EntryNotFound' });
    if (!allowed)
      return end(response, request.headers.authorization ? 403 : 401, { 'X-Error-Code': 'GatedRepo' });
    if (isLarge(bytes)) return end(response, 302, { Location: `${addressOf(store)}/${sha256(bytes)}` });
    return send(request, response, bytes, name);
  };
  const hub = await listen(answer);

  const release = (): void => {
    for (const response of hanging) response.destroy();
    hanging.clear();
  };
  return {
    url: addressOf(hub),
    commit: COMMIT,
    requests,
    largeBytes,
    faults,
    release,
    async close() {
      release();
      await Promise.all(
        [hub, store].map((server) => {
          server.closeAllConnections();
          return new Promise((resolve) => server.close(resolve));
        }),
      );
    },
  };
}
