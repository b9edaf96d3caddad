/**
 * Keeps the page for a visit without a network, and isolates it on hosts that set no headers. What every screen needs is
 * kept at once; engines and models, which are large, when they are first used.
 */
import { addPlugins, cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import { CacheFirst, NetworkFirst } from 'workbox-strategies';
import { ISOLATION } from '../scripts/isolation.mjs';

declare const self: ServiceWorkerGlobalScope;
/** Every file of the build, relative to the page, with a hash of its content where its name does not change with it. */
declare const FILES: readonly {
  readonly url: string;
  readonly revision: string | null;
  readonly early: boolean;
}[];

/** Files whose names change with their content, and those that must be asked for again where there is a network. */
const CACHES = { named: 'posterior-named', others: 'posterior-others' };

const isolating = {
  handlerWillRespond: ({ response }: { response: Response }): Promise<Response> => {
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
    headers.set('Cross-Origin-Resource-Policy', 'same-origin');
    const { status, statusText, body } = response;
    return Promise.resolve(new Response(body, { status, statusText, headers }));
  },
};

addPlugins([isolating]);
precacheAndRoute(
  FILES.filter(({ early }) => early).map(({ url, revision }) => ({ url, revision })),
  // The page reads its own query; the file is the same.
  { ignoreURLParametersMatching: [/.*/] },
);
cleanupOutdatedCaches();

const late = new Map(
  FILES.filter(({ early }) => !early).map(({ url, revision }) => [
    new URL(url, self.location.href).href,
    revision,
  ]),
);
registerRoute(
  ({ url }) => late.get(url.href) === null,
  new CacheFirst({ cacheName: CACHES.named, plugins: [isolating] }),
);
registerRoute(
  ({ url }) => typeof late.get(url.href) === 'string',
  new NetworkFirst({ cacheName: CACHES.others, plugins: [isolating] }),
);

/** Engines of older builds are of no more use. */
async function forgetOlder(): Promise<void> {
  const named = await caches.open(CACHES.named);
  for (const { url } of await named.keys()) if (!late.has(url)) await named.delete(url);
}
self.addEventListener('activate', (event) => event.waitUntil(forgetOlder()));
