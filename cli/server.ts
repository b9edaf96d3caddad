import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'vite';
import { ROOT } from '../scripts/install.mjs';

export interface AppServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves the app to this machine only, on a free port. Nothing is watched: an edit during a run must not reload
 * the page that trains.
 */
export async function serveApp(root: string = ROOT): Promise<AppServer> {
  const server = await createServer({
    root,
    configFile: join(ROOT, 'vite.config.ts'),
    // Apart from that of `npm start`, so that neither throws away the other's pre-bundled packages.
    cacheDir: join(ROOT, 'node_modules', '.vite-headless'),
    // Packages found late would change module addresses under a page that has begun to load.
    optimizeDeps: { entries: ['index.html', 'workers/**/*.ts'] },
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    logLevel: 'error',
    clearScreen: false,
  });
  await server.listen();
  const address = server.httpServer?.address() as AddressInfo;
  return { port: address.port, close: () => server.close() };
}
