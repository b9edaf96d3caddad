import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadPyodide, type PyodideAPI } from 'pyodide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeFileSystem, type FileSystem } from './files.ts';
import { ImportGate, LISTED } from './imports.ts';

/** The engine itself, in Node, with the gate between it and its imports as in a worker. */
const NativeDate = Date;
const { instantiate } = WebAssembly;
const ARCHIVE = '/lib/python314.zip';

let files: FileSystem;
let restore: () => void;
let imports: Readonly<Record<string, (...values: unknown[]) => unknown>> = {};

let attempt: (expression: string) => string;

beforeAll(async () => {
  const gate = new ImportGate();
  const engine = readFileSync(createRequire(import.meta.url).resolve('pyodide/pyodide.asm.wasm'));
  Reflect.set(WebAssembly, 'instantiate', async (source: BufferSource, given?: WebAssembly.Imports) => {
    // Pyodide has small modules besides.
    if (!given || !('wasi_snapshot_preview1' in given)) return instantiate(source, given);
    const module = new WebAssembly.Module(engine);
    Reflect.set(WebAssembly, 'instantiate', (_: WebAssembly.Module, guarded: WebAssembly.Imports) => {
      imports = guarded['env'] as typeof imports;
      return instantiate(module, guarded);
    });
    return { module, instance: await gate.instantiate(module, given) };
  });
  const python: PyodideAPI = await loadPyodide();
  attempt = python.runPython(`
    import fcntl, mmap, os, socket
    def attempt(expression):
        try: return str(eval(expression))
        except OSError as error: return error.strerror
    def overwrite():
        fd = os.open("${ARCHIVE}", os.O_RDONLY)
        fcntl.fcntl(fd, fcntl.F_SETFL, os.O_RDWR | os.O_NONBLOCK)
        assert fcntl.fcntl(fd, fcntl.F_GETFL) & (os.O_ACCMODE | os.O_NONBLOCK) == os.O_NONBLOCK
        return os.write(fd, b"XXXX")
    attempt
  `) as typeof attempt;
  const { _module: engineModule } = python as unknown as { _module: { FS: FileSystem } };
  files = engineModule.FS;
  restore = closeFileSystem(files);
  gate.close(files);
}, 60_000);
afterAll(() => {
  Reflect.set(WebAssembly, 'instantiate', instantiate);
  globalThis.Date = NativeDate;
  Reflect.deleteProperty(performance, 'now');
});

describe('what the engine imports', () => {
  it('is what the lists speak of', () => {
    const unknown = LISTED.filter((name) => !(name in imports));
    expect(unknown).toEqual([]);
  });

  it('does nothing once it is closed, where no list allows it', () => {
    const open = Object.keys(imports).filter((name) => {
      if (LISTED.includes(name) || typeof imports[name] !== 'function') return false;
      try {
        imports[name]?.();
        return true;
      } catch (error) {
        return String(error) !== `Error: ${name} is closed to programs.`;
      }
    });
    expect(open).toEqual([]);
  });

  it.each([
    ["os.write(os.open('/dev/null', os.O_WRONLY), b'12')", '2'],
    ["os.open('/tmp/new', os.O_WRONLY | os.O_CREAT)", 'Read-only file system'],
    ["os.mkdir('/tmp/new')", 'Read-only file system'],
    [`os.truncate('${ARCHIVE}', 0)`, 'Read-only file system'],
    [`mmap.mmap(os.open('${ARCHIVE}', 0), 10, prot=1)`, 'No such device'],
    ["[(os.write(w, b'abc'), os.read(r, 2), os.read(r, 2)) for r, w in [os.pipe()]]", "[(3, b'ab', b'c')]"],
    ["[os.write(os.pipe()[1], b'x' * 10**6), os.read(os.pipe()[0], 1)]", 'Resource temporarily unavailable'],
    ['[(os.close(w), os.read(r, 1)) for r, w in [os.pipe()]]', "[(None, b'')]"],
    ["[(os.close(r), os.write(w, b'1')) for r, w in [os.pipe()]]", 'Broken pipe'],
    ['[os.pipe() for _ in range(20)]', 'No file descriptors available'],
    ['socket.socket()', 'Address family not supported by protocol'],
    ["socket.gethostbyname('a.invalid')", 'Name does not resolve'],
    ["os.stat('a' * 5000)", 'Filename too long'],
    ['fcntl.fcntl(1, fcntl.F_DUPFD, 10**6)', 'Invalid argument'],
    ["open('/proc/self/fd/0')", 'No such device or address'],
  ])('%s: %s', (expression, told) => {
    expect(attempt(expression)).toBe(told);
  });
});

describe('a file', () => {
  const head = `open('${ARCHIVE}', 'rb').read(2)`;

  it('that is open for reading stays so', () => {
    expect(attempt('overwrite()')).toBe('Read-only file system');
    expect(attempt(head)).toBe("b'PK'");
  });

  it('is read out of a copy, whatever becomes of its own bytes and fields', () => {
    const { node } = files.lookupPath(ARCHIVE);
    const { contents, usedBytes } = node as unknown as { contents: Uint8Array; usedBytes: number };
    contents[0] = 0;
    Object.assign(node as object, { usedBytes: 1, mode: 0, leak: true });
    files.streams.length = 2;
    restore();
    expect(attempt(head)).toBe("b'PK'");
    expect(node).toMatchObject({ usedBytes, mode: 0o100666 });
    expect(node).not.toHaveProperty('leak');
    expect(attempt('os.fstat(2).st_ino > 0')).toBe('True');
  });
});
