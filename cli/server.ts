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
  const listeners = process.stdin.listeners('end');
  const server = await createDevServer({
    // Apart from that of `npm start`, so that neither throws away the other's bundled packages.
    cacheDir: join(ROOT, 'node_modules', '.vite-headless'),
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    logLevel: 'error',
  });
  // Vite ends the process with its input; here input is what a command reads, and its end is the end of a file.
  for (const listener of process.stdin.listeners('end')) {
    if (!listeners.includes(listener)) process.stdin.off('end', listener as () => void);
  }
  await server.listen();
  const address = server.httpServer?.address() as AddressInfo;
  return { port: address.port, close: () => server.close() };
}
