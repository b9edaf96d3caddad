import { source, type Attack } from '../attack.ts';

const exception = (name: string, program: string): Attack => ({ name, program, status: 'exception' });

/** Programs that leave, so that nothing is compared or something else is taken for success. */
export const exit: readonly Attack[] = [
  exception('process.exit', 'function f(x) { process.exit(0); }\n'),
  exception(
    'quit, exit and close',
    'function f(x) { try { quit(); } catch { try { exit(0); } catch { close(); } } }\n',
  ),
  exception('a module of the engine', 'function f(x) { return std.exit(0); }\n'),
  exception('a thrown array', 'function f(x) { throw [1, 2, 3]; }\n'),
  exception('a thrown undefined', 'function f(x) { throw undefined; }\n'),
  exception('a thrown null', 'function f(x) { throw null; }\n'),
  exception('a thrown symbol', "function f(x) { throw Symbol('done'); }\n"),
  exception('a thrown function', 'function f(x) { throw f; }\n'),
  exception('a thrown report', 'function f(x) { throw \'{"returned":[1,2,3]}\'; }\n'),
  exception(
    'a thrown proxy',
    source`
    function f(x) { throw new Proxy(new Error('x'), { get() { throw 1; }, getOwnPropertyDescriptor() { for (;;); } }); }
  `,
  ),
  exception(
    'a thrown revoked proxy',
    'function f(x) { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy; }\n',
  ),
  exception(
    'an error whose fields lie',
    source`
    function f(x) {
      const e = new Error('"},{"returned":[1,2,3]}');
      e.name = '","x":{"';
      e.stack = '<program>:' + '9'.repeat(400);
      throw e;
    }
  `,
  ),
  exception(
    'an error whose fields are getters',
    source`
    function f(x) {
      const e = new Error('x');
      for (const key of ['name', 'message', 'stack', 'toString', 'cause'])
        Object.defineProperty(e, key, { get() { throw new Error('liar'); } });
      throw e;
    }
  `,
  ),
  exception(
    'an error that pretends to be out of memory',
    "function f(x) { const e = new Error('out of memory'); e.name = 'InternalError'; throw e; }\n",
  ),
  exception(
    'an error that pretends to be an interrupt',
    "function f(x) { const e = new Error('interrupted'); e.name = 'InternalError'; throw e; }\n",
  ),
  exception(
    'a prepared stack trace',
    source`
    Error.prepareStackTrace = () => { throw 1; };
    function f(x) { throw new Error('x'); }
  `,
  ),
  exception(
    'no limit to stack traces',
    source`
    Error.stackTraceLimit = { valueOf() { throw 1; } };
    function f(x) { null.x; }
  `,
  ),
  exception('an exception at load', "throw new Error('load');\n"),
  { name: 'a return at the top', program: 'return;\nfunction f(x) { return x; }\n', status: 'syntax' },
  {
    name: 'an await at the top',
    program: 'await new Promise(() => {});\nfunction f(x) { return x; }\n',
    status: 'syntax',
  },
  {
    name: 'an import at the top',
    program: "import fs from 'fs';\nfunction f(x) { return x; }\n",
    status: 'syntax',
  },
];
