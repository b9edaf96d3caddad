import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { normalizePath, type Plugin } from 'vite';
import { classicScript, root } from './vite.classic.ts';
import { SOURCES } from './workers/sandbox/python/prepare.mjs';

/** Scripts that run inside the opaque frame, each bundled to one classic script, and the engines' own files. */
const SCRIPTS: Readonly<Record<string, string>> = {
  'frame.js': 'workers/sandbox/frame.ts',
  'python.js': 'workers/sandbox/python/worker.ts',
  'javascript.js': 'workers/sandbox/javascript/worker.ts',
};
const require = createRequire(import.meta.url);
const pyodide = dirname(require.resolve('pyodide/package.json'));
/** The engines' own files. */
const ENGINE: Readonly<Record<string, string>> = {
  'pyodide.asm.wasm': join(pyodide, 'pyodide.asm.wasm'),
  'python_stdlib.zip': join(pyodide, 'python_stdlib.zip'),
  'quickjs.wasm': require.resolve('@jitl/quickjs-ng-wasmfile-release-sync/wasm'),
};
const NAMES: readonly string[] = [...Object.keys(SCRIPTS), ...Object.keys(ENGINE), 'python.snapshot.bin'];
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  wasm: 'application/wasm',
  zip: 'application/zip',
  bin: 'application/octet-stream',
};

interface Asset {
  readonly body: Buffer;
  /** Changes with the body. */
  readonly tag: string;
}

const tagged = (body: Buffer): Asset => ({
  body,
  tag: `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`,
});

/** One classic script: an opaque-origin frame can start neither module workers nor imports. */
const bundle = (entry: string): Promise<string> =>
  classicScript(entry, {
    plugins: [
      {
        // In a classic script there is no import.meta; and left as it is, the .wasm beside it would be inlined.
        name: 'no-import-meta',
        enforce: 'pre',
        transform: (code) => code.replaceAll('import.meta.url', 'self.location.href'),
      },
    ],
    build: { rollupOptions: { external: [/^node:/, 'ws'] } },
  });

/** The snapshot of a started interpreter, made once per engine version and preparation. */
async function snapshot(): Promise<Buffer> {
  const folder = join(root, 'node_modules/.cache/posterior/sandbox');
  const source = (name: string): string => join(root, 'workers/sandbox/python', name);
  const maker = source('snapshot.mjs');
  const parts = ['prepare.mjs', ...SOURCES.map((name) => `${name}.py`)].map(source);
  const hash = createHash('sha256');
  for (const file of [maker, ...parts, join(pyodide, 'package.json')]) hash.update(await readFile(file));
  const path = join(folder, `python-${hash.digest('hex').slice(0, 16)}.snapshot`);
  try {
    return await readFile(path);
  } catch {
    await mkdir(folder, { recursive: true });
    const partial = `${path}.${process.pid}`;
    await promisify(execFile)(process.execPath, [maker, partial], { cwd: root });
    await rename(partial, path);
    return readFile(path);
  }
}

/**
 * Serves (dev) or emits (build) `sandbox/…` under the base URL: the frame's script, the workers and their
 * engines' files. The page fetches them and posts them into the frame, which itself may fetch nothing.
 */
export function sandboxAssets(): Plugin {
  const made = new Map<string, Promise<Asset>>();
  const make = async (name: string): Promise<Buffer> => {
    const entry = SCRIPTS[name];
    if (entry !== undefined) return Buffer.from(await bundle(entry));
    const file = ENGINE[name];
    return file === undefined ? snapshot() : readFile(file);
  };
  const asset = (name: string): Promise<Asset> => {
    const known = made.get(name);
    if (known) return known;
    const making = make(name).then(tagged);
    made.set(name, making);
    making.catch(() => made.delete(name));
    return making;
  };
  return {
    name: 'posterior-sandbox',
    configureServer(server) {
      server.watcher.on('change', (changed) => {
        const path = normalizePath(changed);
        if (path.includes('workers/sandbox') || path.includes('src/sandbox')) made.clear();
      });
      server.middlewares.use(async (request, response, next) => {
        const name = /\/sandbox\/([\w.]+)(?:\?.*)?$/.exec(request.url ?? '')?.[1];
        if (name === undefined || !NAMES.includes(name)) return next();
        try {
          const { body, tag } = await asset(name);
          response.setHeader('Content-Type', TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'text/plain');
          response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
          // Asked for again at each start, but sent again only when it has changed.
          response.setHeader('Cache-Control', 'no-cache');
          response.setHeader('ETag', tag);
          if (request.headers['if-none-match'] === tag) response.statusCode = 304;
          response.end(response.statusCode === 304 ? undefined : body);
        } catch (error) {
          next(error);
        }
      });
    },
    async generateBundle() {
      for (const name of NAMES) {
        const { body } = await asset(name);
        this.emitFile({ type: 'asset', fileName: `sandbox/${name}`, source: body });
      }
    },
  };
}
