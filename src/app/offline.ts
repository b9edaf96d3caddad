import { isLocalHost } from '../local.ts';
import { text } from '../text/index.ts';
import { tell } from './ui-state.ts';

function wanted(): boolean {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return false;
  // A server on this machine is one that somebody works at: its files change, and it is there without a network.
  return !isLocalHost(location.hostname) || new URLSearchParams(location.search).has('offline');
}

/**
 * Keeps the page for visits without a network (`?offline` does so on a server of this machine, too). The worker that
 * keeps it also isolates it, from the second visit on: before that, a host without headers leaves engines one thread.
 */
export async function startOffline(): Promise<void> {
  if (!wanted()) return;
  const { Workbox } = await import('workbox-window');
  const worker = new Workbox('./service-worker.js');
  worker.addEventListener('waiting', () => tell('offline', text.offline.newer));
  worker.addEventListener('activated', ({ isUpdate }) => {
    if (isUpdate !== true && !crossOriginIsolated) tell('offline', text.offline.isolated);
  });
  await worker.register();
}
