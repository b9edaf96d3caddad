import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createDevServer } from '../scripts/dev-server.mjs';
import { ROOT } from '../scripts/install.mjs';

export interface AppServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves the app to this machine only, on a free port. Nothing is watched: an edit during a run must not reload
 * the page that trains.
 */
export async function serveApp(): Promise<AppServer> {
  const server = await createDevServer({
    // Apart from that of `npm start`, so that neither throws away the other's bundled packages.
    cacheDir: join(ROOT, 'node_modules', '.vite-headless'),
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    logLevel: 'error',
  });
  await server.listen();
  const address = server.httpServer?.address() as AddressInfo;
  return { port: address.port, close: () => server.close() };
}
