import { NO_DOOR_OPEN, source, type Attack } from '../attack.ts';

const absent = (name: string, names: readonly string[]): Attack => ({
  name,
  program: source`
    function f() {
      const found = [];
      for (const name of ${JSON.stringify(names)}) {
        try { if (eval('typeof ' + name) !== 'undefined') found.push(name); } catch {}
      }
      return found;
    }
  `,
  status: 'pass',
  tests: NO_DOOR_OPEN,
});

/** Programs that look for what the page keeps, or for a place of their own to keep things. */
export const storage: readonly Attack[] = [
  absent('databases and caches', [
    'indexedDB',
    'IDBFactory',
    'caches',
    'localStorage',
    'sessionStorage',
    'cookieStore',
  ]),
  absent('the page', [
    'document',
    'window',
    'self',
    'parent',
    'top',
    'frames',
    'location',
    'history',
    'opener',
  ]),
  absent('the worker', [
    'postMessage',
    'onmessage',
    'MessageChannel',
    'MessagePort',
    'BroadcastChannel',
    'WorkerGlobalScope',
    'close',
    'addEventListener',
  ]),
  absent('the machine', [
    'navigator',
    'process',
    'require',
    'module',
    'exports',
    'Deno',
    'Bun',
    'std',
    'os',
    'bjson',
    '__dirname',
    'scriptArgs',
  ]),
  absent('timers and clocks', [
    'setTimeout',
    'setInterval',
    'setImmediate',
    'requestAnimationFrame',
    'queueMicrotask',
    'performance',
  ]),
  absent('the engine beneath', [
    'WebAssembly',
    'crypto',
    'Worker',
    'SharedWorker',
    'gc',
    'quit',
    'load',
    'loadScript',
    'evalScript',
    'print',
  ]),
];
