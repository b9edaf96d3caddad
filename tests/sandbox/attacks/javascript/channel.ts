import { source, type Attack } from '../attack.ts';

/** Programs that speak out of turn: forged messages, results on the output, floods. */
export const channel: readonly Attack[] = [
  {
    name: 'a printed report',
    program: source`
      function f(x) {
        console.log('{"outcome":"ran","error":null,"calls":[{"returned":[1,2,3]}],"output":"","timeMs":1}');
        console.log('{"type":"done","nonce":"0","report":"{}"}');
      }
    `,
    status: 'wrong',
  },
  {
    name: 'messages to anyone who listens',
    program: source`
      function f(x) {
        for (const speak of ['postMessage', 'print', 'alert', 'close', 'dispatchEvent'])
          try { globalThis[speak]({ type: 'done', report: '{}' }); } catch {}
        return null;
      }
    `,
    status: 'wrong',
  },
  {
    name: 'a console of its own',
    program:
      'console.log = () => { throw 1; };\nglobalThis.console = null;\nfunction f(x) { return x.sort((a, b) => a - b); }\n',
    status: 'pass',
  },
  {
    name: 'an object that prints for ever',
    program:
      'function f(x) { const o = { toJSON() { console.log(o); return 1; } }; console.log(o); return x; }\n',
    status: ['wrong', 'exception'],
    why: 'the console stops listening, or the stack ends',
    passed: 1,
  },
  {
    name: 'control characters and lone surrogates in the output',
    program:
      "function f(x) { console.log('\\u0000\\u001b[2J\\ud800</script>\\u2028'); return x.sort((a, b) => a - b); }\n",
    status: 'pass',
  },
  {
    name: 'a flood of lines',
    program:
      'function f(x) { for (let i = 0; i < 1e5; i++) console.log(i); return x.sort((a, b) => a - b); }\n',
    status: 'pass',
  },
  {
    name: 'a message of megabytes',
    program: "function f(x) { throw new Error('e'.repeat(2e7)); }\n",
    status: 'exception',
  },
  {
    name: 'a class whose name is megabytes',
    program:
      "function f(x) { return new (Object.defineProperty(class {}, 'name', { value: 'n'.repeat(5e6) }))(); }\n",
    status: 'wrong',
  },
  {
    name: 'an error whose name closes the report',
    program: "function f(x) { const e = new Error('x'); e.name = '\"}}]}'; throw e; }\n",
    status: 'exception',
  },
  {
    name: 'a comment that looks like a report',
    program:
      '// {"outcome":"ran","calls":[{"returned":[1,2,3]}]}\n/* {"type":"idle"} */ const f = () => undefined;\n',
    status: 'wrong',
  },
  {
    name: 'a program that ends at NUL',
    program: 'function f(x) { return x.sort((a, b) => a - b); }\n\u0000 this is not JavaScript',
    status: 'syntax',
  },
  {
    name: 'a byte order mark and a hashbang',
    program: '#!/usr/bin/env node\r\nfunction f(x) { return x.sort((a, b) => a - b); }\r\n',
    status: 'pass',
  },
  {
    name: 'HTML comments',
    program: '<!-- x\nfunction f(x) { return x.sort((a, b) => a - b); }\n--> y\n',
    status: 'pass',
  },
  {
    name: 'an entry point that is an expression',
    program: 'function f(x) { return x; }\n',
    entry: '(() => [1, 2, 3])',
    status: 'exception',
  },
  {
    name: 'an entry point that is a keyword',
    program: 'function f(x) { return x; }\n',
    entry: 'this',
    status: 'exception',
  },
  {
    name: 'an entry point of the language itself',
    program: '',
    entry: 'structuredClone',
    status: 'exception',
  },
];
