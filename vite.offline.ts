import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { normalizePath, type Plugin } from 'vite';
import { classicScript, root } from './vite.classic.ts';

/** What every screen needs; engines and models come when they are first used. */
const EARLY = /^(index\.html|favicon\.svg|assets\/.*\.(js|css)|lesson\/.*|experiments\/.*)$/;
/** Its name changes with its content. */
const NAMED = /^assets\//;

function filesOf(folder: string): { url: string; revision: string | null; early: boolean }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => normalizePath(join(entry.parentPath, entry.name)).slice(normalizePath(folder).length + 1))
    .sort()
    .map((url) => ({
      url,
      revision: NAMED.test(url)
        ? null
        : createHash('sha256')
            .update(readFileSync(join(folder, url)))
            .digest('hex')
            .slice(0, 16),
      early: EARLY.test(url),
    }));
}

/** Adds `service-worker.js` to a build: it must know every file, so it is made when all of them are written. */
export function offline(): Plugin {
  let folder = '';
  return {
    name: 'posterior-offline',
    apply: 'build',
    enforce: 'post',
    configResolved({ build: { outDir } }) {
      folder = resolve(root, outDir);
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const define = {
          FILES: JSON.stringify(filesOf(folder)),
          'process.env.NODE_ENV': '"production"',
        };
        const script = await classicScript('workers/service-worker.ts', { define });
        writeFileSync(join(folder, 'service-worker.js'), script);
      },
    },
  };
}
