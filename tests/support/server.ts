import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { createDevServer } from '../../scripts/dev-server.mjs';
import { serveSite } from '../../scripts/site.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** What all files of tests share. */
    readonly server: {
      /** The development server, for any module of the sources. */
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      /** The page as it is built. */
      readonly site: string;
    };
  }
}

/** Starts both servers before the first file of tests, so that what was bundled once serves them all. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const site = await serveSite();
  const server = await createDevServer({
    // Apart from that of `npm start`, so that neither throws away the other's bundled packages.
    cacheDir: fileURLToPath(new URL('../../node_modules/.vite-test', import.meta.url)),
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
  });
  await server.listen();
  const headers = Object.fromEntries(
    Object.entries(server.config.server.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  project.provide('server', {
    url: server.resolvedUrls?.local[0] ?? '',
    headers,
    site: `http://127.0.0.1:${site.port}/`,
  });
  return async () => {
    await Promise.all([server.close(), site.close()]);
  };
}
