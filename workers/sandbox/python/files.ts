/** The parts of Emscripten's in-memory file system that are closed or put back. */
export interface FileSystem {
  streams: (Stream | null)[];
  currentPath: string;
  ErrnoError: new (errno: number) => Error;
  open(path: unknown, flags?: unknown, mode?: unknown): unknown;
  lookupPath(path: string): { readonly node: { readonly rdev: number } };
  getDevice(rdev: number): { readonly stream_ops: { read: Read } };
}

interface Stream {
  /** Flags and position. */
  shared: object;
}

type Read = (stream: unknown, buffer: Uint8Array<ArrayBuffer>, offset: number, length: number) => number;

/** WASI errno: read-only file system. */
const EROFS = 69;
/** Access mode, create, truncate and append bits of the open flags (octal 3, 100, 1000, 2000). */
const WRITE_FLAGS = 0o3 | 0o100 | 0o1000 | 0o2000;
const MUTATORS = [
  'allocate',
  'chmod',
  'chown',
  'create',
  'createDataFile',
  'createDevice',
  'createFile',
  'createLazyFile',
  'createPath',
  'createPreloadedFile',
  'fchmod',
  'fchown',
  'ftruncate',
  'lchmod',
  'lchown',
  'mkdev',
  'mkdir',
  'mkdirTree',
  'mknod',
  'mount',
  'rename',
  'rmdir',
  'symlink',
  'truncate',
  'unlink',
  'unmount',
  'utime',
  'writeFile',
];

/**
 * Makes the file system read-only: it lives in JavaScript, so the heap image does not put it back. Returns a
 * function that restores what reading changes: open streams and the working directory.
 */
export function closeFileSystem(files: FileSystem): () => void {
  const refuse = (): never => {
    throw new files.ErrnoError(EROFS);
  };
  for (const name of MUTATORS) {
    if (Reflect.has(files, name)) Reflect.set(files, name, refuse);
  }
  const open = files.open.bind(files);
  files.open = (path, flags, mode) => {
    if (typeof flags === 'string' ? flags !== 'r' : (Number(flags ?? 0) & WRITE_FLAGS) !== 0) refuse();
    return open(path, flags, mode);
  };
  for (const path of ['/dev/random', '/dev/urandom']) {
    files.getDevice(files.lookupPath(path).node.rdev).stream_ops.read = readEntropy;
  }
  const streams = files.streams.map(
    (stream) => stream && { stream, own: { ...stream, shared: { ...stream.shared } } },
  );
  const directory = files.currentPath;
  return () => {
    files.streams.length = 0;
    // Closing a stream or setting its flags changes the object itself.
    for (const each of streams) {
      files.streams.push(each && Object.assign(each.stream, each.own, { shared: { ...each.own.shared } }));
    }
    files.currentPath = directory;
  };
}

/** In place of Emscripten's own, which hands out bytes that it drew during an earlier program. */
function readEntropy(_: unknown, buffer: Uint8Array<ArrayBuffer>, offset: number, length: number): number {
  crypto.getRandomValues(buffer.subarray(offset, offset + length));
  return length;
}
