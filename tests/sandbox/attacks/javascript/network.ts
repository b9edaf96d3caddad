import { source, type Attack } from '../attack.ts';

const URL = 'http://127.0.0.1:{{PORT}}';

/** Tries `code`; whatever it does, the answer is wrong. What counts is the log of the server. */
const reaches = (name: string, code: string): Attack => ({
  name,
  program: `async function attempt() {\n${code}\n}\nfunction f(x) { try { attempt().catch?.(() => {}); ${code.includes('await') ? '' : code} } catch (error) { console.log(String(error)); } return 'out'; }\n`,
  status: 'wrong',
  tests: [{ args: [0], expected: 'never' }],
});

/** Every way of JavaScript to speak to the world, aimed at a server that would hear it. */
export const network: readonly Attack[] = [
  reaches('fetch', `fetch('${URL}/fetch');`),
  reaches('XMLHttpRequest', `const r = new XMLHttpRequest(); r.open('GET', '${URL}/xhr', false); r.send();`),
  reaches('WebSocket', `new WebSocket('${URL.replace('http', 'ws')}/ws');`),
  reaches('EventSource', `new EventSource('${URL}/events');`),
  reaches('a dynamic import', `import('${URL}/import.js');`),
  reaches('a dynamic import of a data address', `import('data:text/javascript,fetch("${URL}/data")');`),
  reaches('importScripts', `importScripts('${URL}/scripts');`),
  reaches('a worker', `new Worker('${URL}/worker');`),
  reaches('a beacon', `navigator.sendBeacon('${URL}/beacon');`),
  reaches('an image', `new Image().src = '${URL}/image';`),
  reaches('require', `require('http').get('${URL}/require');`),
  reaches(
    'the global object of the host',
    source`
    const host = (0, eval)('this') ?? Function('return this')() ?? ({}).constructor.constructor('return globalThis')();
    host.fetch('${URL}/host');
  `,
  ),
];
